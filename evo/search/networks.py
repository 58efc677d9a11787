"""The search of composed networks: a population that shares units, bred by operators that build on them.

The idea. A network worth having is not a random graph that was mutated into shape: it is a parity, a count, a carry
chain, a tree over a few good units. So the proposals are operators that each know one way to build such units from data
(`fitness.networks.plan` says which, generation by generation), and evolution decides what is built upon: an operator
takes the units of its parents as further inputs (crossover: of two parents), and NSGA-II on error and gates decides who
is a parent. `error` is that on training rows that nothing grew on, so what was learned by heart does not win.

Every slot draws from its own stream, and the plan goes by generations: the bytes depend neither on workers nor on time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np
from deap import base
from numpy.typing import NDArray

from evo.search import deap_bridge
from evo.search.breeding import ranked
from evo.search.context import SearchContext, Survivors
from evo.search.migrants import inserted, migrants_of
from evo.search.network_spec import NetworkLocalSpec, NetworkSearchSpec
from evo.search.spec import SearchSpec
from evo.search.state import State
from fitness.evaluation.results import Results
from fitness.networks.plan import AS_IT_IS, STEPS, Step, steps_of
from fitness.networks.problem import NetworkProblem
from fitness.networks.tasks import NetworkTasks
from genomes.batches import concatenate
from genomes.checks import Expected
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.networks.variation.samples import random_network
from genomes.streams import Role

Networks = State[NetworkBatch]
#: Name in the memory, see `Compose.layout`.
EXACT = "exact_from"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkContext(SearchContext):
    """The context of a search for networks; crossed: whether folds judge."""

    spec: NetworkSearchSpec
    local: NetworkLocalSpec
    space: NetworkSpace
    crossed: bool = False

    def quiet(self, state: State[Any]) -> int | None:
        """Generations without a better best network; wide networks go by their plan."""
        return state.stalled if state.generation and self.spec.algorithm != "lut_boost" else None


class Compose:
    """See the module text."""

    compiled: ClassVar[bool] = True
    settles: ClassVar[int] = 3
    tasks: ClassVar[type] = NetworkTasks

    def size(self, spec: SearchSpec, space: NetworkSpace, n_prices: int) -> int:
        """Networks alive."""
        return spec.population

    def ask(self, context: NetworkContext, state: Networks) -> NetworkTasks:
        """A task per step of the plan, with two parents each; none exist at first."""
        steps = [STEPS.index(step) for step in plan_of(context, state, state.generation)]
        first, second = self._parents(context, state, len(steps))
        slots = np.arange(len(steps))
        place = {"seed": context.seed, "generation": state.generation, "island": context.island}
        return NetworkTasks(first, second, np.array(steps, dtype=np.int64), slots, **place)

    def work(self, context: NetworkContext, problem: NetworkProblem) -> Callable[[NetworkTasks], Results[NetworkBatch]]:
        """A function from a chunk of tasks to one network each, with its objectives."""
        from fitness.networks.work import work  # noqa: PLC0415 - kernels load only when they are needed

        return partial(work, problem, context.local.moves if context.local.kind == "descent" else 0)

    def stand_in(
        self, context: NetworkContext, problem: NetworkProblem
    ) -> Callable[[NetworkTasks], Results[NetworkBatch]]:
        """Constants and single inputs."""
        return Simplest(problem)

    def survive(
        self, context: NetworkContext, state: Networks, results: Results[NetworkBatch]
    ) -> Survivors[NetworkBatch]:
        """The best of parents and offspring by NSGA-II, every network and every vector of objectives once."""
        pool = concatenate(state.population, results.genomes)
        values = np.concatenate([state.objectives, results.objectives])
        rows = distinct(pool, values)
        chosen = rows[deap_bridge.nsga2_survivors(values[rows], min(len(rows), context.population))]
        return Survivors(
            pool.take(chosen, context.space), values[chosen], {EXACT: np.array([exact_from(context, state, values)])}
        )

    def immigrate(
        self, context: NetworkContext, state: Networks, origins: Sequence[Networks], most: int
    ) -> tuple[Networks, list[int]]:
        """Members of the origins' archives take the places of the worst, of half the population at most."""
        groups = migrants_of(state, origins, most, spread=False, key=Network.key)
        n = sum(map(len, groups))
        order = ranked(state.objectives)
        return inserted(state, origins, groups, order[len(order) - n :], context.space), list(map(len, groups))

    def layout(self, context: NetworkContext, generation: int) -> Mapping[str, Expected]:
        """The generation from which on nothing is wrong on the rows that judge, -1 where something is."""
        return {EXACT: Expected(np.int64, (1,), low=-1, high=generation)} if generation else {}

    def check(self, context: NetworkContext, state: Networks) -> None:
        """One network at least, and not too many."""
        state.check_population(min(1, state.generation), context.population)

    def _parents(self, context: NetworkContext, state: Networks, n: int) -> tuple[NetworkBatch, NetworkBatch]:
        """Two parents of each task: winners of crowded tournaments, every other first one the best of all instead."""
        if len(state.population) == 0:
            nothing = NetworkBatch((Network.constant(context.space.n_heads),) * n)
            return nothing, nothing
        rows = toolbox(context).select(state, 2 * n)
        best = int(ranked(state.objectives)[0])
        first = [best if slot % 2 == 0 else rows[slot] for slot in range(n)]
        return state.population.take(first, context.space), state.population.take(rows[n:], context.space)


