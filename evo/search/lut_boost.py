"""The search of wide networks: many small tables that vote, grown by boosting and gone over again.

The idea. The gradient of the votes says what every row still asks of every class; a table answers that exactly, entry
by entry, so no number that is not whole is ever learned. A generation is a block of tables of every class. Classes are
tasks of their own, and a further one looks at the network as it was before: the archive holds it in every size that it
has had.

Every class of a block draws from its own stream and sees the others as they were before, so the bytes depend neither
on workers nor on time. Where there are hidden layers, their tables and those on top are trained together between two
passes, in one task: the chain rule needs all classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import numpy as np

from evo.search.context import Survivors
from evo.search.networks import NetworkContext, Networks, Simplest
from evo.search.spec import SearchSpec
from evo.search.state import State
from fitness.evaluation.results import Results
from fitness.networks.plan import AS_IT_IS, FEWER, STEPS, TABLES
from fitness.networks.problem import NetworkProblem
from fitness.networks.tasks import NetworkTasks
from fitness.networks.wide.plan import Boosting
from fitness.networks.wide.tables import hidden_of, network_of, of_tables, tables_of, tidy
from genomes.checks import Expected
from genomes.errors import GenomeError
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import Unit


class LutBoost:
    """See the module text."""

    compiled: ClassVar[bool] = True
    settles: ClassVar[int] = 3
    tasks: ClassVar[type] = NetworkTasks

    def __init__(self, plan: Boosting, patterns: Sequence[Unit] = ()) -> None:
        self.plan, self.patterns = plan, patterns

    def size(self, spec: SearchSpec, space: NetworkSpace, n_prices: int) -> int:
        """One network is alive."""
        return 1

    def ask(self, context: NetworkContext, state: Networks) -> NetworkTasks:
        """A task per class, or one for all where layers are made or trained, and one that looks at the network as it
        is; where the plan ends, at smaller ones as well.

        A run that is to be longer than its plan goes over the tables again.
        """
        network = self._network(context, state)
        n_parts, step = self._parts(context, state), self.plan.at(state.generation).step
        look = FEWER if self._is_last(state) else AS_IT_IS
        networks = NetworkBatch((network,) * (n_parts + 1))
        steps = np.array([STEPS.index(step)] * n_parts + [STEPS.index(look)], dtype=np.int64)
        place = {"seed": context.seed, "generation": state.generation, "island": context.island}
        return NetworkTasks(networks, networks, steps, np.arange(n_parts + 1), **place)

    def work(self, context: NetworkContext, problem: NetworkProblem) -> Callable[[NetworkTasks], Results[NetworkBatch]]:
        """A function from a chunk of tasks to one network each."""
        from fitness.networks.wide.booster import Booster  # noqa: PLC0415 - kernels load only when they are needed

        return Booster(problem, self.plan)

    def stand_in(
        self, context: NetworkContext, problem: NetworkProblem
    ) -> Callable[[NetworkTasks], Results[NetworkBatch]]:
        """Constants and single inputs."""
        return Simplest(problem)

    def survive(
        self, context: NetworkContext, state: Networks, results: Results[NetworkBatch]
    ) -> Survivors[NetworkBatch]:
        """The tables of all classes as one network, not looked at yet; at last the network that was looked at.

        Where time was over, and others stand in for some tasks, it is the network as it was.
        """
        before, n_classes = self._network(context, state), self._parts(context, state)
        values = results.objectives[n_classes : n_classes + 1]
        if not n_classes or not np.isinf(results.objectives[:-1]).all():
            whole = tidy(before, context.space.n_inputs, self.patterns, votes=context.space.votes)
            looked_at = results.genomes[n_classes].key() == whole.key()
            return Survivors(NetworkBatch((before,)), values if looked_at else np.full_like(values, np.inf))
        if self.plan.at(state.generation).step != TABLES:
            return Survivors(results.genomes.slice(0, 1), np.full_like(values, np.inf))
        n_inputs, votes = context.space.n_inputs, context.space.votes
        parts = [tables_of(results.genomes[c], n_inputs, self.patterns, votes=votes)[c] for c in range(n_classes)]
        hidden = hidden_of(before, n_inputs, self.patterns)
        network = network_of(parts, n_inputs, self.patterns, votes=votes, hidden=hidden)
        return Survivors(NetworkBatch((network,)), np.full_like(values, np.inf))

    def _parts(self, context: NetworkContext, state: Networks) -> int:
        """Tasks of the next generation that make something: one per class, or one for all."""
        if self._is_last(state):
            return 0
        return context.space.n_heads if self.plan.at(state.generation).step == TABLES else 1

    def _is_last(self, state: Networks) -> bool:
        """Whether the next generation is the plan's last."""
        return state.generation == self.plan.generations - 1

    def answered(self, problem: NetworkProblem, network: Network) -> Network:
        """All tables answered once more, on the rows that grow in `problem`, with the inputs that they have."""
        from fitness.networks.wide.booster import Booster  # noqa: PLC0415 - kernels load only when they are needed

        if not of_tables(network, problem.space.n_inputs, self.patterns, votes=problem.space.votes):
            return network  # it stood in for one, as time was over
        return Booster(problem, self.plan).answered(network)

    def immigrate(
        self, context: NetworkContext, state: Networks, origins: Sequence[Networks], most: int
    ) -> tuple[Networks, list[int]]:
        """Nobody: what others grew is not worth more than another sweep (docs/networks.md, "Populations")."""
        return state, [0] * len(origins)

    def layout(self, context: NetworkContext, generation: int) -> Mapping[str, Expected]:
        """Nothing is remembered: the generation says what comes next."""
        return {}

    def check(self, context: NetworkContext, state: State[NetworkBatch]) -> None:
        """One network, of tables."""
        state.check_population(min(1, state.generation), 1)
        space = context.space
        if not all(of_tables(one, space.n_inputs, self.patterns, votes=space.votes) for one in state.population):
            raise GenomeError("expected tables that vote, over the inputs and patterns of this run", where="population")

    def _network(self, context: NetworkContext, state: Networks) -> Network:
        """As it is before a generation."""
        return state.population[0] if len(state.population) else Network.constant(context.space.n_heads)
