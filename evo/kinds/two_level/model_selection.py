"""Choosing a model of the front: by the price per literal that inner folds find, or by a price alone.

The archive has a best model for every price per literal. Which price generalizes is estimated on inner folds
(`evo.kinds.two_level.folds`), so that training rows have one held-out error per price; these are smoothed over
neighbouring prices and pulled towards the one that description length finds (`evo.kinds.two_level.smoothed`). The model
is the best of the whole front at the chosen price, on whichever side of the output is better; nothing is fitted again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.kinds.common.selection import Choice, Over, Step, unhurried
from evo.kinds.two_level.build import FormulaJob
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.folds import (
    FOLDS,
    best_rows,
    fold_rows,
    held_out_errors,
    row_costs,
    row_errors,
    searched,
)
from evo.kinds.two_level.smoothed import candidates, chosen
from evo.search.archive import Archive
from evo.search.loop import Search
from evo.search.pricing import best_at, described_price
from evo.search.state import State
from fitness.data.dataset import Dataset
from fitness.objectives.metrics import COUNTING, METRICS
from fitness.objectives.sizes import description, literals
from genomes import portable

#: Fewer training rows, or as many as the other, are not cut into folds unless it is asked for: of many rows the price
#: that description length finds was never behind folds on five tables, with smaller models and for nothing.
FEWEST_ROWS, MANY_ROWS = 50, 4_000


@dataclass(frozen=True, slots=True)
class ByPrice:
    """The member with the lowest errors + price * (literals + terms): no rows are held out and nothing is repeated."""

    member: str
    price: float

    def to_json(self) -> dict[str, Any]:
        """The rule and its price."""
        return {"rule": "price", "price": self.price}


@dataclass(frozen=True, slots=True)
class ByFolds:
    """The member of the front that is best at the price that folds chose.

    prices: float64[prices], dear to cheap; errors: float64[prices], share of wrong outputs on held-out rows, by what
    they cost; folds: how many of the folds these come from; inverted: the side of the member.
    """

    member: str
    chosen: int
    prices: NDArray[np.float64]
    errors: NDArray[np.float64]
    inverted: bool = False
    folds: int = FOLDS

    @property
    def price(self) -> float:
        """The chosen one."""
        return float(self.prices[self.chosen])

    def to_json(self) -> dict[str, Any]:
        """As result.json keeps it: errors are shares of wrong outputs on held-out training rows, by price."""
        side = "negative" if self.inverted else "positive"
        table = np.stack([self.prices, self.errors], axis=1).tolist()
        rule = {"rule": "cross_validation", "folds": self.folds, "side": side, "price": self.price}
        return rule | {"held_out_errors": table}


def by_folds(config: FormulaConfig, dataset: Dataset) -> bool:
    """Whether folds pick the model.

    auto: not where validation rows do; not where nothing is held out at all, because then the table is the whole truth
    and is to be matched; folds where only test rows are held out, so that how it generalizes is what counts, unless
    rows are so many that a price does as well.
    """
    if config.fitness.selection != "auto":
        return config.fitness.selection == "cross_validation"
    return _generalizes(dataset) and few_enough(dataset.train.n_rows)


def by_price(config: FormulaConfig, dataset: Dataset) -> bool:
    """Whether a price picks the model: asked for, or where `by_folds` has more rows than it needs."""
    if config.fitness.selection != "auto":
        return config.fitness.selection == "price"
    return _generalizes(dataset) and dataset.train.n_rows >= MANY_ROWS


def few_enough(n_rows: int) -> bool:
    """Whether so many training rows are cut into folds unless something else is asked for."""
    return FEWEST_ROWS <= n_rows < MANY_ROWS


def _generalizes(dataset: Dataset) -> bool:
    """Whether only test rows are held out."""
    return dataset.valid is None and dataset.test is not None


@dataclass(frozen=True, slots=True)
class FormulaSelection:
    """What `fitness.selection` asks for; folds: see `by_folds`; seen: the data as the search sees them."""

    folds: int
    seen: Dataset
    priced: bool = False

    @classmethod
    def of(cls, config: FormulaConfig, dataset: Dataset) -> FormulaSelection:
        """The selection of a config on data."""
        return cls(FOLDS if by_folds(config, dataset) else 0, dataset, by_price(config, dataset))

    @property
    def later(self) -> str:
        """Folds or a price; nothing where validation rows (or all training rows) pick the model."""
        return f"{self.folds} folds" if self.folds else "a price per literal" if self.priced else ""

    def choose(self, job: FormulaJob, state: State, step: Step, over: Over = unhurried) -> Choice | None:
        """The member that the price or the folds choose; None where validation rows (or all training rows) do.

        Where time does not suffice for a single fold, the price chooses.
        """
        if self.priced:
            return choose_by_price(job, state)
        if not self.folds:
            return None
        return choose_by_folds(job, state, step, over, self.seen) or choose_by_price(job, state)


def choose_by_price(job: FormulaJob, state: State) -> ByPrice:
    """The member of `state`'s front, on either side, at `fitness.price`, or at the price that is found."""
    context, price = job.search.context, job.config.fitness.price
    front = state.archive.undominated(context.space)
    price = found_price(job, front) if price is None else price
    row = best_at(front, price, context.n_errors, context.error_column, context.space)
    assert row is not None, "a front has members after the first generation"
    return ByPrice(front.ids()[row], price)