class RandomNetworks(Compose):
    """Fresh random networks every generation: the control every search must beat."""

    compiled: ClassVar[bool] = False

    def ask(self, context: NetworkContext, state: Networks) -> NetworkTasks:
        """A new random population, to be evaluated as it is."""
        slots = range(context.population)
        streams = (context.stream(Role.INITIAL, state.generation, slot) for slot in slots)
        networks = NetworkBatch(tuple(random_network(rng, context.space) for rng in streams))
        as_it_is = np.full(len(slots), STEPS.index(AS_IT_IS), dtype=np.int64)
        place = {"seed": context.seed, "generation": state.generation, "island": context.island}
        return NetworkTasks(networks, networks, as_it_is, np.arange(len(slots)), **place)

    def survive(
        self, context: NetworkContext, state: Networks, results: Results[NetworkBatch]
    ) -> Survivors[NetworkBatch]:
        """Only the newest live on; the archive remembers the rest."""
        return Survivors(results.genomes, results.objectives, {EXACT: np.array([-1])})

    def immigrate(
        self, context: NetworkContext, state: Networks, origins: Sequence[Networks], most: int
    ) -> tuple[Networks, list[int]]:
        """Nobody: nothing here is ever built upon."""
        return state, [0] * len(origins)


def plan_of(context: NetworkContext, state: Networks, generation: int) -> tuple[Step, ...]:
    """The steps of a generation that came before, or comes next."""
    first = int(state.memory[EXACT][0]) if EXACT in state.memory else -1
    return steps_of(generation, exact=0 <= first <= generation, crossed=context.crossed)


def exact_from(context: NetworkContext, state: Networks, values: NDArray[np.float64]) -> int:
    """What is remembered after a generation: see `Compose.layout`."""
    before = int(state.memory[EXACT][0]) if EXACT in state.memory else -1
    if before >= 0 or values[:, context.error_column].min(initial=np.inf) > 0:
        return before
    return state.generation + 1


def toolbox(context: NetworkContext) -> base.Toolbox:
    """DEAP's toolbox with the selection of parents; mate and mutate are the operators of the plan, on workers."""
    box = base.Toolbox()
    box.register("select", crowded, context)
    return box


def crowded(context: NetworkContext, state: Networks, n: int) -> list[int]:
    """Rows of n winners of crowded tournaments, of a population of any size."""
    rng = context.python_stream(Role.SELECTION, state.generation)
    if len(state.population) < 4:
        return [rng.randrange(len(state.population)) for _ in range(n)]
    return deap_bridge.crowded_tournament(rng, state.objectives, n)


def distinct(pool: NetworkBatch, values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows of finite objectives, of equal networks and of equal objectives the first; all where none is finite."""
    rows, keys = list[int](), set[object]()
    for row in np.flatnonzero(np.isfinite(values).all(axis=1)).tolist():
        here = {pool[row].key(), tuple(values[row].tolist())}
        if not keys & here:
            rows.append(row)
        keys |= here
    return np.array(rows or range(min(1, len(pool))), dtype=np.intp)


class Simplest:
    """The simplest networks of a problem in the places of tasks, the better ones first; made once."""

    def __init__(self, problem: NetworkProblem) -> None:
        self._problem = problem

    @cached_property
    def _networks(self) -> list[Network]:
        from fitness.networks.simplest import simplest  # noqa: PLC0415 - loads when it is needed

        return simplest(self._problem)[::-1]

    def __call__(self, tasks: NetworkTasks) -> Results[NetworkBatch]:
        """One for each task, in turn."""
        from fitness.networks.work import evaluated  # noqa: PLC0415 - kernels load only when they are needed

        found = self._networks
        return evaluated(self._problem, [found[place % len(found)] for place in range(len(tasks))])
