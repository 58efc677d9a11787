"""What a whole front says of a row: a scorecard of the terms of the members that lie near the picked one.

A formula answers yes or no. The members of its front that are worth about the same disagree where the answer is not
sure, and how much each of their terms then counts is found by logistic regression on the training rows, together with
the single comparisons of the columns that they read (as RuleFit: Friedman and Popescu, Annals of Applied Statistics 2,
2008, with the rules of a front instead of those of trees). Near are the best members at prices from dear to cheap, of
either side, whose description is at most `TIMES` times that of the pick.

How far weights may go from 0 depends on how sure the labels are: a penalty is a guess of their variance, which here is
a share of the squared logarithm of the odds that the pick is right, so noisy labels make cautious points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rules import conjunction
from evo.kinds.two_level.build import FormulaJob
from evo.models.logistic import Rows, fitted
from evo.models.scorecard import Scorecard, holds
from evo.models.two_level import Model, model_of
from evo.search.archive import Archive
from evo.search.pricing import best_at_each
from fitness.data.dataset import Bit, Dataset, Split
from fitness.objectives.sizes import description
from genomes import portable
from genomes.bits import pack
from genomes.deadline import looking
from genomes.two_level.cover import CoverSpace

#: Prices that near members are the best at, and the ends of their path: the dearest is at least so many errors, and
#: that share of all errors.
PRICES, DEAREST, SHARE, CHEAPEST = 24, 64.0, 0.02, 0.125
#: How large near members are, in descriptions of the pick, and what may be always.
TIMES, SMALL = 4, 30
#: Columns at most, and numbers of all rows, columns and scores, where these are more than the fewest of such bounds:
#: terms of members nearest to the pick's size come first.
MOST_COLUMNS, MOST_NUMBERS, FEWEST_BOUND = 256, 2**21, 64
#: Rows that weights are fitted on, about: of more every second, third, ... is taken.
MOST_ROWS = 2**17
#: Share of errors that is taken for a model that knows nothing, of that of one that guesses.
LEAST_SURE = 0.9
#: The squared logarithm of the odds that the pick is right, over the variance of weights, for two classes and for more.
CAUTION_OF_TWO, CAUTION = 12.0, 4.0

Term = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """The members of an archive and what an objective of 1 in `error_column` is in training errors."""

    archive: Archive
    space: CoverSpace
    n_errors: float
    error_column: int

    @classmethod
    def of(cls, job: FormulaJob, archive: Archive) -> Front:
        """The front that a job has found."""
        context = job.search.context
        return cls(archive, context.space, context.n_errors, context.error_column)

    def errors(self, row: int) -> float:
        """Training errors of a member."""
        return float(self.archive.objectives[row, self.error_column]) * self.n_errors


def near(front: Front, pick: int) -> list[int]:
    """Rows of the archive that lie near the row `pick`, that one first."""
    space, n_errors = front.space, front.n_errors
    sizes = description(front.archive.genomes, space)
    most = max(TIMES * int(sizes[pick]), SMALL)
    prices = portable.geometric(max(DEAREST, SHARE * n_errors), CHEAPEST, PRICES)
    found = [pick]
    for side in (None, *space.phases):
        found += best_at_each(front.archive, prices, n_errors, front.error_column, space, inverted=side)
    rows = [row for row in dict.fromkeys(found) if sizes[row] <= most]
    return sorted(rows, key=lambda row: (row != pick, abs(int(sizes[row]) - int(sizes[pick]))))


def scorecard_of(
    front: Front, pick: int, dataset: Dataset, codes: NDArray[np.intp], class_weights: NDArray[np.float64]
) -> Scorecard:
    """The scorecard of the members near the row `pick` of a front of `dataset`.

    codes: intp[training rows], the classes; class_weights: float64[classes], what rows of each weigh.
    """
    models = [model_of(front.archive.genomes, row, "", front.space) for row in near(front, pick)]
    train, codes = _thinned(dataset.train, codes)
    n_classes = len(dataset.task.classes)
    candidates = _candidates(models, dataset.bits)
    directed = (term for term in candidates if _direction(term, dataset.signs) is not None)
    terms, ones = _columns(directed, train, _most(train.n_rows * n_classes))
    counts = _weighed(train, codes, class_weights)
    penalty = _penalty(front.errors(pick), front.n_errors, n_classes)
    wanted = np.array([_direction(term, dataset.signs) or 0 for term in terms], dtype=np.int64)
    kept = np.arange(len(terms))
    while True:  # what is left out stays out, so this ends
        weights = fitted(patterns(ones[kept], counts), penalty)
        wrong = weights[:-1, 0] * wanted[kept] < 0
        if not wrong.any():
            return Scorecard.of(tuple(terms[k] for k in kept.tolist()), weights, dataset.task.prior)
        kept = kept[~wrong]


def _thinned(train: Split, codes: NDArray[np.intp]) -> tuple[Split, NDArray[np.intp]]:
    """The rows that weights are fitted on, and their classes."""
    if train.n_rows < MOST_ROWS:
        return train, codes
    rows = np.arange(0, train.n_rows, 1 + train.n_rows // MOST_ROWS)
    return train.take(rows), codes[rows]


def _direction(term: Term, signs: Sequence[int]) -> int | None:
    """1 where a term may only speak for the second class, -1 against it, 0 for either; None where it may not speak.

    signs: see `Dataset.signs`. A term that holds more often with more of a column that may only raise the output raises
    it; one that does so for one column and the opposite for another has no points that keep to both.
    """
    moves = {(1 if literal > 0 else -1) * signs[abs(literal) - 1] for literal in term} - {0} if signs else set()
    return None if len(moves) > 1 else next(iter(moves), 0)


def _most(numbers: int) -> int:
    """Columns at most, of so many rows times classes."""
    return max(FEWEST_BOUND, min(MOST_COLUMNS, MOST_NUMBERS // numbers))


def _penalty(errors: float, n_errors: float, n_classes: int) -> float:
    """What half a squared weight costs where the pick makes `errors` of at most n_errors."""
    share = min((errors + 1.0) / (n_errors + 2.0), LEAST_SURE * (n_classes - 1) / n_classes)
    sure = float(portable.log(np.array([(1.0 - share) * (n_classes - 1) / share]))[0])
    return (CAUTION_OF_TWO if n_classes == 2 else CAUTION) / (sure * sure)


def _candidates(models: Sequence[Model], bits: Sequence[Bit]) -> Iterator[Term]:
    """Terms of the models, their literals alone, and the other comparisons of their columns."""
    for model in models:
        for terms in model.terms:
            yield from (conjunction(model, term) for term in terms)
    used = sorted({number for model in models for number in model.used})
    yield from ((number,) for number in used)
    features = {bits[number - 1].feature for number in used}
    yield from ((number,) for number, bit in enumerate(bits, start=1) if bit.feature in features)


def _columns(candidates: Iterator[Term], train: Split, most: int) -> tuple[tuple[Term, ...], NDArray[np.bool_]]:
    """Terms that differ on the training rows and tell something there, and where they hold: bool[terms, rows]."""
    seen: set[bytes] = set()
    terms: list[Term] = []
    columns: list[NDArray[np.bool_]] = []
    for term in looking(list(dict.fromkeys(candidates))):
        if len(terms) == most:
            break
        column = holds(term, train)
        key = min(pack(column).tobytes(), pack(~column).tobytes())
        if key in seen or column.all() or not column.any():
            continue
        seen.add(key)
        terms.append(term)
        columns.append(column)
    return tuple(terms), np.array(columns, dtype=np.bool_).reshape(len(terms), train.n_rows)


def _weighed(train: Split, codes: NDArray[np.intp], class_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[rows, classes]: what each row counts for its class; rows count once each on average over the classes."""
    members = (codes[:, None] == np.arange(len(class_weights))).astype(np.float64)
    if train.weights is not None:
        members *= train.weights.counts()[:, None]
    per_class = portable.summed(members.T)
    scale = portable.summed(class_weights * per_class) / portable.summed(per_class)
    return np.asarray(members * (class_weights / scale))


def patterns(ones: NDArray[np.bool_], counts: NDArray[np.float64]) -> Rows:
    """Rows that the columns bool[columns, rows] do not tell apart taken together; counts: float64[rows, classes]."""
    words = pack(np.ascontiguousarray(ones.T))
    _, first, place = np.unique(words, axis=0, return_index=True, return_inverse=True)
    together = [np.bincount(place.ravel(), weights=column) for column in counts.T]
    return Rows(ones.T[first].astype(np.float64), np.stack(together, axis=1))
