"""A table as it was read, before any bit is made of it: the value between a source and the binarizer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fitness.data.tables.profile import Profile

Kind = Literal["number", "category", "bit", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One raw column.

    values: for "number" a numeric array [rows] (NaN = missing; int64 where float64 is not exact, `NO_INTEGER` =
    missing); for "category" an object array of str (None = missing); for "bit" bool[rows]; for "date" float64 seconds
    since 1970 (NaN = missing).
    form: how texts are read, see `fitness.data.tables.cells`: "" for plain numbers and ISO dates, "number" or "comma"
    for numbers as people write them, "boolean", or a format of dates.
    levels: of an ordered category, lowest first.
    part: (date column, part of it) where this column is computed from another.
    """

    name: str
    kind: Kind
    values: NDArray[Any]
    form: str = ""
    levels: tuple[str, ...] = ()
    part: tuple[str, str] | None = None


class MadeColumns(Sequence[Column]):
    """Columns that are made anew each time they are asked for, where all of them at once would be too large."""

    names: tuple[str, ...]
    n_rows: int

    @abstractmethod
    def take(self, rows: NDArray[np.intp]) -> MadeColumns:
        """Those of `rows` (intp[k]), in that order."""

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be predicted.

    One output: `names` has one entry and `values` is an object array of str labels [rows].
    Several outputs: `values` is int8[rows, outputs] with 0, 1 and -1 for "don't care".
    """

    names: tuple[str, ...]
    values: NDArray[Any]

    @property
    def several(self) -> bool:
        """Whether this is a table with several Boolean outputs."""
        return self.values.ndim == 2


@dataclass(frozen=True, slots=True)
class Table:
    """Raw rows with equal length columns; `origin` names the file or generator in messages.

    `parts` (int8[rows]: 0 train, 1 valid, 2 test) is set where the data itself says which row goes where; `profiles`
    and `notes` are for people: what was understood of every column, and of the file as a whole.
    """

    columns: tuple[Column, ...] | MadeColumns
    target: Target | None
    origin: str
    parts: NDArray[np.int8] | None = None
    profiles: tuple[Profile, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows in the table."""
        if isinstance(self.columns, MadeColumns):
            return self.columns.n_rows
        if self.columns:
            return len(self.columns[0].values)
        return 0 if self.target is None else len(self.target.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return self.columns.names if isinstance(self.columns, MadeColumns) else tuple(c.name for c in self.columns)

    def take(self, rows: NDArray[np.intp]) -> Table:
        """The table with only `rows` (intp[k]), in that order."""
        columns: tuple[Column, ...] | MadeColumns
        if isinstance(self.columns, MadeColumns):
            columns = self.columns.take(rows)
        else:
            columns = tuple(replace(c, values=c.values[rows]) for c in self.columns)
        target = None if self.target is None else replace(self.target, values=self.target.values[rows])
        return replace(self, columns=columns, target=target, parts=None if self.parts is None else self.parts[rows])
