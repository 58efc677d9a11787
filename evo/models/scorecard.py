"""A soft scorecard: integer points for terms, whose total says how probable each class is.

Every term (a conjunction of comparisons) that holds on a row adds its points, and `DOUBLE` points double the odds, as
in credit scoring. Two classes: the total says the odds of the second class against the first; further classes have a
total each, and the odds of any two are told by the difference of their totals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.models.logistic import chances_of
from fitness.data.dataset import Split
from genomes import portable
from genomes.bits import Bools, unpack

#: Points that double the odds, and one point in logarithms of odds.
DOUBLE = 10
POINT = 0.6931471805599453 / DOUBLE
#: What the predicted class is above the others, at least.
HAIR = 1e-6
#: Points of a term, or of all rows, at most: beyond, odds are 1 to 10**300.
MOST_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Scorecard:
    """terms: signed input numbers of each; points[term] and base hold one number for two classes, else one per class.

    prior: classes, the most frequent in training first: of equal totals the first of them is predicted.
    """

    terms: tuple[tuple[int, ...], ...]
    points: tuple[tuple[int, ...], ...]
    base: tuple[int, ...]
    prior: tuple[int, ...]

    @classmethod
    def of(cls, terms: tuple[tuple[int, ...], ...], weights: NDArray[np.float64], prior: tuple[int, ...]) -> Scorecard:
        """Weights float64[terms + 1, heads] in logarithms of odds, those of all rows last, as whole points."""
        points = np.clip(np.rint(weights / POINT), -MOST_POINTS, MOST_POINTS).astype(np.int64)
        if points.shape[1] > 1:  # what all classes have in common tells nothing: the median class has 0 points
            points -= np.sort(points, axis=1)[:, points.shape[1] // 2, None]
        kept = np.flatnonzero(points[:-1].any(axis=1)).tolist()
        rows = points.tolist()
        return cls(tuple(terms[k] for k in kept), tuple(tuple(rows[k]) for k in kept), tuple(rows[-1]), prior)

    @property
    def n_classes(self) -> int:
        """Classes that it tells apart."""
        return len(self.prior)

    @property
    def used(self) -> list[int]:
        """Numbers of the inputs that it reads, ascending from 1."""
        return sorted({abs(literal) for term in self.terms for literal in term})

    def totals(self, split: Split) -> NDArray[np.int64]:
        """int64[rows, 1 or classes]: the points of every row."""
        totals = np.tile(np.array(self.base, dtype=np.int64), (split.n_rows, 1))
        for term, points in zip(self.terms, self.points, strict=True):
            totals[holds(term, split)] += np.array(points, dtype=np.int64)
        return totals

    def chances(self, split: Split) -> NDArray[np.float64]:
        """Class probabilities: float64[rows, classes], rows adding up to 1."""
        return chances_of(self.totals(split).astype(np.float64) * POINT)

    def codes(self, split: Split) -> NDArray[np.intp]:
        """Numbers of the most probable classes: intp[rows]."""
        totals = self.totals(split)
        totals = np.column_stack([np.zeros(len(totals), np.int64), totals]) if totals.shape[1] == 1 else totals
        order = np.array(self.prior, dtype=np.intp)
        return np.asarray(order[totals[:, order].argmax(axis=1)])


def holds(term: tuple[int, ...], split: Split) -> Bools:
    """bool[rows]: where all literals of a term hold."""
    words = np.full(split.inputs.shape[1], ~np.uint64(0))
    for literal in term:
        row = split.inputs[abs(literal) - 1]
        words = words & (row if literal > 0 else ~row)
    return unpack(words, split.n_rows)


def probability(points: int) -> float:
    """The probability of the second of two classes at a total with its base."""
    return float(chances_of(np.array([[points * POINT]]))[0, 1])


def led_by(chances: NDArray[np.float64], predicted: NDArray[np.intp]) -> NDArray[np.float64]:
    """`chances` with the predicted class strictly above the others."""
    every = np.arange(len(chances))
    others = chances.copy()
    others[every, predicted] = -np.inf
    led = others.max(axis=1) + HAIR > chances[every, predicted]
    most = others.max(axis=1)
    chances[every[led], predicted[led]] = most[led] + HAIR
    if chances.shape[1] == 2:  # halves, and a hair between them
        chances[every[led], predicted[led]] = 0.5 + HAIR
        chances[every[led], 1 - predicted[led]] = 0.5 - HAIR
    return np.asarray(chances / portable.summed(chances)[:, None])
