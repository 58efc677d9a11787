"""Choosing a model of the front by cross-validation: the paired one-standard-error rule.

The archive has a best model for every price per literal and side (which value of the output the formula describes).
Which of them generalizes is estimated on inner folds: the same search, at the candidate prices only, runs on four
fifths of the training rows, its best models predict the held-out fifth, and every training row ends up with one
held-out error per candidate. The candidate with the lowest mean error is the reference; of all whose errors are not
worse by more than one standard error of the *paired* differences, the one whose model on all rows is smallest is chosen
(Breiman et al. 1984, section 3.4.3, with pairing). Nothing is fitted again: the model is the front's own.

The candidates are few (six prices from 4 errors per literal to half an error): with more, luck decides among them, and
dearer formulas lose the compact concepts of small tables. Models that another dominates are no candidates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.kinds.common.selection import Choice, Over, Step, unhurried
from evo.kinds.two_level.build import FormulaJob, alone, at_prices, build_search
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.refinement import refine_front
from evo.search.loop import Search
from evo.search.pricing import best_at, described_price
from evo.search.state import State
from fitness.data.cuts import taken
from fitness.data.dataset import Dataset, Split
from fitness.data.load import Loaded
from fitness.evaluation.evaluator import Evaluator
from fitness.objectives.sizes import literals
from genomes import portable
from genomes.bits import unpack
from genomes.deadline import Interrupted, until
from genomes.streams import Role, stream

FOLDS = 5
#: Samples of a fold that rounds look at, about: enough to judge a price by.
MOST_SAMPLES = 8192
#: Errors that a literal must save, the candidates.
PRICES = (4.0, 3.0, 2.0, 1.5, 1.0, 0.5)
#: Fewer training rows are not cut into folds unless it is asked for.
FEWEST_ROWS = 50
#: One differing row is exactly one standard error: rounding must not decide it.
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Candidate:
    """The best model of one side at one price per literal."""

    inverted: bool
    price: float

    def to_json(self) -> tuple[str, float]:
        """Side and price."""
        return "negative" if self.inverted else "positive", self.price


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
    """The chosen member of the front, its place among the candidates, and the mean held-out errors of all of them.

    folds: how many of the folds these come from.
    """

    member: str
    chosen: int
    candidates: tuple[Candidate, ...]
    errors: NDArray[np.float64]
    folds: int = FOLDS

    def to_json(self) -> dict[str, Any]:
        """As result.json keeps it: errors are shares of wrong outputs on held-out training rows, by side and price."""
        table = [
            [*candidate.to_json(), error]
            for candidate, error in zip(self.candidates, self.errors.tolist(), strict=True)
        ]
        side, price = self.candidates[self.chosen].to_json()
        rule = {"rule": "cross_validation", "folds": self.folds, "side": side, "price": price}
        return rule | {"held_out_errors": table}


def by_folds(config: FormulaConfig, dataset: Dataset) -> bool:
    """Whether folds pick the model.

    auto: not where validation rows do; not where nothing is held out at all, because then the table is the whole truth
    and is to be matched; folds where only test rows are held out, so that how it generalizes is what counts.
    """
    if config.fitness.selection != "auto":
        return config.fitness.selection == "cross_validation"
    return dataset.valid is None and dataset.test is not None and dataset.train.n_rows >= FEWEST_ROWS


@dataclass(frozen=True, slots=True)
class FormulaSelection:
    """What `fitness.selection` asks for; folds: see `by_folds`; loaded: the data as the search sees them."""

    folds: int
    loaded: Loaded

    @classmethod
    def of(cls, config: FormulaConfig, loaded: Loaded) -> FormulaSelection:
        """The selection of a config on data."""
        return cls(FOLDS if by_folds(config, loaded.dataset) else 0, loaded)

    def choose(self, job: FormulaJob, state: State, step: Step, over: Over = unhurried) -> Choice | None:
        """The member that the price or the folds choose; None where validation rows (or all training rows) do.

        Where time does not suffice for a single fold, the price chooses.
        """
        if job.config.fitness.selection == "price":
            return choose_by_price(job, state)
        if not self.folds:
            return None
        return choose_by_folds(job, state, step, over, self.loaded) or choose_by_price(job, state)


def choose_by_price(job: FormulaJob, state: State) -> ByPrice:
    """The member of `state`'s front, on either side, at `fitness.price`, or at the price that is found."""
    context, price = job.search.context, job.config.fitness.price
    front = state.archive.undominated(context.space)
    if price is None:
        n_classes = len(job.dataset.task.classes)
        price = described_price(front, context.n_errors, context.error_column, context.space, n_classes)
    row = best_at(front, price, context.n_errors, context.error_column, context.space)
    assert row is not None, "a front has members after the first generation"
    return ByPrice(front.ids()[row], price)


