"""Choosing a model of the front by cross-validation: the paired one-standard-error rule.

The front has a best model for every price per literal. Which price generalizes is estimated on inner folds: the same
search runs on four fifths of the training rows, its best model at each price predicts the held-out fifth, and every
training row ends up with one held-out error per price. The price with the lowest mean error is the reference; of all
prices whose errors are not worse by more than one standard error of the *paired* differences, the one whose model on
all rows is smallest is chosen (Breiman et al. 1984, section 3.4.3, with pairing). Nothing is fitted again: the model is
the front's own. The folds see as many generations as the run, at most 60.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.config.schema import RunConfig
from evo.job import Job
from evo.search.build import build_search
from evo.search.loop import Search
from evo.search.pricing import best_at, price_path
from evo.search.state import State
from fitness.data.dataset import Dataset, Split
from fitness.evaluator import Evaluator
from fitness.sizes import literals
from genomes.bits import unpack
from genomes.streams import Role, stream

FOLDS = 5
MOST_GENERATIONS = 60
PRICES = 16
#: Fewer training rows are not cut into folds unless it is asked for.
FEWEST_ROWS = 50
#: One differing row is exactly one standard error: rounding must not decide it.
TIE = 1e-12

#: One generation of an inner search: (search, state, number of the fold) -> state. It may raise to interrupt.
Step = Callable[[Search, State, int], State]


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen member of the front, its price, and the mean held-out errors float64[prices] of all prices."""

    member: str
    price: float
    prices: NDArray[np.float64]
    errors: NDArray[np.float64]

    def to_json(self) -> dict[str, Any]:
        """As result.json keeps it: errors are shares of wrong outputs on held-out training rows, by price."""
        by_price = [
            [round(price, 6), error] for price, error in zip(self.prices.tolist(), self.errors.tolist(), strict=True)
        ]
        return {"rule": "cross_validation", "folds": FOLDS, "price": round(self.price, 6), "held_out_errors": by_price}


def by_folds(config: RunConfig, dataset: Dataset) -> bool:
    """Whether folds pick the model.

    auto: not where validation rows do; not where nothing is held out at all, because then the table is the whole truth
    and is to be matched; folds where only test rows are held out, so that how it generalizes is what counts.
    """
    if config.fitness.selection != "auto":
        return config.fitness.selection == "cross_validation"
    return dataset.valid is None and dataset.test is not None and dataset.train.n_rows >= FEWEST_ROWS


def choose_by_folds(job: Job, state: State, step: Step) -> Choice:
    """The member of `state`'s front at the price that cross-validation chooses; `step` makes one generation."""
    train = job.dataset.train
    prices = price_path(job.search.arena.n_samples, PRICES)
    wrong = np.zeros((len(prices), train.n_rows))
    for number, held_out in enumerate(_folds(job.dataset, job.config.seed), start=1):
        search = build_search(job.config, _without(job.dataset, held_out))
        inner = search.start()
        for _ in range(min(state.generation, MOST_GENERATIONS)):
            inner = step(search, inner, number)
        wrong[:, held_out] = _errors(search, inner, _members(search, inner, prices), train.take(held_out))
    members = _members(job.search, state, prices)
    sizes = literals(state.archive.covers, job.search.problem.space)[members].tolist()
    chosen = one_standard_error(wrong, sizes, job.config.fitness.standard_errors)
    return Choice(state.archive.ids()[members[chosen]], float(prices[chosen]), prices, wrong.mean(axis=1))


def _members(search: Search, state: State, prices: NDArray[np.float64]) -> list[int]:
    """The archive's best row at every price, in the units of `search`."""
    arena = search.arena
    return [best_at(state.archive, price, arena.n_samples, arena.error_column, arena.space) for price in prices]


def one_standard_error(wrong: NDArray[np.float64], sizes: list[int], errors: float = 1.0) -> int:
    """Row of wrong float64[candidates, samples] that the rule in the module text picks; sizes breaks ties.

    errors: standard errors a smaller model may be worse by.
    """
    mean = wrong.mean(axis=1)
    reference = min(range(len(mean)), key=lambda row: (mean[row], sizes[row]))
    difference = wrong - wrong[reference]
    allowed = difference.std(axis=1, ddof=1) / np.sqrt(wrong.shape[1]) if wrong.shape[1] > 1 else np.zeros(len(mean))
    good = np.flatnonzero(difference.mean(axis=1) <= errors * allowed + TIE)
    return int(min(good, key=lambda row: (sizes[row], mean[row])))


def _folds(dataset: Dataset, seed: int) -> list[NDArray[np.intp]]:
    """Rows of each fold, stratified by label where there is one per row."""
    rng = stream(seed, Role.FOLDS)
    train = dataset.train
    planes = unpack(train.planes, train.n_rows)
    labels = planes.argmax(axis=0) if dataset.task.kind == "multiclass" else planes[0].astype(np.intp)
    order = rng.permutation(train.n_rows)
    ranked = order[np.argsort(labels[order], kind="stable")]
    return [np.sort(ranked[fold::FOLDS]) for fold in range(FOLDS)]


def _without(dataset: Dataset, held_out: NDArray[np.intp]) -> Dataset:
    """The data with only the training rows that are not held out."""
    rest = np.setdiff1d(np.arange(dataset.train.n_rows), held_out)
    return replace(dataset, train=dataset.train.take(rest), valid=None, test=None)


def _errors(search: Search, state: State, members: list[int], held_out: Split) -> NDArray[np.float64]:
    """float64[members, held-out rows]: share of each row's outputs that a member gets wrong."""
    distinct = sorted(set(members))
    batch = state.archive.covers.take(distinct, search.problem.space)
    fitted = search.problem.train
    wrong = Evaluator.of(fitted.task, fitted.kind, held_out).row_errors(batch)
    return wrong[[distinct.index(member) for member in members]]
