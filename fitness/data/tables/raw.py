"""Columns as a file or a frame holds them, before it is known what they mean.

Whatever a table comes from (CSV, Parquet, JSON, a query, a frame, a list of rows), its columns become one of three:
numbers, times, or texts coded by their distinct values. What they are taken for is decided in one place, from there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fitness.data.tables.cells import MISSING, PLAIN_NUMBER

#: The least int64 stands for a missing cell among whole numbers that float64 cannot hold.
NO_INTEGER = np.iinfo(np.int64).min
#: Whole numbers from here on have neighbours that float64 does not tell apart.
EXACT_AS_FLOAT = 2**53
_LEADING_ZERO, _WHOLE = re.compile(r"0\d"), re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class Numbers:
    """values: float64[rows], NaN where missing, or int64[rows] with `NO_INTEGER`; boolean: the type says true or false;
    typed: whether a type says that they are numbers, and not only how their cells read.
    """

    values: NDArray[Any]
    boolean: bool = False
    typed: bool = True


@dataclass(frozen=True, slots=True)
class Times:
    """seconds: float64[rows] since 1970 in UTC, NaN where missing."""

    seconds: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texts:
    """codes: int32[rows], -1 where missing; levels: the distinct texts, stripped, in the order of the rows.

    type: "category" or "ordered" where a type says that these are categories (ordered: `levels` are in their order).
    """

    codes: NDArray[np.int32]
    levels: tuple[str, ...]
    type: Literal["text", "category", "ordered"] = "text"

    def counts(self) -> NDArray[np.intp]:
        """Rows of each level, intp[levels]."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    def cells(self) -> NDArray[Any]:
        """object[rows] of str, None where missing."""
        return np.array([*self.levels, None], dtype=object)[self.codes]


@dataclass(frozen=True, slots=True)
class Nested:
    """Cells that hold lists, records or bytes; type: what they are; n_rows: how many."""

    type: str
    n_rows: int


Readable = Numbers | Times | Texts
RawColumn = Readable | Nested


def coded(cells: Sequence[str | None]) -> Texts:
    """Texts of cells: stripped, and missing where they say so."""
    level_of: dict[str, int] = {}
    code_of: dict[str | None, int] = {}
    for cell in dict.fromkeys(cells):
        text = "" if cell is None else cell.strip()
        code_of[cell] = -1 if text in MISSING else level_of.setdefault(text, len(level_of))
    codes = np.fromiter(map(code_of.__getitem__, cells), dtype=np.int32, count=len(cells))
    return Texts(codes, tuple(level_of))


def numbers_or_texts(texts: Texts) -> Numbers | Texts:
    """Texts as numbers where all of them are plain ones, as a program writes them: no codes, no marks, nothing odd."""
    levels = texts.levels
    if not levels or not all(map(PLAIN_NUMBER.fullmatch, levels)) or any(map(_LEADING_ZERO.match, levels)):
        return texts
    values = np.array([*map(float, levels), np.nan])
    if not np.isfinite(values[:-1]).all():
        return texts
    if not is_wide(float(values[:-1].min()), float(values[:-1].max())) or not all(map(_WHOLE.fullmatch, levels)):
        return Numbers(values[texts.codes], typed=False)
    whole = [int(level) for level in levels]
    if min(whole) <= NO_INTEGER or max(whole) >= 2**63:
        return texts
    return Numbers(np.array([*whole, NO_INTEGER], dtype=np.int64)[texts.codes], typed=False)


def is_wide(low: float, high: float) -> bool:
    """Whether whole numbers between these need more than float64 holds exactly."""
    return max(abs(low), abs(high)) > EXACT_AS_FLOAT


def is_missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    """bool[rows]: None in an object array, NaN in a float array, the least value of int64."""
    if values.dtype == object:
        return np.asarray(values == None, dtype=np.bool_)  # noqa: E711 - compares every cell
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype == np.int64:
        return np.asarray(values == NO_INTEGER)
    return np.zeros(len(values), dtype=np.bool_)


def missing_of(column: RawColumn) -> NDArray[np.bool_]:
    """bool[rows]: where cells are missing."""
    if isinstance(column, Nested):
        return np.zeros(column.n_rows, dtype=np.bool_)
    if isinstance(column, Texts):
        return np.asarray(column.codes < 0)
    return is_missing(column.seconds if isinstance(column, Times) else column.values)