def choose_by_folds(
    job: FormulaJob, state: State, step: Step, over: Over = unhurried, loaded: Loaded | None = None
) -> ByFolds | None:
    """The member of `state`'s front that cross-validation chooses; `step` makes one generation.

    A fold whose time is `over` is judged as far as it came, one without a single generation not at all; None where that
    is true of all. loaded: the data as the search saw them, where those of `job` have refined cuts; folds are refined
    then, too.
    """
    loaded = Loaded(job.dataset, job.encoder) if loaded is None else loaded
    train = loaded.dataset.train
    offered = _candidates(job.search, state)
    candidates = list(offered)
    wrong, weights = np.zeros((len(candidates), train.n_rows)), _row_weights(job.search, train)
    judged: list[NDArray[np.intp]] = []
    for number, held_out in enumerate(_folds(loaded.dataset, job.config.seed), start=1):
        found = _searched(job, loaded, held_out, state.generation, _of(step, number), partial(over, number))
        if found is None:
            continue
        judged.append(held_out)
        wrong[:, held_out] = _held_out(job.config, found, candidates, partial(over, number)) * weights[held_out]
    if not judged:
        return None
    wrong = wrong if len(judged) == FOLDS else wrong[:, np.sort(np.concatenate(judged))]
    rows = list(offered.values())
    sizes = literals(state.archive.genomes, job.search.problem.space)[rows].tolist()
    chosen = one_standard_error(wrong, sizes, job.config.fitness.standard_errors)
    return ByFolds(state.archive.ids()[rows[chosen]], chosen, tuple(candidates), portable.mean(wrong), len(judged))


@dataclass(frozen=True, slots=True)
class _Fold:
    """An inner search, its data (the held-out rows as test rows), and its end."""

    search: Search
    loaded: Loaded
    state: State


def _of(step: Step, number: int) -> Callable[[Search, State], State]:
    return lambda search, state: step(search, state, number)


def _searched(
    job: FormulaJob,
    loaded: Loaded,
    held_out: NDArray[np.intp],
    generations: int,
    step: Callable[[Search, State], State],
    over: Callable[[], bool],
) -> _Fold | None:
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
                found = _Fold(search, part, inner)
    except Interrupted:
        if not over():
            raise
    return found


def _row_weights(search: Search, train: Split) -> NDArray[np.float64]:
    """float64[n_rows], mean 1: what an error on each row costs, by its weight and, with `weighted`, its class."""
    problem, planes = search.problem, unpack(train.planes, train.n_rows)
    weights = np.ones(train.n_rows) if train.weights is None else train.weights.counts()
    if problem.spec.metric == "weighted" and problem.train.task.kind != "multioutput":
        classes = planes.argmax(axis=0) if len(planes) > 1 else planes[0].astype(np.intp)
        weights = weights * problem.class_weights[classes]
    if train.weights is None and problem.spec.metric != "weighted":
        return weights
    return np.asarray(weights / portable.mean(weights) if weights.any() else np.ones(train.n_rows))


