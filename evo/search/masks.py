"""The memetic search of masks: a few masks that cross neuron by neuron, and a descent to ever sparser ones.

The idea. A population of about eight; children take every neuron from either of two parents (both prune the same
weights, so a neuron means the same in each) and then a local step; one whose canonical form was met before is mutated
until it is new. Survivors are the best distinct masks of parents and children. Crossover pays on narrow networks, where
local steps end in different optima; wide ones gain more from starts learnt by edge-popup.

Where kept weights are an objective, levels lie below: shares of weights from a third down to a twentieth. The first
level starts from the best mask and is driven down at a price per kept weight that rises with every sweep; once it is
there it is the start of the next, and goes on improving in its place. All masks on the way are seen by the archive, so
one run gives the whole front from the density that is best to 95 % sparse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from deap import base
from numpy.typing import NDArray

from evo.search.context import SearchContext, Survivors
from evo.search.mask_spec import MaskLocalSpec, MaskSearchSpec
from evo.search.migrants import inserted, migrants_of
from evo.search.spec import SearchSpec
from evo.search.state import MEMORY, State
from fitness.evaluation.results import Results
from fitness.masks.tasks import MaskProblem, MaskTasks, ReachedPrices
from genomes import deadline, portable
from genomes.batches import concatenate
from genomes.checks import Expected, check_count
from genomes.deadline import looking
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import mask_key
from genomes.masks.samples import random_mask
from genomes.masks.space import Genes, MaskSpace
from genomes.masks.variation import mix_neurons, mutate
from genomes.streams import Role

#: Share of weights kept on the last level, and where the levels begin.
SPARSEST, DENSEST = 0.05, 0.5
#: Share of genes that a mutation changes, and how often a child that is not new is mutated.
RATE, TRIES = 0.02, 64
#: Generations without gain after which a level that has reached its share rests, and after which any does.
REST, GIVE_UP = 2, 8
#: Names in the memory.
PRICES, IDLE = "rung.prices", "rung.idle"

Masks = State[MaskBatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskContext(SearchContext):
    """The context of a search for masks. levels: float64[R], shares of weights from dense to sparse; seeded: how
    many of the first masks are learnt by edge-popup.
    """

    spec: MaskSearchSpec
    local: MaskLocalSpec
    space: MaskSpace
    levels: NDArray[np.float64]
    seeded: int = 0


def levels_of(space: MaskSpace, n: int) -> NDArray[np.float64]:
    """float64[n], geometric; none for n:m masks, whose density is given."""
    if space.granularity == "n_of_m":
        return np.zeros(0)
    return portable.geometric(DENSEST, SPARSEST, n + 1)[1:]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is remembered of the levels begun so far: prices float64[r] and idle int64[r], generations without gain."""

    prices: NDArray[np.float64]
    idle: NDArray[np.int64]

    @classmethod
    def of(cls, state: Masks) -> Schedule:
        """From State.memory; nothing before the first level."""
        none = np.zeros(0)
        return cls(state.memory.get(PRICES, none), state.memory.get(IDLE, none.astype(np.int64)))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Inverse of `of`."""
        return {PRICES: self.prices, IDLE: self.idle}

    @staticmethod
    def layout(generation: int) -> dict[str, Expected]:
        """What State.memory holds of it before `generation`; a price that rose for long may be infinite."""
        if generation == 0:
            return {}
        prices = Expected(np.float64, (None,), low=0.0, high=np.inf)
        return {PRICES: prices, IDLE: Expected(np.int64, (None,), low=0, high=generation)}


class MaskMemetic:
    """See the module text."""

    compiled: ClassVar[bool] = True
    settles: ClassVar[int] = 20
    tasks: ClassVar[type] = MaskTasks

    def size(self, spec: SearchSpec, space: MaskSpace, n_prices: int) -> int:
        """Masks alive, the levels aside."""
        return spec.population

    def ask(self, context: MaskContext, state: Masks) -> MaskTasks:
        """Random starts or children, then a task for every level at work."""
        starts = self._first(context) if state.generation == 0 else self._children(context, state)
        levels = self._at_work(context, state)
        n, generation = len(starts), state.generation
        masks = MaskBatch.of(starts, context.space)
        for level, _ in levels:
            masks = concatenate(masks, state.population.take([self._start(context, state, level)], context.space))
        return MaskTasks(
            starts=masks,
            seeds=np.arange(len(masks)) < (context.seeded if generation == 0 else 0),
            targets=np.array([np.nan] * n + [context.levels[level] for level, _ in levels], dtype=np.float64),
            prices=np.array([0.0] * n + [price for _, price in levels], dtype=np.float64),
            slots=np.arange(len(masks)),
            seed=context.seed,
            generation=generation,
            island=context.island,
        )

    def work(self, context: MaskContext, problem: MaskProblem) -> Callable[[MaskTasks], Results[MaskBatch]]:
        """A function from a chunk of tasks to masks after their local steps, with their objectives."""
        from fitness.masks.work import work  # noqa: PLC0415 - kernels load only when they are needed

        return partial(work, problem)

    def stand_in(self, context: MaskContext, problem: MaskProblem) -> Callable[[MaskTasks], Results[MaskBatch]]:
        """The first start as it came, for every task: one pass over the samples."""
        from fitness.masks.work import as_they_came  # noqa: PLC0415 - kernels load only when they are needed

        return partial(as_they_came, problem)

    def survive(self, context: MaskContext, state: Masks, results: Results[MaskBatch]) -> Survivors[MaskBatch]:
        """The best distinct masks, then the levels, each with the better of its old mask and its new one."""
        n = len(results.genomes) - len(self._at_work(context, state))
        alive = min(context.population, len(state.population))
        pool = concatenate(state.population.slice(0, alive), results.genomes.slice(0, n))
        values = np.concatenate([state.objectives[:alive], results.objectives[:n]])
        kept = best_distinct(pool, values, context)
        masks, objectives, schedule = self._levels(context, state, results, n)
        population = concatenate(pool.take(kept, context.space), masks)
        return Survivors(population, np.concatenate([values[kept], objectives]), schedule.arrays())

    def immigrate(
        self, context: MaskContext, state: Masks, origins: Sequence[Masks], most: int
    ) -> tuple[Masks, list[int]]:
        """Members of the origins' archives take the places of the worst, of half the population at most."""
        groups = migrants_of(state, origins, most, spread=False, key=partial(mask_key, space=context.space))
        alive = min(context.population, len(state.population))
        places = np.arange(alive)[alive - sum(map(len, groups)) :]
        return inserted(state, origins, groups, places, context.space), [len(group) for group in groups]

    def layout(self, context: MaskContext, generation: int) -> Mapping[str, Expected]:
        """The arrays of `Schedule`."""
        return Schedule.layout(generation)

    def check(self, context: MaskContext, state: Masks) -> None:
        """Distinct masks, one at least, then one for every level begun, of which there are not too many."""
        schedule = Schedule.of(state)
        begun = len(schedule.prices)
        check_count(len(schedule.idle), begun, begun, "levels", f"{MEMORY}{IDLE}")
        check_count(begun, 0, len(context.levels), "levels", f"{MEMORY}{PRICES}")
        state.check_population(1 + begun, context.population + begun)

    def _first(self, context: MaskContext) -> list[Genes]:
        masks = [random_mask(context.stream(Role.INITIAL, 0, 0), context.space)]
        for slot in range(1, context.population):  # where time is over, one must do for all
            late = deadline.over()
            masks.append(masks[0] if late else random_mask(context.stream(Role.INITIAL, 0, slot), context.space))
        return masks

    def _children(self, context: MaskContext, state: Masks) -> list[Genes]:
        """One new mask per slot; what is new depends on the slots before, never on how work is cut."""
        box, parents = toolbox(context), list(state.population.slice(0, min(context.population, len(state.population))))
        met = {mask_key(mask, context.space) for mask in parents}
        children = []
        for slot in looking(range(context.population)):
            rng = context.stream(Role.VARIATION, state.generation, slot)
            first, second = box.select(rng, len(parents))
            crosses = rng.random() < context.spec.crossover
            child = box.mate(rng, parents[first], parents[second]) if crosses else box.mutate(rng, parents[first])
            for _ in range(TRIES):  # a tiny space may hold nothing new
                if mask_key(child, context.space) not in met:
                    break
                child = box.mutate(rng, child)
            met.add(mask_key(child, context.space))
            children.append(child)
        return children

    def _at_work(self, context: MaskContext, state: Masks) -> list[tuple[int, float]]:
        """(level, price to go on from) of those with a task: begun ones that do not rest, and the next to begin."""
        schedule, begun = Schedule.of(state), len(Schedule.of(state).prices)
        active = [
            (level, float(schedule.prices[level])) for level in range(begun) if self._works(context, state, level)
        ]
        if (
            state.generation
            and begun < len(context.levels)
            and (begun == 0 or self._reached(context, state, begun - 1))
        ):
            active.append((begun, float(schedule.prices[-1]) if begun else 0.0))
        return active

    def _works(self, context: MaskContext, state: Masks, level: int) -> bool:
        idle = int(Schedule.of(state).idle[level])
        return idle < (REST if self._reached(context, state, level) else GIVE_UP)

    def _reached(self, context: MaskContext, state: Masks, level: int) -> bool:
        return over(context, level, state.population[self._row(state, level)]) == 0

    def _row(self, state: Masks, level: int) -> int:
        """Where a level's mask is in the population."""
        return len(state.population) - len(Schedule.of(state).prices) + level

    def _start(self, context: MaskContext, state: Masks, level: int) -> int:
        """Row of the mask that a level goes on from: its own, or one that begins takes that of the level above."""
        if level < len(Schedule.of(state).prices):
            return self._row(state, level)
        return self._row(state, level - 1) if level else 0

    def _levels(
        self, context: MaskContext, state: Masks, results: Results[MaskBatch], first: int
    ) -> tuple[MaskBatch, NDArray[np.float64], Schedule]:
        """The levels' masks, objectives and memory after a generation whose levels are the results from `first` on."""
        schedule, begun = Schedule.of(state), len(Schedule.of(state).prices)
        reached: ReachedPrices = results.payload
        rows = list(range(len(state.population) - begun, len(state.population)))
        pool = concatenate(state.population, results.genomes)
        values = np.concatenate([state.objectives, results.objectives])
        prices, idle = schedule.prices.tolist(), schedule.idle.tolist()
        for place, (level, _) in enumerate(self._at_work(context, state)):
            new = len(state.population) + first + place
            if level == begun:
                rows, prices, idle = [*rows, new], [*prices, 0.0], [*idle, 0]
            better = level == begun or self._better(context, pool, values, rows[level], new, level)
            rows[level] = new if better else rows[level]
            idle[level] = 0 if better else idle[level] + 1
            prices[level] = float(reached.prices[first + place])
        memory = Schedule(np.array(prices, dtype=np.float64), np.array(idle, dtype=np.int64))
        return pool.take(rows, context.space), values[rows], memory

    def _better(
        self, context: MaskContext, pool: MaskBatch, values: NDArray[np.float64], old: int, new: int, level: int
    ) -> bool:
        """Whether the new mask is nearer to a level's share, or as near and of lower loss."""
        if not np.isfinite(values[new]).all():
            return False
        ranks = [(over(context, level, pool[row]), float(values[row, context.error_column])) for row in (new, old)]
        return ranks[0] < ranks[1]


