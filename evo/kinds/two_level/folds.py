"""Inner folds of a search for formulas: what its best models at a few prices do on rows that they have not seen.

The same search, at the candidate prices only, runs on four fifths of the training rows; its best model at each price,
on whichever side of the output is better, predicts the held-out fifth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evo.kinds.two_level.build import FormulaJob, alone, at_prices, build_search
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.refinement import refine_front
from evo.kinds.two_level.smoothed import PRICES
from evo.search.loop import Search
from evo.search.pricing import best_at_each
from evo.search.state import State
from fitness.data.cuts import taken
from fitness.data.dataset import Dataset, Split
from fitness.data.load import Loaded
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
    """An inner search, its data (the held-out rows as test rows), and its end."""

    search: Search
    loaded: Loaded
    state: State


def fold_rows(dataset: Dataset, seed: int) -> list[NDArray[np.intp]]:
    """Rows of each fold, stratified by label where there is one per row."""
    order = stream(seed, Role.FOLDS).permutation(dataset.train.n_rows)
    ranked = order[np.argsort(_labels(dataset)[order], kind="stable")]
    return [np.sort(ranked[fold::FOLDS]) for fold in range(FOLDS)]


def searched(
    job: FormulaJob,
    loaded: Loaded,
    held_out: NDArray[np.intp],
    generations: int,
    step: Callable[[Search, State], State],
    over: Callable[[], bool],
) -> Fold | None:
    """The inner search of `loaded` without the rows `held_out`; None where its time was over before it had an end."""
    found = None
    try:
        with until(over):
            part = _without(loaded, held_out)
            whole = build_search(alone(job.config), part.dataset, job.search.backend)
            search = at_prices(whole, np.array(PRICES), MOST_SAMPLES)
            inner = search.start()
            for _ in range(min(generations, search.algorithm.settles)):
                inner = step(search, inner)
                found = Fold(search, part, inner)
    except Interrupted:
        if not over():
            raise
    return found


def held_out_errors(config: FormulaConfig, fold: Fold, over: Callable[[], bool]) -> Floats:
    """float64[PRICES, held-out rows]: share of each row's outputs that the best model at each price gets wrong.

    The models are refined first, as those of the whole search are.
    """
    search, loaded, state = fold.search, fold.loaded, fold.state
    refined = refine_front(config, search, loaded, state, over, list(dict.fromkeys(best_rows(search, state))))
    if refined is not None:
        search, loaded, state = refined.search, refined.loaded, refined.state
    assert loaded.dataset.test is not None
    return row_errors(search, state, best_rows(search, state), loaded.dataset.test)


def best_rows(search: Search, state: State) -> list[int]:
    """Per price the row of the archive's best member, in the units of `search`."""
    context = search.context
    return best_at_each(state.archive, np.array(PRICES), context.n_errors, context.error_column, context.space)


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


def _without(loaded: Loaded, held_out: NDArray[np.intp]) -> Loaded:
    """The data with only the training rows that are not held out, and those that are as test rows."""
    data = loaded.dataset
    rest = np.setdiff1d(np.arange(data.train.n_rows), held_out)
    parts = replace(data, train=data.train.take(rest), valid=None, test=data.train.take(held_out))
    numbers = loaded.numbers.get("train", ())
    kept = {"train": taken(numbers, rest), "test": taken(numbers, held_out)}
    return Loaded(parts, loaded.encoder, numbers=kept)