def _candidates(search: Search, state: State) -> dict[Candidate, int]:
    """What can be chosen, with its row in the archive: per side and price the best model, unless it is dominated."""
    front = set(state.archive.front().tolist())
    both = [Candidate(inverted, price) for inverted in search.problem.space.phases for price in PRICES]
    rows = {candidate: _member(search, state, candidate) for candidate in both}
    return {candidate: row for candidate, row in rows.items() if row in front}


def _member(search: Search, state: State, candidate: Candidate) -> int:
    """The archive's best row for a candidate, in the units of `search`; the best of the other side if it has none."""
    context = search.context
    place = (state.archive, candidate.price, context.n_errors, context.error_column, context.space)
    row = best_at(*place, inverted=candidate.inverted)
    chosen = row if row is not None else best_at(*place)
    assert chosen is not None, "an archive has members after the first generation"
    return chosen


def one_standard_error(wrong: NDArray[np.float64], sizes: list[int], errors: float = 1.0) -> int:
    """Row of wrong float64[candidates, samples] that the rule in the module text picks; sizes breaks ties.

    errors: standard errors a smaller model may be worse by.
    """
    mean = portable.mean(wrong)
    reference = min(range(len(mean)), key=lambda row: (mean[row], sizes[row]))
    difference = wrong - wrong[reference]
    good = np.flatnonzero(portable.mean(difference) <= errors * _standard_errors(difference) + TIE)
    return int(min(good, key=lambda row: (sizes[row], mean[row])))


def _standard_errors(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[rows]: the standard error of each row's mean, from float64[rows, samples]; 0 of a single sample."""
    n = values.shape[1]
    apart = values - portable.mean(values)[:, None]
    return np.asarray(np.sqrt(portable.summed(apart * apart) / (max(1, n - 1) * n)))


def _folds(dataset: Dataset, seed: int) -> list[NDArray[np.intp]]:
    """Rows of each fold, stratified by label where there is one per row."""
    rng = stream(seed, Role.FOLDS)
    train = dataset.train
    planes = unpack(train.planes, train.n_rows)
    labels = planes.argmax(axis=0) if dataset.task.kind == "multiclass" else planes[0].astype(np.intp)
    order = rng.permutation(train.n_rows)
    ranked = order[np.argsort(labels[order], kind="stable")]
    return [np.sort(ranked[fold::FOLDS]) for fold in range(FOLDS)]


def _without(loaded: Loaded, held_out: NDArray[np.intp]) -> Loaded:
    """The data with only the training rows that are not held out, and those that are as test rows."""
    data = loaded.dataset
    rest = np.setdiff1d(np.arange(data.train.n_rows), held_out)
    parts = replace(data, train=data.train.take(rest), valid=None, test=data.train.take(held_out))
    numbers = loaded.numbers.get("train", ())
    kept = {"train": taken(numbers, rest), "test": taken(numbers, held_out)}
    return Loaded(parts, loaded.encoder, numbers=kept)


def _held_out(
    config: FormulaConfig, fold: _Fold, candidates: list[Candidate], over: Callable[[], bool]
) -> NDArray[np.float64]:
    """float64[candidates, test rows]: as `_errors`, of the candidates' members after refinement."""
    search, loaded, state = fold.search, fold.loaded, fold.state
    wanted = list(dict.fromkeys(_member(search, state, candidate) for candidate in candidates))
    refined = refine_front(config, search, loaded, state, over, wanted)
    if refined is not None:
        search, loaded, state = refined.search, refined.loaded, refined.state
    assert loaded.dataset.test is not None
    members = [_member(search, state, candidate) for candidate in candidates]
    return _errors(search, state, members, loaded.dataset.test)


def _errors(search: Search, state: State, members: list[int], held_out: Split) -> NDArray[np.float64]:
    """float64[members, held-out rows]: share of each row's outputs that a member gets wrong."""
    distinct = sorted(set(members))
    batch = state.archive.genomes.take(distinct, search.problem.space)
    fitted = search.problem.train
    wrong = Evaluator.of(fitted.task, fitted.kind, held_out).row_errors(batch)
    return wrong[[distinct.index(member) for member in members]]
