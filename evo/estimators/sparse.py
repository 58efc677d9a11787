"""Sparse rows column by column: a column is filled up with its zeros when it is asked for, and dropped after use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from fitness.data.table import Column, MadeColumns
from fitness.data.tables.frames import array_column
from fitness.data.tables.raw import RawColumn


@dataclass(frozen=True, slots=True)
class SparseCells(Sequence[RawColumn]):
    """The columns of a matrix of SciPy by columns (CSC), with the zeros that it does not store."""

    matrix: Any
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, place: int) -> RawColumn: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[RawColumn]: ...
    def __getitem__(self, place: int | slice) -> RawColumn | Sequence[RawColumn]:
        """A column; cells that are stored as NaN are missing."""
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        name, place = self.names[place], range(len(self))[place]
        own = slice(self.matrix.indptr[place], self.matrix.indptr[place + 1])
        cells = np.zeros(self.matrix.shape[0], dtype=self.matrix.dtype)
        np.add.at(cells, self.matrix.indices[own], self.matrix.data[own])  # an index that is there twice means the sum
        return array_column(cells, name)


@dataclass(frozen=True)
class SparseColumns(MadeColumns):
    """Columns of sparse rows as they are understood; made: gives one by its name; rows: of them, None for all."""

    names: tuple[str, ...]
    n_rows: int
    made: Callable[[str], Column]
    rows: NDArray[np.intp] | None = None

    @overload
    def __getitem__(self, place: int) -> Column: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Column]: ...
    def __getitem__(self, place: int | slice) -> Column | Sequence[Column]:
        """A column."""
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        column = self.made(self.names[place])
        return column if self.rows is None else replace(column, values=column.values[self.rows])

    def take(self, rows: NDArray[np.intp]) -> SparseColumns:
        """Those of `rows`, in that order."""
        return replace(self, n_rows=len(rows), rows=rows if self.rows is None else self.rows[rows])
