"""Comparisons on a cell in SQL: true where it is NULL if that is what its column's fill gives (`Field`), else not.

Dates are compared with texts as ISO 8601 has them: a DATE or TIMESTAMP column takes such a text for a date, and text
columns compare as dates do where they hold such texts. Months and hours are cut out of that text, which every dialect
does alike; weekdays are arithmetic that dialects spell in their own ways.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from evo.export.columns import reads_as, when_missing
from evo.export.sql_words import name, text
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.tables.cells import MISSING
from fitness.data.tables.dates import date_text

#: Where a part stands in an ISO text of a date, from 1.
_PLACES = {"month": 6, "hour": 12}
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def notes(fields: Iterable[Field]) -> list[str]:
    """What the columns of the table must be, and what NULL is."""
    lines = [
        "Use it in a SELECT list: SELECT id, <this text> FROM your_table.",
        "Number columns must have a numeric type, categories a text type, bits hold 0 and 1; missing is NULL.",
    ]
    fields = list(fields)
    if any(field.kind == "date" or field.part is not None for field in fields):
        lines.append("Dates must be DATE or TIMESTAMP in UTC, or text: 2020-03-01 or 2020-03-01 12:30:00.")
    if any(field.part is not None and field.part[1] == "weekday" for field in fields):
        lines.append("Weekdays are EXTRACT(DOW FROM x), 0 on Sundays, as in PostgreSQL and DuckDB; in SQLite write")
        lines.append("CAST(strftime('%w', x) AS INTEGER) instead.")
    return [*lines, *(f"{f.name!r}: NULL is {reads_as(f)}." for f in fields if f.fill is not None)]


def levels_of(bit: Bit) -> list[str]:
    """The categories that the bit names."""
    parts = bit.operand if isinstance(bit.operand, tuple) else (bit.operand,)
    return [part for part in parts if isinstance(part, str)]


def test(bit: Bit, field: Field, value: bool) -> str:
    """That the bit has this value: true where it has, false or unknown where it has not."""
    cell = name(field.part[0] if field.part is not None else field.name)
    if bit.op == "missing":
        return absence(cell, field, value)
    holds, fails = _comparisons(bit, cell, field)
    shown, wanted = (holds, bit.op != "other") if value else (fails, bit.op == "other")
    if when_missing(bit, field) == value:
        return f"({absence(cell, field, True, marks=wanted)} OR {shown})"
    if _has_marks(field) and not wanted:
        return f"({cell} NOT IN ({_marks()}) AND {shown})"
    return f"({shown})" if " AND " in shown else shown


def absence(cell: str, field: Field, value: bool, *, marks: bool = True) -> str:
    """Whether the cell is missing. Text columns may also hold the marks that a file has for missing cells.

    marks: whether these decide anything here.
    """
    null = f"{cell} IS {'' if value else 'NOT '}NULL"
    if not _has_marks(field) or not marks:
        return null
    return f"({null} OR {cell} IN ({_marks()}))" if value else f"{cell} NOT IN ({_marks()})"


def _has_marks(field: Field) -> bool:
    return field.kind == "category" and field.part is None


def _marks() -> str:
    return ", ".join(map(text, sorted(MISSING)))


def _comparisons(bit: Bit, cell: str, field: Field) -> tuple[str, str]:
    """The test of a known cell, and its opposite."""
    if levels_of(bit):
        return _categories(bit, cell, field)
    cell, constant = _number(cell, field)
    match bit.op, bit.operand:
        case "<=", int() | float() as limit:
            return f"{cell} <= {constant(limit)}", f"{cell} > {constant(limit)}"
        case "in", _:
            low, high = bit.ends
            inside = [f"{cell} > {constant(low)}"] if low != -math.inf else []
            outside = [f"{cell} <= {constant(low)}"] if low != -math.inf else []
            inside += [f"{cell} <= {constant(high)}"] if high != math.inf else []
            outside += [f"{cell} > {constant(high)}"] if high != math.inf else []
            return " AND ".join(inside), f"({' OR '.join(outside)})" if len(outside) > 1 else outside[0]
        case "=", int() | float() as value:
            return f"{cell} = {constant(value)}", f"{cell} <> {constant(value)}"
    return f"{cell} = 1", f"{cell} <> 1"


def _number(cell: str, field: Field) -> tuple[str, Callable[[float], str]]:
    """The cell as what can be compared, and how numbers are written that it is compared with."""
    if field.part is not None:
        place = _PLACES[field.part[1]]
        return f"SUBSTR(CAST({cell} AS VARCHAR(32)) || ' 00', {place}, 2)", lambda part: f"'{math.floor(part):02d}'"
    if field.kind == "date":
        return cell, _timestamp
    return (f"CAST({cell} AS INTEGER)", repr) if field.form == "boolean" else (cell, repr)


def _timestamp(seconds: float) -> str:
    date = date_text(seconds, clock=True)
    return f"'{date}:00'" if len(date) == len("2020-03-01 12:30") else f"'{date}'"


def _categories(bit: Bit, cell: str, field: Field) -> tuple[str, str]:
    levels = levels_of(bit)
    if field.part is None:
        constants = list(map(text, levels))
    else:
        cell, constants = f"EXTRACT(DOW FROM {cell})", [str(_WEEKDAYS.index(level)) for level in levels]
    if len(constants) == 1:
        same, differs = f"{cell} = {constants[0]}", f"{cell} <> {constants[0]}"
    else:
        same, differs = (f"{cell} {op} ({', '.join(constants)})" for op in ("IN", "NOT IN"))
    return (differs, same) if bit.op == "other" else (same, differs)
