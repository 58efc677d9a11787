"""Columns of a later file or frame, read as training decided."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from fitness.data.checks import quoted
from fitness.data.schema import Field
from fitness.data.table import Column
from fitness.data.tables.cells import part_of_date, read_boolean, read_date, read_number
from fitness.data.tables.raw import Nested, RawColumn, Texts, Times
from fitness.data.tables.understood import as_texts, of_levels
from fitness.errors import DataError


def stored_names(fields: Sequence[Field]) -> list[str]:
    """Names of the columns that a file must have: parts of dates are computed from these."""
    return list(dict.fromkeys(field.name if field.part is None else field.part[0] for field in fields))


def conforming(
    fields: Sequence[Field], column: Callable[[str], RawColumn], place: Callable[[int], str]
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns of `fields`, and what is odd about their cells.

    Args:
        fields: as training fixed them.
        column: gives a raw column by its name.
        place: where a row is, for messages.
    """
    stored = {field.name: field for field in fields if field.part is None}
    forms = {field.part[0]: field.form for field in fields if field.part is not None}
    columns: dict[str, Column] = {}
    notes: list[str] = []
    for name in stored_names(fields):
        columns[name], odd = conform(stored.get(name) or Field(name, "date", forms[name]), column(name), place)
        notes += odd
    every = [columns[f.name] if f.part is None else part_column(f, columns[f.part[0]]) for f in fields]
    return tuple(every), tuple(notes)


def conform(field: Field, raw: RawColumn, place: Callable[[int], str]) -> tuple[Column, tuple[str, ...]]:
    """The column in its kind, and what is odd about its cells.

    Cells of a column of numbers or dates that are none read as missing, as in training, where they are few.

    Raises:
        DataError: half of the cells, or more, do not fit the kind.
    """
    if isinstance(raw, Nested):
        raise DataError(f"column {field.name!r} holds {raw.type} values, not numbers or texts")
    if field.kind == "category":
        return Column(field.name, "category", as_texts(raw).cells()), ()
    if field.kind == "bit":
        return _bits(field, as_texts(raw), place), ()
    if isinstance(raw, Texts):
        return _parsed(field, raw, place)
    if isinstance(raw, Times) != (field.kind == "date"):
        return _parsed(field, as_texts(raw), place)
    values = raw.seconds if isinstance(raw, Times) else raw.values
    return Column(field.name, field.kind, values, field.form), ()


def part_column(field: Field, dates: Column) -> Column:
    """The column that is a part of a date: a number, or the names of weekdays."""
    assert field.part is not None
    distinct, inverse = np.unique(dates.values, return_inverse=True)
    form = field.form or dates.form
    parts = [None if math.isnan(second) else part_of_date(second, field.part[1]) for second in distinct.tolist()]
    if field.kind == "category":
        return Column(field.name, "category", np.array(parts, dtype=object)[inverse], form, part=field.part)
    values = np.array([np.nan if part is None else part for part in parts], dtype=np.float64)[inverse]
    return Column(field.name, "number", values, form, part=field.part)


def reader(kind: str, form: str) -> Callable[[str], float | None]:
    """What reads a cell of a column of numbers or dates."""
    if kind == "date":
        return lambda text: read_date(text, form or "iso")
    if form == "boolean":
        return read_boolean
    return lambda text: read_number(text, form == "comma")


def _parsed(field: Field, raw: Texts, place: Callable[[int], str]) -> tuple[Column, tuple[str, ...]]:
    read = reader(field.kind, field.form)
    parsed = [read(level) for level in raw.levels]
    odd = [code for code, value in enumerate(parsed) if value is None]
    column = Column(field.name, field.kind, of_levels(raw, parsed), field.form)
    if not odd:
        return column, ()
    rows = np.flatnonzero(np.isin(raw.codes, odd))
    if 2 * rows.size >= (raw.codes >= 0).sum():
        what = {"date": "dates"}.get(field.kind, "true and false" if field.form == "boolean" else "finite numbers")
        got = raw.levels[raw.codes[rows[0]]]
        raise DataError(f"column {field.name!r} must hold {what}, got {got!r}", where=place(int(rows[0])))
    cells = f"{rows.size:,} cell{'s' * (rows.size > 1)} of column {field.name!r}"
    note = f"{cells} cannot be read, and count as missing: {quoted(raw.levels[code] for code in odd)}"
    return column, (note,)


def _bits(field: Field, texts: Texts, place: Callable[[int], str]) -> Column:
    value_of = {"0": False, "1": True, "0.0": False, "1.0": True, "false": False, "true": True}
    values = [value_of.get(level.lower()) for level in texts.levels]
    wrong = np.isin(texts.codes, [-1, *(code for code, value in enumerate(values) if value is None)])
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        got = "a missing value" if texts.codes[row] < 0 else repr(texts.levels[texts.codes[row]])
        raise DataError(f"column {field.name!r} must hold only 0 and 1, got {got}", where=place(row))
    return Column(field.name, "bit", np.array([bool(value) for value in values], dtype=np.bool_)[texts.codes])
