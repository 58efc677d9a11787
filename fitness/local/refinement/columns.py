"""Numeric columns by rank: every training value as its place among the distinct values of its column."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.data.cuts import Numbers
from fitness.data.tables.dates import date_parts, rounded_date
from fitness.data.thresholds import between
from genomes.bits import Words, pack


@dataclass(frozen=True)
class RankedColumn:
    """values: float64[rows] (NaN: missing); dates: whether they are seconds since 1970."""

    values: NDArray[np.float64]
    dates: bool = False

    @cached_property
    def distinct(self) -> NDArray[np.float64]:
        """The distinct values, ascending."""
        return np.unique(self.values[~np.isnan(self.values)])

    @cached_property
    def codes(self) -> NDArray[np.int32]:
        """int32[rows]: the place of each value in `distinct`; one past the last for a missing one."""
        return np.searchsorted(self.distinct, self.values).astype(np.int32)  # NaN sorts after all numbers

    @cached_property
    def missing(self) -> bool:
        """Whether a value is missing."""
        return bool(np.isnan(self.values).any())

    def between(self, low: float, high: float) -> float:
        """The roundest cut t with low <= t < high."""
        return rounded_date(low, high) if self.dates else between(low, high)

    def digits(self, cut: float) -> int:
        """How long a cut is in words: fewer is rounder."""
        return date_parts(cut) if self.dates else digits(cut)

    def holds(self, cut: float) -> Words:
        """uint64[words]: the rows with value <= cut."""
        return pack(self.values <= cut)


def digits(number: float) -> int:
    """Significant digits of the shortest decimal that is `number`: 2 of 0.012, 1.2 and 1200; 0 of 0."""
    return len(repr(number).partition("e")[0].lstrip("-").replace(".", "").strip("0"))


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by name, each ranked when it is first asked for."""

    numbers: Numbers
    _ranked: dict[str, RankedColumn] = field(default_factory=dict, repr=False, compare=False)

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.numbers)

    def __getitem__(self, name: str) -> RankedColumn:
        if name not in self._ranked:
            column = next(column for column in self.numbers if column.name == name)
            self._ranked[name] = RankedColumn(np.asarray(column.values, dtype=np.float64), column.kind == "date")
        return self._ranked[name]
