"""Inner folds of a search for formulas: what its best models at a few prices do on rows that they have not seen.

The same search, at the candidate prices only, runs on four fifths of the training rows; its best model at each price,
on whichever side of the output is better, predicts the held-out fifth. A few generations judge prices as well as many,
and thresholds need not be refined: both make the models of all prices better alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evo.kinds.two_level.build import FormulaJob, alone, at_prices, build_search
from evo.search.loop import Search
from evo.search.pricing import best_at_each
from evo.search.state import State
from fitness.data.dataset import Dataset, Split
from fitness.evaluation.evaluator import Evaluator
from fitness.evaluation.problem import Problem
from genomes.bits import unpack
from genomes.deadline import Interrupted, until
from genomes.streams import Role, stream

FOLDS: Final = 5
#: Samples of a fold that rounds look at, about: enough to judge a price by.
MOST_SAMPLES: Final = 8192
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fold:
    """An inner search, the rows that it did not see, and its end."""

    search: Search
    held_out: Split
    state: State


def fold_rows(dataset: Dataset, seed: int) -> list[NDArray[np.intp]]:
    """Rows of each fold, stratified by label where there is one per row."""
    order = stream(seed, Role.FOLDS).permutation(dataset.train.n_rows)
    ranked = order[np.argsort(_labels(dataset)[order], kind="stable")]
    return [np.sort(ranked[fold::FOLDS]) for fold in range(FOLDS)]


def searched(
    job: FormulaJob,
    dataset: Dataset,
    held_out: NDArray[np.intp],
    prices: Floats,
    generations: int,
    step: Callable[[Search, State], State],
    over: Callable[[], bool],
) -> Fold | None:
    """The inner search at `prices`, without the rows `held_out`; None where its time was over before it had an end."""
    found = None
    try:
        with until(over):
            rest = np.setdiff1d(np.arange(dataset.train.n_rows), held_out)
            part = replace(dataset, train=dataset.train.take(rest), valid=None, test=None)
            whole = build_search(alone(job.config), part, job.search.backend)
            search = at_prices(whole, prices, MOST_SAMPLES)
            inner = search.start()
            for _ in range(min(generations, search.algorithm.settles)):
                inner = step(search, inner)
                found = Fold(search, dataset.train.take(held_out), inner)
    except Interrupted:
        if not over():
            raise
    return found


def held_out_errors(fold: Fold, prices: Floats) -> Floats:
    """float64[prices, held-out rows]: share of each row's outputs that the best model at each price gets wrong."""
    return row_errors(fold.search, fold.state, best_rows(fold.search, fold.state, prices), fold.held_out)


def best_rows(search: Search, state: State, prices: Floats) -> list[int]:
    """Per price the row of the archive's best member, in the units of `search`."""
    context = search.context
    return best_at_each(state.archive, prices, context.n_errors, context.error_column, context.space)


def row_errors(search: Search, state: State, members: list[int], split: Split) -> Floats:
    """float64[members, rows]: share of each row's outputs that a member gets wrong."""
    distinct = sorted(set(members))
    batch = state.archive.genomes.take(distinct, search.problem.space)
    fitted = search.problem.train
    wrong = Evaluator.of(fitted.task, fitted.kind, split).row_errors(batch)
    return wrong[[distinct.index(member) for member in members]]


def row_costs(problem: Problem, dataset: Dataset) -> Floats:
    """float64[training rows]: what all outputs of each row wrong cost, in the errors that prices are compared with."""
    train, task = dataset.train, dataset.task
    if task.kind == "multioutput":
        n_outputs = len(train.planes)
        counts = np.ones(train.n_rows) if train.weights is None else train.weights.counts()
        return np.asarray(n_outputs * counts, dtype=np.float64)
    units = np.ones(train.n_rows) if train.weights is None else train.weights.units
    return np.asarray(units * problem.prices.of_class[_labels(dataset)])


def _labels(dataset: Dataset) -> NDArray[np.intp]:
    """intp[training rows]: the class of each; of several outputs the first."""
    planes = unpack(dataset.train.planes, dataset.train.n_rows)
    return np.asarray(planes.argmax(axis=0) if dataset.task.kind == "multiclass" else planes[0], dtype=np.intp)
