"""Probabilities from what training rows say about the terms of a model.

A model fires on a row where one of its cubes holds: a term of a sum of products, or the failure of a clause of a
product of sums. Each cube keeps how many training rows of each class it fires on; rows on which none does count, too.

One formula for two classes: a cube's precision is the share of the class it stands for, with one row of either class
added (Laplace). A row has the precision of its most precise cube; a row without one, the shares of such training rows.
Classes that vote: a row has the geometric mean of the shares of the cubes that fire on it, made to add up to 1, every
vote counted but constants (they fire everywhere and know nothing); one cube that excludes a class so weighs more than
in an arithmetic mean, which was less well calibrated on held-out rows.

In both cases what is predicted stays the most probable class, by a hair where the counts say otherwise: such a term was
kept because the formula as a whole is better with it. Rows count by their weight and, with class weights, by that of
their class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.rules import conjunction, covered
from evo.models.scorecard import led_by
from evo.models.two_level import Model
from fitness.data.dataset import Split, Task
from genomes import portable
from genomes.bits import Bools

Floats = NDArray[np.float64]
#: Logarithms are whole multiples of this, so that a product of matrices adds them exactly, in whatever order.
LOG_STEP = 2.0**-30


def cubes_of(model: Model) -> list[list[tuple[int, ...]]]:
    """Per output the signed literals of each cube: those of a term, or the opposites of those of a clause."""
    return [[conjunction(model, term) for term in terms] for terms in model.terms]


def fires(model: Model, split: Split) -> list[Bools]:
    """Per output where each cube holds: bool[cubes, rows]."""
    return [
        np.array([covered(cube, split) for cube in cubes], dtype=np.bool_).reshape(len(cubes), split.n_rows)
        for cubes in cubes_of(model)
    ]


def scores_of(model: Model, task: Task, fired: list[Bools]) -> Floats:
    """float64[rows, classes]: votes of each class, and less than one vote for its place where votes are equal."""
    sign, n_classes = (1 if model.kind == "sop" else -1), len(task.classes)
    votes = np.stack([sign * of_class.sum(axis=0) for of_class in fired], axis=1).astype(np.float64)
    ahead = np.empty(n_classes)
    ahead[list(task.prior)] = np.arange(n_classes)[::-1] / n_classes
    return np.asarray(votes + ahead)


@dataclass(frozen=True, slots=True)
class Evidence:
    """counts: float64[cubes, classes] over all outputs, training rows that each cube fires on; rest: float64[classes],
    those on which none does; rows: float64[classes], all of them; spoken: the class that cubes of a single formula
    stand for, None where classes vote; tells: bool[cubes], False for the constants among votes.
    """

    counts: Floats
    rest: Floats
    rows: Floats
    spoken: int | None
    tells: Bools

    @classmethod
    def of(cls, model: Model, task: Task, train: Split, codes: NDArray[np.intp], weights: Floats) -> Evidence:
        """codes: intp[rows], true classes; weights: float64[classes]."""
        members = np.stack([codes == c for c in range(len(task.classes))], axis=1).astype(np.float64)
        one, total = 1.0, float(len(codes))
        if train.weights is not None:  # units are whole, so that the sums below are exact in any order
            members *= train.weights.units[:, None]
            one, total = train.weights.one, float(train.weights.units.sum())
        per_row = weights / (portable.summed(weights * members.sum(axis=0)) / total) / one
        fired = np.concatenate(fires(model, train))
        spoken = model.spoken if task.kind == "binary" else None
        cubes = [cube for of_output in cubes_of(model) for cube in of_output]
        tells = np.array([spoken is not None or len(cube) > 0 for cube in cubes], dtype=np.bool_)
        rest = members[~fired[tells].any(axis=0)].sum(axis=0)
        counts, rows = (fired.astype(np.float64) @ members) * per_row, members.sum(axis=0) * per_row
        return cls(counts, rest * per_row, rows, spoken, tells)

    def shares(self) -> Floats:
        """float64[cubes + 1, classes]: estimated class shares where each cube fires, and where none does."""
        counts = np.concatenate([self.counts, self.rest[None]]) + 1.0
        return np.asarray(counts / portable.summed(counts)[:, None])

    def probabilities(self, fired: list[Bools], predicted: NDArray[np.intp]) -> Floats:
        """float64[rows, classes], rows adding up to 1; predicted: intp[rows], what must be the most probable."""
        rows, shares = np.concatenate(fired) & self.tells[:, None], self.shares()
        none = ~rows.any(axis=0)
        if self.spoken is not None:
            precision = np.where(rows, shares[:-1, self.spoken, None], 0.0).max(axis=0, initial=0.0)
            p = np.where(none, shares[-1, self.spoken], precision)
            chances = np.stack([1.0 - p, p] if self.spoken else [p, 1.0 - p], axis=1)
        else:
            logs = np.rint(portable.log(shares[:-1]) / LOG_STEP) * LOG_STEP
            means = portable.exp(rows.T.astype(np.float64) @ logs / np.maximum(rows.sum(axis=0), 1)[:, None])
            chances = means / portable.summed(means)[:, None]
            chances[none] = shares[-1]
        return led_by(chances, predicted)
