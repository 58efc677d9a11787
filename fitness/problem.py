"""The problem as a worker sees it, and the work done on one chunk of candidates: a pure function of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Dataset, Split, Task
from fitness.errors import DataError
from fitness.evaluation.evaluator import Evaluator
from fitness.local.tasks import Refinement
from fitness.objectives.metrics import METRICS, Scores
from fitness.objectives.sizes import SIZES
from fitness.spec import FitnessSpec
from genomes.batch import CoverBatch
from genomes.batches import Genomes, concatenate
from genomes.bits import Words, popcount
from genomes.spec import GenomeSpec
from genomes.term_lists import TermList
from genomes.two_level import Cover, CoverSpace


class Posed(Protocol):
    """What every problem has: the space of its genomes and the `fitness` section."""

    @property
    def space(self) -> Any:
        """Where genomes live."""

    @property
    def spec(self) -> FitnessSpec:
        """What is optimised."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that turns covers into objectives; made once, sent to every worker once."""

    space: CoverSpace
    spec: FitnessSpec
    class_weights: NDArray[np.float64]
    train: Evaluator

    def scores(self, confusion: NDArray[np.int64]) -> Scores:
        """The configured metric of each genome: float64[genomes], larger is better."""
        return METRICS[self.spec.metric](confusion, self.class_weights)


@dataclass(frozen=True, slots=True)
class ImprovedCovers:
    """What a memetic round found for one task: its covers' objective, and terms per output for the pool.

    origin: the cover before its descent; keys: uint64[n], what was descended (see `MemeticTasks.known`);
    made, skipped: descents made, and not made because they were known.
    """

    value: float
    found: tuple[TermList, ...]
    origin: Cover
    keys: Words
    made: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Raised:
    """The work raised on one task, of which the candidate at `row` is the first; `reason` is the traceback."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Results(Generic[Genomes]):
    """What came of a chunk: the candidates with objectives float64[genomes, objectives] (smaller is better).

    failed: bool[genomes]; improved: one entry per task where the work was a round and not only an evaluation;
    refinement: what local steps did, where there were any; raised: the tasks on which the work raised; notes: further
    arrays with an entry per task, which the algorithm asked for.
    """

    genomes: Genomes
    objectives: NDArray[np.float64]
    failed: NDArray[np.bool_]
    improved: tuple[ImprovedCovers, ...] = ()
    refinement: Refinement | None = None
    raised: tuple[Raised, ...] = ()
    notes: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: Sequence[Results[Genomes]]) -> Results[Genomes]:
        """The results of consecutive chunks as one."""
        genomes = parts[0].genomes
        firsts = np.cumsum([0, *(len(part.genomes) for part in parts)]).tolist()
        steps = [part.refinement for part in parts if part.refinement is not None]
        for part in parts[1:]:
            genomes = concatenate(genomes, part.genomes)
        return cls(
            genomes,
            np.concatenate([part.objectives for part in parts]),
            np.concatenate([part.failed for part in parts]),
            tuple(improved for part in parts for improved in part.improved),
            Refinement.joined(steps) if steps else None,
            tuple(
                replace(r, row=r.row + first) for part, first in zip(parts, firsts, strict=False) for r in part.raised
            ),
            {name: np.concatenate([part.notes[name] for part in parts]) for name in parts[0].notes},
        )


def make_problem(dataset: Dataset, genome: GenomeSpec, fitness: FitnessSpec) -> Problem:
    """Bind a dataset to a genome and objectives.

    Raises:
        DataError: `fitness.class_weight` names a class that does not occur; `genome.side` for classes that vote.
    """
    task = dataset.task
    votes, allowed, longest = task.kind == "multiclass", phases(genome, task), genome.term_literals or 0
    space = CoverSpace(genome.formula, dataset.n_bits, task.n_covers, genome.terms, votes, allowed, longest)
    weights = _class_weights(task, dataset.train, fitness)
    return Problem(space, fitness, weights, Evaluator.of(task, genome.formula, dataset.train))


def phases(genome: GenomeSpec, task: Task) -> tuple[bool, ...]:
    """Output phases that covers may have, the values of `inverted`: see `genome.side`.

    Raises:
        DataError: a side was asked for, but classes vote.
    """
    if genome.side == "auto":
        return (False, True) if task.kind == "binary" else (False,)
    if task.kind == "multiclass":
        need = f"only a formula for two classes or for outputs has a side, but {len(task.classes)} classes vote"
        raise DataError(f"{need}; leave it out", where="genome.side")
    return {"positive": (False,), "negative": (True,), "both": (False, True)}[genome.side]


def evaluate(problem: Problem, chunk: CoverBatch) -> Results:
    """Objectives of every candidate; one that yields a non-finite value fails and gets infinity everywhere."""
    errors = 1.0 - problem.scores(problem.train.confusion(chunk))
    columns = [errors if name == "error" else SIZES[name](chunk, problem.space) for name in problem.spec.objectives]
    objectives = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    failed: NDArray[np.bool_] = np.logical_not(np.isfinite(objectives).all(axis=1))
    objectives[failed] = np.inf
    return Results(chunk, objectives, failed)


def _class_weights(task: Task, train: Split, fitness: FitnessSpec) -> NDArray[np.float64]:
    """float64[classes]; balanced is rows / (classes * rows of the class), as in scikit-learn."""
    given = fitness.class_weight
    if isinstance(given, dict):
        unknown = sorted(set(given) - set(task.classes))
        if unknown:
            known = ", ".join(task.classes)
            raise DataError(
                f"no such class: {', '.join(unknown)}; the classes are {known}", where="fitness.class_weight"
            )
        return np.array([given.get(label, 1.0) for label in task.classes])
    if given == "balanced":
        counts = _class_counts(task, train)
        return np.asarray(counts.sum() / (len(counts) * np.maximum(counts, 1.0)))
    return np.ones(len(task.classes))


def _class_counts(task: Task, train: Split) -> NDArray[np.float64]:
    if task.kind == "multiclass":
        return popcount(train.planes & train.care).astype(np.float64)
    positives = int(popcount(train.planes & train.care).sum())
    return np.array([int(popcount(train.care).sum()) - positives, positives], dtype=np.float64)
