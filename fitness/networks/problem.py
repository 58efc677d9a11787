"""The problem of a search for networks as a worker sees it, and the objectives of networks.

The training rows are of two kinds: rows that networks grow on (and are cut back on), and rows that only judge. So the
objective `error` is not fooled by what was learned by heart, and a large vote need not look better than it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Dataset
from fitness.evaluation.class_weights import class_weights
from fitness.networks.evaluator import Counts, NetworkEvaluator, row_weights, space_of
from fitness.networks.folds import FEWEST, SMALL, folds_of
from fitness.networks.spec import NetworkFitnessSpec
from fitness.networks.target import Rows, Target
from fitness.objectives.metrics import METRICS
from genomes.bits import unpack
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.networks.spec import NetworkGenomeSpec
from genomes.networks.units import Unit
from genomes.streams import Role, stream

#: Share of the rows that networks grow on, the rest of them cuts back; drawn anew for every member of a vote.
GROWN = 0.6


@dataclass(frozen=True)
class NetworkProblem:
    """Everything that turns networks into objectives; made once, sent to every worker once.

    space: of the networks; spec: the objectives; class_weights: float64[C]; train: scores networks on the training
    rows; growing, judging: ascending row numbers; the same where all rows are both. votes: members of a vote at most;
    folds: of all rows, where steps are judged by these (`fitness.networks.folds`), else none;
    copies: of each row, see `Dataset`; patterns: units over the inputs that wide networks may read;
    wide: whether networks are those of `fitness.networks.wide`.
    """

    space: NetworkSpace
    spec: NetworkFitnessSpec
    class_weights: NDArray[np.float64]
    train: NetworkEvaluator
    growing: Rows
    judging: Rows
    votes: int = 11
    folds: tuple[Rows, ...] = ()
    copies: int = 0
    patterns: tuple[Unit, ...] = ()
    wide: bool = False

    def scores(self, networks: NetworkBatch, rows: Rows) -> NDArray[np.float64]:
        """The configured metric of each network on some of the training rows: float64[networks]."""
        return self.scored(self.train.confusion(networks, rows))

    def scored(self, confusion: Counts) -> NDArray[np.float64]:
        """The configured metric of counts int64[networks, tables, classes, classes]: float64[networks]."""
        return METRICS[self.spec.metric](confusion, self.class_weights)

    def outside(self) -> Iterator[NetworkProblem]:
        """For each fold the problem whose networks grow outside it, and are judged in it."""
        originals = np.arange(self.train.split.n_rows // (1 + self.copies))
        for fold in self.folds:
            growing = with_copies(np.setdiff1d(originals, fold), len(originals), self.copies)
            yield replace(self, growing=growing, judging=fold, folds=())

    def targets(self, rng: np.random.Generator, share: float = GROWN) -> list[Target]:
        """One per output, or per class against the rest, with growing rows and pruning rows drawn by `rng`."""
        split = self.train.split
        wanted = unpack(split.planes, split.n_rows)
        weights = self.row_weights(wanted)
        targets = []
        for plane, weight in zip(wanted, weights, strict=True):
            rows = self.growing[weight[self.growing] > 0]
            targets.append(Target(plane, weight, rows, rows).resplit(rng, share))
        return targets

    def row_weights(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """int64[planes, rows]: of classes that weigh by the metric, in thousandths."""
        weights = row_weights(self.train.split, len(wanted))
        factors = self._class_factors()
        if (factors == factors[0]).all():
            return weights
        codes = wanted.argmax(axis=0)[None] if self.space.votes else wanted.astype(np.int64)
        return np.asarray(weights * factors[np.broadcast_to(codes, wanted.shape)])

    def _class_factors(self) -> NDArray[np.int64]:
        """int64[C]: what an error on a row of each class costs, in thousandths of the dearest; at least 1."""
        if self.spec.metric == "weighted":
            costs = self.class_weights
        elif self.spec.metric == "accuracy":
            return np.full(len(self.class_weights), 1, dtype=np.int64)
        else:  # every class counts the same, whatever its rows
            rows = self.train.masses
            costs = np.where(rows > 0, 1.0 / np.maximum(rows, 1), 0.0)
        return np.asarray(np.maximum(np.rint(1000 * costs / max(costs.max(), 1e-300)).astype(np.int64), 1))

    @property
    def nothing(self) -> Network:
        """The network without units."""
        return Network.constant(self.space.n_heads)


def network_problem(
    dataset: Dataset, genome: NetworkGenomeSpec, fitness: NetworkFitnessSpec, seed: int
) -> NetworkProblem:
    """Bind a dataset to a space and objectives.

    Raises:
        DataError: `fitness.class_weight` names a class that does not occur.
    """
    task = dataset.task
    space = space_of(task, dataset.n_bits, genome.gate_limit, genome.depth_limit)
    train = NetworkEvaluator.of(task, dataset.train, space)
    weights = class_weights(task, train.masses, fitness)
    rng, n, copies = stream(seed, Role.JUDGES), dataset.n_originals, dataset.copies
    codes = _codes(train)[:n]
    if by_folds(dataset, fitness):
        everything = with_copies(np.arange(n), n, copies)
        return NetworkProblem(
            space, fitness, weights, train, everything, np.arange(n), genome.votes, folds_of(codes, rng), copies
        )
    growing, judging = parted(codes, fitness.judged, rng)
    growing = with_copies(growing, n, copies)
    return NetworkProblem(space, fitness, weights, train, growing, judging, genome.votes, copies=copies)


def with_copies(rows: Rows, n: int, copies: int) -> Rows:
    """Some of the first `n` training rows, ascending, and all copies of them, which stand in blocks of `n`."""
    return np.concatenate([rows + block * n for block in range(1 + copies)])


def by_folds(dataset: Dataset, fitness: NetworkFitnessSpec) -> bool:
    """Whether folds judge.

    auto: small tables of one label, unless nothing is held out at all, because then the table is the whole truth;
    several outputs are bred from parents, which folds cannot judge.
    """
    n_rows = dataset.n_originals
    if fitness.judging != "auto":
        return fitness.judging == "folds" and n_rows > 1
    held_out = dataset.valid is not None or dataset.test is not None
    return dataset.task.kind != "multioutput" and held_out and FEWEST <= n_rows < SMALL and fitness.judged > 0


def parted(codes: NDArray[np.int64], share: float, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Rows to grow on and rows that judge: a share of each class; codes: int64[rows], see `_codes`.

    A class of one row grows; where too few rows are left to judge by, all rows do both.
    """
    n = len(codes)
    judging = np.zeros(n, dtype=np.bool_)
    for value in np.unique(codes).tolist():
        rows = rng.permutation(np.flatnonzero(codes == value))
        judging[rows[: int(share * len(rows))]] = True
    if not judging.any():
        return np.arange(n), np.arange(n)
    return np.flatnonzero(~judging), np.flatnonzero(judging)


def _codes(train: NetworkEvaluator) -> NDArray[np.int64]:
    """int64[rows]: classes, zeros where there are several outputs."""
    return train.truth[0] if len(train.truth) == 1 else np.zeros(train.split.n_rows, dtype=np.int64)


def objectives_of(
    problem: NetworkProblem, networks: NetworkBatch, scores: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """float64[networks, objectives]; infinite for one that is larger than the space allows.

    scores: float64[networks], where folds have judged; by default those of the networks on the rows that judge.
    """
    scores = problem.scores(networks, problem.judging) if scores is None else scores
    errors = (1.0 - scores).tolist()
    rows = [measured(problem, network, error) for network, error in zip(networks, errors, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(problem.spec.objectives))


def measured(problem: NetworkProblem, network: Network, error: float) -> list[float]:
    """The objectives of a network of known error; infinite where it is larger than the space allows."""
    from fitness.networks.lowering import sizes  # noqa: PLC0415 - kernels load when they are needed

    space = problem.space
    gates, depth, _ = sizes(network, space)
    if not space.holds(gates, depth):
        return [np.inf] * len(problem.spec.objectives)
    named = {"error": error, "gates": gates, "depth": depth, "units": len(network)}
    return [float(named[name]) for name in problem.spec.objectives]
