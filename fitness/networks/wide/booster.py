"""The work of a task: the next tables of one class, or its tables gone over again, or a network's objectives.

Tables are grown by boosting. All entries of a table are set at once, each to the sign of what the rows that look at it
ask for: the first order of the likelihood, and for a single table the exact step of a Boolean network (Friedman, Hastie
and Tibshirani, "Additive Logistic Regression", Annals of Statistics 28, 2000, section 4, with votes of one size). A
sweep takes a table out, chooses inputs anew, and keeps whichever asks for more (backfitting: Hastie and Tibshirani,
"Generalized Additive Models", 1990, section 4.4).

Classes see each other's votes as they were before the block, so a block can be worked on by one worker per class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.results import Results
from fitness.networks.evaluator import NetworkEvaluator
from fitness.networks.lowering import sizes
from fitness.networks.plan import AS_IT_IS, FEWER, LAYER, STEPS, TRAINED
from fitness.networks.problem import NetworkProblem, measured, objectives_of
from fitness.networks.target import Rows
from fitness.networks.tasks import NetworkTasks
from fitness.networks.wide.ballots import Counting
from fitness.networks.wide.columns import Columns
from fitness.networks.wide.compression import compressed
from fitness.networks.wide.layers import Training, wired
from fitness.networks.wide.one_class import OneClass
from fitness.networks.wide.plan import COUNTED, Boosting, Moment, exponentials, table_gates
from fitness.networks.wide.tables import Table, Tables, network_of, parts_of, pruned, tidy
from genomes.bits import unpack
from genomes.deadline import looking
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.streams import Role, stream

#: The largest weight of a row, beside the smallest: products with signals stay within 16 bits.
HEAVIEST = 200
#: Times the mean gates of a table that the next may take, and levels that a block may add.
MARGIN, DEEPER = 1.1, 4
#: How much smaller each of the networks with fewer votes is than the one before, and how many there are.
STEP, STEPS_DOWN = 1.5, 9
#: Rows that say which votes decide least, about.
MOST_ROWS = 8_192


class Ground(NamedTuple):
    """Hidden tables, what may be read on top of them, and the votes of what reads it."""

    hidden: tuple[Table, ...]
    columns: Columns
    counting: Counting


class Booster:
    """A function from tasks to results; what it remembers between calls changes none of them."""

    def __init__(self, problem: NetworkProblem, plan: Boosting) -> None:
        self.problem, self.plan = problem, plan
        self._sized = (b"", (0, 0))
        self._read: tuple[bytes, Tables, Sequence[Table]] = (b"", (), ())
        self._last: Ground | None = None

    def __reduce__(self) -> tuple[Callable[..., Booster], tuple[NetworkProblem, Boosting]]:
        """What is sent to a worker."""
        return Booster, (self.problem, self.plan)

    def __call__(self, tasks: NetworkTasks) -> Results[NetworkBatch]:
        """One network for each task, of a class its tables alone, without objectives; or one in several sizes."""
        done = [pair for index in range(len(tasks)) for pair in self._done(tasks, index)]
        networks, objectives = NetworkBatch(tuple(network for network, _ in done)), np.array([row for _, row in done])
        return Results(networks, objectives, np.zeros(len(done), dtype=np.bool_))

    def _done(self, tasks: NetworkTasks, index: int) -> list[tuple[Network, list[float]]]:
        network, step, number = tasks.first[index], STEPS[int(tasks.steps[index])], int(tasks.slots[index])
        if step in (AS_IT_IS, FEWER):
            space = self.problem.space
            network = tidy(network, space.n_inputs, self.problem.patterns, votes=space.votes)
            as_it_is = (network, self.objectives(network))
            return [as_it_is, *self._fewer(network)] if step == FEWER else [as_it_is]
        moment = self.plan.at(tasks.generation)
        rng = stream(tasks.seed, Role.VARIATION, tasks.generation, tasks.island, number)
        if step == LAYER:
            made = self.with_layer(network, moment, rng)
        elif step == TRAINED:
            made = self.trained(network, moment.plan, rng)
        else:
            tables = self.tables(network)
            own = self.worked(network, tables, number, moment, rng)
            made = self.network([own if c == number else [] for c in range(len(tables))], self.hidden(network))
        return [(made, [np.inf] * len(self.problem.spec.objectives))]

    def _fewer(self, network: Network) -> list[tuple[Network, list[float]]]:
        """The network with ever fewer of its votes, by what rows that grow say, and their objectives."""
        problem, growing = self.problem, self.problem.growing
        self._ground(self.hidden(network)).columns.forget_rows()  # nothing is chosen any more
        rows = growing[:: -(-len(growing) // MOST_ROWS)]
        split, weights = problem.train.split.take(rows), self.weights.max(axis=0)[rows].astype(np.int64)
        ladder = [int(self._sizes(network)[0] / STEP**k) for k in range(1, STEPS_DOWN + 1)]
        small = compressed(network, problem.space, split.inputs, split.planes, weights, [g for g in ladder if g])
        small[0] = self.network(self.tables(small[0]), self.hidden(small[0]))  # tables that are equal now are one
        judges = problem.train.split.take(problem.judging)
        judged = replace(
            problem,
            train=NetworkEvaluator.of(problem.train.task, judges, problem.space),
            judging=np.arange(judges.n_rows),
        )
        return list(zip(small, objectives_of(judged, NetworkBatch(tuple(small))).tolist(), strict=True))

    def worked(
        self, network: Network, tables: Tables, own: int, moment: Moment, rng: np.random.Generator
    ) -> list[Table]:
        """The tables of one class after a block: grown in the first pass, gone over in others.

        Where the limits leave no room for another table, those that are there are gone over instead; where they are not
        kept, the last of every class go.
        """
        plan = moment.plan
        mine, block = list(tables[own]), plan.block(moment.number)
        room = self._room(network, len(mine))
        if room < 0:
            return mine[:room]
        ground = self._ground(self.hidden(network))
        one = self._one(ground, plan, tables, own)
        if moment.number < plan.blocks and room:
            mine += [one.grown(rng) for _ in looking(block[:room])]
        else:
            for place in looking(sorted({place % len(mine) for place in block} if mine else ())):
                mine[place] = one.again(mine[place], rng)
        ground.counting.foresee(own, mine, one.votes)
        return mine

    def _room(self, network: Network, n_tables: int) -> int:
        """Tables that a class which has so many may get beside them within the limits; below 0 those that must go."""
        (gates, depth), space = self._sizes(network), self.problem.space
        if not n_tables:
            return max(1, space.gate_limit // (space.n_heads * table_gates(self.plan.inputs)))
        deepest = depth if space.depth_limit is None else space.depth_limit
        fitting = int(n_tables * space.gate_limit / (MARGIN * max(gates, 1)))
        if gates > space.gate_limit or depth > deepest:
            kept = fitting if gates > space.gate_limit else n_tables // 2
            return min(kept, n_tables - 1) - n_tables
        if space.depth_limit is not None and depth + DEEPER > deepest:
            return 0
        return int((space.gate_limit - gates) / max(COUNTED, MARGIN * gates / n_tables))

    def with_layer(self, network: Network, moment: Moment, rng: np.random.Generator) -> Network:
        """The first hidden layer, at random; or the tables that voted, and what they read, as hidden ones."""
        tables = self.tables(network)
        if moment.number:
            hidden, tables = pruned(self.hidden(network), tables, len(self._base.words))
            hidden += dict.fromkeys(table for own in tables for table in own)
        else:
            hidden = wired(rng, self._base.offered, len(tables) * self.plan.layers[0], self.plan.inputs)
        return self.network([[] for _ in tables], hidden)

    def trained(self, network: Network, plan: Boosting, rng: np.random.Generator) -> Network:
        """Hidden tables and those on top trained together, where that keeps the limits."""
        tables, space = self.tables(network), self.problem.space
        if not any(tables):
            return network
        training = Training(self._base.words, self._wanted, self.weights, space.prior)
        hidden, tables = training.trained(self.hidden(network), tables, plan, rng)
        found = self.network(tables, hidden)
        larger = self._sizes(found)[0] > max(space.gate_limit, self._sizes(network)[0])
        return network if larger else found

    def answered(self, network: Network) -> Network:
        """All tables that vote gone over once with the inputs that they have, in blocks, class by class."""
        tables, hidden = self.tables(network), self.hidden(network)
        ground, result = self._ground(hidden), [list(own) for own in tables]
        for number in range(self.plan.blocks):
            for own in looking(range(len(result))):
                one = self._one(ground, self.plan, result, own)
                for place in self.plan.block(number):
                    if place < len(result[own]):
                        result[own][place] = one.again(result[own][place], None)
                ground.counting.foresee(own, result[own], one.votes)
        return self.network(result, hidden)

    def _sizes(self, network: Network) -> tuple[int, int]:
        """AND gates and depth, remembered for the network that was last asked for."""
        key = network.key()
        if self._sized[0] != key:
            self._sized = (key, sizes(network, self.problem.space)[:2])
        return self._sized[1]

    def _one(self, ground: Ground, plan: Boosting, tables: Tables, own: int) -> OneClass:
        powers = exponentials(plan.tau(len(tables[own]) + plan.rounds))
        one = OneClass(ground.columns, self._wanted[own], self.weights[own], plan, powers)
        one.begin(ground.counting.of(tables), own, rival=self.problem.space.votes)
        return one

    def _ground(self, hidden: Sequence[Table]) -> Ground:
        """What tables on top of some hidden ones may read, remembered for those that were last asked for."""
        if self._last is None or self._last.hidden != tuple(hidden):
            self._last = None  # what it held may go before as much is made
            columns = self._base.above(hidden, self.problem)
            self._last = Ground(tuple(hidden), columns, Counting(columns, self.problem.space.n_heads))
        return self._last

    def objectives(self, network: Network) -> list[float]:
        """Those of a network, infinite where it is larger than the space allows."""
        rows = self.problem.judging
        confusion = self.problem.train.confusion_of(self.codes(self.tables(network), rows, self.hidden(network)), rows)
        return measured(self.problem, network, 1.0 - float(self.problem.scored(confusion[None])[0]))

    def codes(self, tables: Tables, rows: Rows, hidden: Sequence[Table] = ()) -> NDArray[np.int64]:
        """int64[outputs, rows]: what the votes decide; ties go to the class first in the prior, or to yes.

        An output without tables is no.
        """
        ballots = self._ground(hidden).counting.of(tables)[:, rows]
        if not self.problem.space.votes:
            some = np.array([len(own) > 0 for own in tables])[:, None]
            return np.asarray((ballots >= 0) & some, dtype=np.int64)
        prior = np.array(self.problem.space.prior)
        return np.asarray(prior[ballots[prior].argmax(axis=0)][None])

    def tables(self, network: Network) -> Tables:
        """Per class or output; the same object for the network that was last asked for."""
        return self._parts(network)[1]

    def hidden(self, network: Network) -> list[Table]:
        """Tables that others read."""
        return list(self._parts(network)[2])

    def _parts(self, network: Network) -> tuple[bytes, Tables, Sequence[Table]]:
        """Its key, tables and hidden tables, remembered for the network that was last asked for."""
        key, space = network.key(), self.problem.space
        if self._read[0] != key:
            tables, hidden = parts_of(network, space.n_inputs, self.problem.patterns, votes=space.votes)
            self._read = (key, tuple(map(tuple, tables)), hidden)
        return self._read

    def network(self, tables: Tables, hidden: Sequence[Table] = ()) -> Network:
        """Inverse of `tables` and `hidden`."""
        space = self.problem.space
        return network_of(tables, space.n_inputs, self.problem.patterns, votes=space.votes, hidden=hidden)

    @cached_property
    def _base(self) -> Columns:
        return Columns.of(self.problem)

    @cached_property
    def _wanted(self) -> NDArray[np.uint8]:
        split = self.problem.train.split
        return unpack(split.planes, split.n_rows).astype(np.uint8)

    @cached_property
    def weights(self) -> NDArray[np.int16]:
        """int16[classes, rows]: 0 for rows that do not grow."""
        weights = np.zeros(self._wanted.shape, dtype=np.int64)
        growing = self.problem.growing
        weights[:, growing] = self.problem.row_weights(self._wanted.astype(np.bool_))[:, growing]
        most, least = int(weights.max(initial=1)), int(weights[weights > 0].min(initial=1 << 40))
        if most == least:
            return (weights > 0).astype(np.int16)
        return np.where(weights > 0, np.maximum(1, weights * HEAVIEST // max(most, HEAVIEST)), 0).astype(np.int16)
