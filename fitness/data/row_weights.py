"""What rows weigh, as whole numbers: counts of weights add up exactly, in any order.

A weight is so many *units*, and `one` says how many units make a row of the kind that prices mean ("training errors
that a literal must save"). Kernels want the samples of a word to weigh the same, so there are at most `most_levels`
different weights: where rows have more, neighbours on a logarithmic scale share their mean. Groups are as narrow as
that number allows, so a weight moves by less than the factor `width` between the ends of its group, and the sum of all
weights does not move. The unit is what makes all weights add up to `TOTAL`: a row that weighs less than half of it
weighs nothing and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes import portable

Floats = NDArray[np.float64]
#: Units of all rows together, about; small enough that products with prices are exact.
TOTAL = 1 << 40
#: Different weights that small data may have, and rows per further one of large data.
FEWEST_LEVELS, MOST_LEVELS, ROWS_PER_LEVEL = 64, 512, 64


@dataclass(frozen=True, slots=True)
class RowWeights:
    """units: int64[n_rows], each >= 1; one: units of a row that counts once."""

    units: NDArray[np.int64]
    one: float

    def take(self, rows: NDArray[np.intp]) -> RowWeights:
        """Those of `rows`, in that order."""
        return RowWeights(self.units[rows], self.one)

    def counts(self) -> Floats:
        """How many rows each row counts for: float64[n_rows]."""
        return self.units / self.one


def most_levels(n_rows: int) -> int:
    """Different weights that so many rows may have: of small data words of one sample cost little."""
    return min(max(FEWEST_LEVELS, n_rows // ROWS_PER_LEVEL), MOST_LEVELS)


def levelled(weights: Floats) -> Floats:
    """`weights` float64[n_rows], > 0, with at most `most_levels` different values and the same sum."""
    values, place = np.unique(weights, return_inverse=True)
    most = most_levels(len(weights))
    if len(values) <= most:
        return weights
    group = _groups(portable.log(values), most)[place]
    sums, sizes = np.bincount(group, weights=weights), np.bincount(group)
    return np.asarray((sums / sizes)[group])


def _groups(logs: Floats, most: int) -> NDArray[np.intp]:
    """Groups of ascending values, at most `most`, equally wide and as narrow as possible: intp[values]."""
    narrow, wide = 0.0, float(logs[-1] - logs[0]) * (1 + 1e-9)
    for _ in range(40):
        middle = (narrow + wide) / 2
        narrow, wide = (narrow, middle) if len(np.unique(_bins(logs, middle))) <= most else (middle, wide)
    return np.unique(_bins(logs, wide), return_inverse=True)[1]


def _bins(logs: Floats, width: float) -> NDArray[np.int64]:
    return np.floor((logs - logs[0]) / width).astype(np.int64) if width > 0 else np.arange(len(logs))


def in_units(weights: Floats, one: float, *, counts: bool) -> tuple[NDArray[np.int64], float]:
    """(int64[n_rows], units of a row that weighs `one`); weights that are whole `counts` stay what they are."""
    if counts and weights.max() * len(weights) <= TOTAL and (weights == np.rint(weights)).all():
        return weights.astype(np.int64), one
    unit = float(portable.summed(weights)) / TOTAL
    return np.rint(weights / unit).astype(np.int64), one / unit