def over(context: MaskContext, level: int, genes: Genes) -> float:
    """Weights that a mask keeps beyond a level's share; one per layer is rounding."""
    most = context.levels[level] * context.space.n_weights + len(context.space.shapes)
    return max(0.0, float(context.space.kept(genes) - most))


class RandomMasks(MaskMemetic):
    """Fresh random masks every generation, as they are: the control every search must beat."""

    compiled: ClassVar[bool] = False

    def ask(self, context: MaskContext, state: Masks) -> MaskTasks:
        """A new random population."""
        masks = [
            random_mask(context.stream(Role.INITIAL, state.generation, slot), context.space)
            for slot in range(context.population)
        ]
        n = len(masks)
        nothing = np.zeros(n)
        place = {"seed": context.seed, "generation": state.generation, "island": context.island}
        batch = MaskBatch.of(masks, context.space)
        return MaskTasks(batch, nothing.astype(np.bool_), nothing + np.nan, nothing, np.arange(n), **place)

    def survive(self, context: MaskContext, state: Masks, results: Results[MaskBatch]) -> Survivors[MaskBatch]:
        """Only the newest live on; the archive remembers the rest."""
        return Survivors(results.genomes, results.objectives)

    def layout(self, context: MaskContext, generation: int) -> Mapping[str, Expected]:
        """Nothing beside the population."""
        return {}

    def immigrate(
        self, context: MaskContext, state: Masks, origins: Sequence[Masks], most: int
    ) -> tuple[Masks, list[int]]:
        """Nobody: nothing here is ever built upon."""
        return state, [0] * len(origins)