def found_price(job: FormulaJob, front: Archive) -> float:
    """The price that description length finds for `front`, whose models the folds compare, too."""
    context, n_classes = job.search.context, len(job.dataset.task.classes)
    errors = front.objectives[:, context.error_column] * context.n_errors
    sizes = description(front.genomes, context.space).astype(np.float64)
    problem, wrong = job.search.problem, None
    if job.config.fitness.metric not in COUNTING:
        wrong = 1.0 - METRICS["accuracy"](problem.train.confusion(front.genomes), problem.class_weights)
    return described_price(errors, sizes, context.n_errors, context.space.n_inputs, n_classes, wrong)


def choose_by_folds(
    job: FormulaJob, state: State, step: Step, over: Over = unhurried, seen: Dataset | None = None
) -> ByFolds | None:
    """The member of `state`'s front that cross-validation chooses; `step` makes one generation.

    A fold whose time is `over` is judged as far as it came, one without a single generation not at all; None where that
    is true of all. seen: the data as the search saw them, where those of `job` have refined cuts.
    """
    seen = job.dataset if seen is None else seen
    front = state.archive.undominated(job.search.problem.space)
    prices = candidates(found_price(job, front))
    costs = row_costs(job.search.problem, job.dataset)
    wrong: list[NDArray[np.float64]] = []
    judged: list[NDArray[np.intp]] = []
    for number, held_out in enumerate(fold_rows(seen, job.config.seed), start=1):
        late = partial(over, number)
        found = searched(job, seen, held_out, prices, state.generation, _of(step, number), late)
        if found is not None:
            judged.append(held_out)
            wrong.append(held_out_errors(found, prices) * costs[held_out])
    if not judged:
        return None
    judgement = np.concatenate(wrong, axis=1), np.concatenate(judged), costs
    return _chosen(job, replace(state, archive=front), prices, *judgement, folds=len(judged))


def _chosen(
    job: FormulaJob,
    state: State,
    prices: NDArray[np.float64],
    wrong: NDArray[np.float64],
    judged: NDArray[np.intp],
    costs: NDArray[np.float64],
    folds: int,
) -> ByFolds:
    """The best member at the price that the errors `wrong` float64[prices, judged] on the rows `judged` choose."""
    search, archive = job.search, state.archive
    members = best_rows(search, state, prices)
    constant = literals(archive.genomes, search.problem.space)[members] == 0
    alone = row_errors(search, state, members, job.dataset.train)[:, judged] * costs[judged]
    place = chosen(wrong, job.config.fitness.standard_errors, np.where(constant[:, None], alone, np.nan))
    shares = portable.summed(wrong) / max(float(portable.summed(costs[judged])), 1.0)
    row = members[place]
    return ByFolds(archive.ids()[row], place, prices, shares, bool(archive.genomes.inverted[row]), folds)


def _of(step: Step, number: int) -> Callable[[Search, State], State]:
    return lambda search, state: step(search, state, number)
