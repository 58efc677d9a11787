"""A column of each kind with what there is to say of it; which kind it is was decided before (`kinds`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import first_alike, number_text, quoted, without_case
from fitness.data.table import Column
from fitness.data.tables.cells import read_boolean
from fitness.data.tables.dates import date_text
from fitness.data.tables.profile import Profile
from fitness.data.tables.raw import Nested, Numbers, RawColumn, Readable, Texts, Times, is_missing, missing_of
from fitness.errors import DataError

#: Numbers that often stand for a missing one.
MARKS = (-999.0, -9999.0, 9999.0, 99999.0, -99.0)


@dataclass(frozen=True, slots=True)
class Understood:
    """column: None where it is left out."""

    column: Column | None
    profile: Profile


def of_levels(raw: Texts, values: Sequence[float | None]) -> NDArray[np.float64]:
    """float64[rows]: a value for each level, NaN for None."""
    table = [np.nan if value is None else value for value in values]
    return np.array([*table, np.nan])[raw.codes]


def with_odd(understood: Understood, raw: Texts, odd: Sequence[str], what: str) -> Understood:
    """With a note on the cells that are not what the others are."""
    if not odd:
        return understood
    counts = dict(zip(raw.levels, raw.counts().tolist(), strict=True))
    cells = sum(counts[level] for level in odd)
    one = f"1 cell is {what.replace('numbers', 'a number').replace('dates', 'a date')}"
    said = one if cells == 1 else f"{cells:,} cells are {what}"
    return noted(understood, f"{said}, and read as missing: {quoted(odd)}")


def noted(understood: Understood, note: str) -> Understood:
    """With one more oddity."""
    profile = understood.profile
    return Understood(understood.column, replace(profile, oddities=(*profile.oddities, note)))


def number_column(name: str, values: NDArray[np.float64], form: str, reason: str, kind: str = "number") -> Understood:
    """A column of numbers, float64 or int64 [rows]."""
    column, known = Column(name, "number", values, form), values[~is_missing(values)]
    shown = {1.0: "true", 0.0: "false"} if kind == "boolean" else {}
    understood = _measured(column, known, kind, reason, lambda value: shown.get(value) or number_text(value))
    return understood if understood.profile.kind == "constant" else _with_marks(understood, known)


def date_column(name: str, seconds: NDArray[np.float64], form: str, reason: str) -> Understood:
    """A column of dates, float64[rows] of seconds since 1970."""
    column, known = Column(name, "date", seconds, form), seconds[~is_missing(seconds)]
    return _measured(column, known, "date", reason, date_text)


def _measured(
    column: Column, known: NDArray[np.float64], kind: str, reason: str, shown: Callable[[float], str]
) -> Understood:
    """With what there is to count; known: the values that are not missing; shown: one of them as text."""
    distinct, missing = len(np.unique(known)), len(column.values) - len(known)
    example = "".join(map(shown, known[:1].tolist()))
    kind = kind if distinct > 1 else "constant"
    return Understood(column, Profile(column.name, kind, reason, distinct, missing, example))


def _with_marks(understood: Understood, known: NDArray[np.float64]) -> Understood:
    """With a note on a number far from all others, which may stand for a missing one."""
    ends = (known.min(), known.max())
    for mark in (mark for mark in MARKS if mark in ends):
        rest = known[known != mark]
        if 0 < len(rest) < len(known) and _apart(mark, rest):
            cells = f"{len(known) - len(rest):,} cells are {number_text(mark)}"
            return noted(understood, f"{cells}, far from all others: if that stands for missing, leave them empty")
    return understood


def _apart(mark: float, rest: NDArray[np.float64]) -> bool:
    low, high = float(rest.min()), float(rest.max())
    width = max(high - low, 1e-300)
    return mark < low - width or mark > high + width


def boolean_column(name: str, raw: Readable, reason: str) -> Understood:
    """A column of true and false, as numbers 1 and 0."""
    if not isinstance(raw, Texts):
        raise DataError(f"column {name!r} cannot be boolean: its cells are not true and false")
    values = [read_boolean(level) for level in raw.levels]
    if None in values:
        raise DataError(f"column {name!r} cannot be boolean, got {raw.levels[values.index(None)]!r}")
    return number_column(name, of_levels(raw, values), "boolean", reason, "boolean")


def category_column(name: str, raw: Texts, reason: str) -> Understood:
    """A column of categories."""
    kind = "constant" if len(raw.levels) <= 1 else "category"
    profile = Profile(name, kind, reason, len(raw.levels), missing_cells(raw), example_of(raw), _alike(raw))
    return Understood(Column(name, "category", raw.cells()), profile)


def _alike(raw: Texts) -> tuple[str, ...]:
    """Values that differ in upper and lower case only, or in blanks."""
    pair = first_alike(raw.levels[:10_000], without_case)
    return () if pair is None else (f"values that differ in case or blanks only: {pair[0]!r} and {pair[1]!r}",)


def ordered_column(name: str, raw: Readable, levels: tuple[str, ...]) -> Understood:
    """A category whose values have an order, lowest first."""
    texts = as_texts(raw)
    strange = [level for level in texts.levels if level not in levels]
    if strange:
        raise DataError(f"column {name!r} holds {quoted(strange)}, which data.columns does not list: {quoted(levels)}")
    kind = "constant" if len(texts.levels) <= 1 else "ordered category"
    profile = Profile(name, kind, " < ".join(levels), len(texts.levels), missing_cells(texts), example_of(texts))
    return Understood(Column(name, "category", texts.cells(), levels=levels), profile)


def as_texts(raw: Readable) -> Texts:
    """The cells as texts: numbers in their shortest form."""
    if isinstance(raw, Texts):
        return raw
    values = raw.seconds if isinstance(raw, Times) else raw.values
    shown: Callable[[float], str] = date_text if isinstance(raw, Times) else number_text
    known = values[~missing_of(raw)]
    distinct, inverse = np.unique(known, return_inverse=True)
    codes = np.full(len(values), -1, dtype=np.int32)
    codes[~missing_of(raw)] = inverse
    if isinstance(raw, Numbers) and raw.boolean:
        return Texts(codes, tuple("true" if value else "false" for value in distinct.tolist()))
    return Texts(codes, tuple(map(shown, distinct.tolist())))


def left_out(name: str, raw: RawColumn, kind: str, reason: str) -> Understood:
    """A column that no bits are made of."""
    texts = raw if isinstance(raw, Texts) else None
    distinct = len(texts.levels) if texts else distinct_values(raw)
    example = example_of(texts) if texts else ""
    return Understood(None, Profile(name, kind, reason, distinct, missing_cells(raw), example, left_out=True))


def example_of(raw: Texts) -> str:
    """The first text."""
    return raw.levels[0] if raw.levels else ""


def missing_cells(raw: RawColumn) -> int:
    """Cells without a value."""
    return int(missing_of(raw).sum())


def distinct_values(raw: RawColumn) -> int:
    """How many different values there are."""
    if isinstance(raw, Nested):
        return 0
    values = raw.seconds if isinstance(raw, Times) else raw.values if isinstance(raw, Numbers) else raw.codes
    return len(np.unique(values[~missing_of(raw)]))