def toolbox(context: MaskContext) -> base.Toolbox:
    """DEAP's toolbox with the operators of masks; each call brings its slot's stream."""
    box = base.Toolbox()
    box.register("mate", mix_neurons, space=context.space)
    box.register("mutate", mutate, space=context.space, rate=RATE)
    box.register("select", two_of)
    return box


def two_of(rng: np.random.Generator, n: int) -> tuple[int, int]:
    """Two different rows of a small population, at random; the same one twice where there is but one."""
    first, second = rng.permutation(n)[:2].tolist() if n > 1 else (0, 0)
    return first, second


def best_distinct(pool: MaskBatch, values: NDArray[np.float64], context: MaskContext) -> list[int]:
    """Rows of the best masks, best first, each function once; of equal ones the older.

    By the leading objective plus the configured price of kept weights; failed ones come last.
    """
    price = context.local.price
    kept_cost = np.array([price * context.space.kept(mask) for mask in pool]) if price else np.zeros(len(pool))
    ranks = values[:, context.error_column] + kept_cost
    rows: list[int] = []
    met: set[bytes] = set()
    for row in np.argsort(ranks, kind="stable").tolist():
        key = mask_key(pool[row], context.space)
        if key not in met and len(rows) < context.population:
            met.add(key)
            rows.append(row)
    return rows
