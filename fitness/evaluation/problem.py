"""The problem as a worker sees it, and the work done on one chunk of candidates: a pure function of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Dataset, Task
from fitness.errors import DataError
from fitness.evaluation.class_weights import class_weights
from fitness.evaluation.error_prices import ErrorPrices
from fitness.evaluation.evaluator import Evaluator
from fitness.evaluation.results import Results
from fitness.objectives.metrics import METRICS, Scores
from fitness.objectives.sizes import SIZES
from fitness.spec import FitnessSpec
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from genomes.two_level.spec import FormulaGenomeSpec


class Posed(Protocol):
    """What every problem has: the space of its genomes and the `fitness` section."""

    @property
    def space(self) -> Any:
        """The space of all genomes that may be candidates."""

    @property
    def spec(self) -> FitnessSpec:
        """The fitness section: its objectives are the columns of all results."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that turns covers into objectives; made once, sent to every worker once.

    class_weights: float64[C]; prices: what errors cost.
    """

    space: CoverSpace
    spec: FitnessSpec
    class_weights: NDArray[np.float64]
    train: Evaluator
    prices: ErrorPrices

    def scores(self, confusion: NDArray[np.int64]) -> Scores:
        """The configured metric of each genome: float64[genomes], larger is better."""
        return METRICS[self.spec.metric](confusion, self.class_weights)


def make_problem(dataset: Dataset, genome: FormulaGenomeSpec, fitness: FitnessSpec) -> Problem:
    """Bind a dataset to a genome and objectives.

    Raises:
        DataError: `fitness.class_weight` names a class that does not occur; `genome.side` for classes that vote.
    """
    task = dataset.task
    votes, allowed, longest = task.kind == "multiclass", phases(genome, task), genome.term_literals or 0
    space = CoverSpace(genome.kind, dataset.n_bits, task.n_covers, genome.terms, votes, allowed, longest)
    train = Evaluator.of(task, genome.kind, dataset.train)
    weights = class_weights(task, train.masses, fitness)
    one = 1.0 if dataset.train.weights is None else dataset.train.weights.one
    prices = ErrorPrices.of(train.masses, _error_weights(task, train.masses, fitness, weights), one)
    return Problem(space, fitness, weights, train, prices)


def phases(genome: FormulaGenomeSpec, task: Task) -> tuple[bool, ...]:
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


def _error_weights(
    task: Task, masses: NDArray[np.int64], fitness: FitnessSpec, class_weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """float64[classes]: how much an error on a row of each class adds to the metric's error; ones where it varies."""
    if fitness.metric == "balanced_accuracy" and task.kind != "multioutput":
        return np.where(masses > 0, 1.0 / np.maximum(masses, 1), 0.0)
    return class_weights if fitness.metric == "weighted" else np.ones(len(masses))
