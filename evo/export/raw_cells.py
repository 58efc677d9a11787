"""How an exported Python module reads the cells of a row: the source of these functions is written into it.

They use the standard library and the functions of `fitness.data.tables.cells`, whose source goes with them, so a cell
is read as it was in training. A cell is text, as `csv.DictReader` gives it, or a number, a date or None.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.tables.cells import MISSING, part_of_date, read_boolean, read_date, read_number

NAN = float("nan")


def _text(row: Mapping[str, Any], column: str, fill: str | None = None) -> str | None:
    """The cell as stripped text; `fill` if it is missing."""
    value = row[column]
    if isinstance(value, float):
        value = "" if math.isnan(value) else repr(float(value)).removesuffix(".0")
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value).strip()
    return fill if text in MISSING else text


def _number(row: Mapping[str, Any], column: str, fill: float = NAN, comma: bool = False) -> float:
    """The cell as a number; `fill` if it is missing or none. No comparison with NaN holds."""
    text = _text(row, column)
    if text is None:
        return fill
    number = read_number(text, comma) if isinstance(row[column], str) else float(row[column])
    return fill if number is None else number


def _whole(row: Mapping[str, Any], column: str, fill: float = NAN) -> float:
    """The cell as an exact whole number, if it is one."""
    text = _text(row, column)
    return int(text) if text is not None and re.fullmatch(r"[+-]?\d+", text) else _number(row, column, fill)


def _boolean(row: Mapping[str, Any], column: str, fill: float = NAN) -> float:
    """1 for true, 0 for false; `fill` if the cell is missing or neither."""
    text = _text(row, column)
    value = None if text is None else read_boolean(text)
    return fill if value is None else value


def _date(row: Mapping[str, Any], column: str, form: str, fill: float = NAN) -> float:
    """Seconds since 1970; `fill` if the cell is missing or no date. Objects with a calendar date are read as such."""
    value, text = row[column], _text(row, column)
    if hasattr(value, "isoformat"):
        text, form = value.isoformat(), "iso"
    seconds = None if text is None else read_date(text, form)
    return fill if seconds is None else seconds


def _part(row: Mapping[str, Any], column: str, form: str, part: str, fill: Any = None) -> Any:
    """The month, weekday or hour of a date; `fill` if it is missing or no date."""
    seconds = _date(row, column, form)
    return fill if math.isnan(seconds) else part_of_date(seconds, part)


def _absent(value: Any) -> bool:
    """Whether a cell was read as missing."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _bit(row: Mapping[str, Any], column: str) -> bool:
    """The cell as a Boolean."""
    value = _boolean(row, column)
    if math.isnan(value):
        raise ValueError(f"column {column!r} must hold only 0 and 1, got {row[column]!r}")
    return value == 1


#: Every function after those it calls.
_FUNCTIONS: Sequence[Callable[..., Any]] = (
    *(read_number, read_date, read_boolean, part_of_date),
    *(_text, _number, _whole, _boolean, _date, _part, _absent, _bit),
)


def prelude(body: str, *imports: str) -> str:
    """Imports and functions that the source `body` needs; imports: further lines."""
    sources: list[str] = []
    for function in reversed(_FUNCTIONS):
        if re.search(rf"\b{function.__name__}\(", "".join([body, *sources])):
            sources.insert(0, inspect.getsource(function))
    text = "".join([body, *sources])
    modules = [
        f"import {name}" for name in ("datetime", "math", "re", "unicodedata") if re.search(rf"\b{name}\.", text)
    ]
    lines = ["", "from __future__ import annotations", ""]
    lines += [*sorted(modules), *imports, ""] if modules or imports else []
    lines += [f"MISSING = {set_text(MISSING)}"] if sources else []
    lines += ['NAN = float("nan")'] if re.search(r"\bNAN\b", text) else []
    return "\n".join(lines) + "\n" + "".join(f"\n\n{source}" for source in sources)


def set_text(values: Iterable[str]) -> str:
    """A set display with sorted members."""
    return "{" + ", ".join(repr(value) for value in sorted(values)) + "}"


def reader(field: Field, *, wide: bool) -> str:
    """An expression on `row` that reads the column: text or None, or a number, NaN where it is missing.

    wide: whether whole numbers must be exact.
    """
    more = "" if field.fill is None else f", {field.fill!r}"
    if field.part is not None:
        date, part = field.part
        fill = more or ("" if field.kind == "category" else ", NAN")
        return f"_part(row, {date!r}, {field.form or 'iso'!r}, {part!r}{fill})"
    column = f"row, {field.name!r}"
    if field.kind == "bit":
        return f"_bit({column})"
    if field.kind == "category":
        return f"_text({column}{more})"
    if field.kind == "date":
        return f"_date({column}, {field.form or 'iso'!r}{more})"
    if field.form == "boolean":
        return f"_boolean({column}{more})"
    name = "_whole" if wide else "_number"
    return f"{name}({column}{more}{', comma=True' if field.form == 'comma' else ''})"


def bit_test(bit: Bit, field: Field, *, wide: bool) -> str:
    """The comparison that sets `bit`, an expression on `row` and the functions of this module."""
    cell = reader(field, wide=wide)
    if bit.op in ("is", "missing"):
        return cell if bit.op == "is" else f"_absent({cell})"
    if bit.op == "in":
        low, high = (repr(end) if math.isfinite(end) else f"float({str(end)!r})" for end in bit.ends)
        return f"({low} < {cell} <= {high})"
    levels = bit.operand if isinstance(bit.operand, tuple) else ()
    comparison = {"<=": f"<= {bit.operand!r}", "among": f"in {levels!r}", "other": f"not in {(None, *levels)!r}"}
    return f"({cell} {comparison.get(bit.op, f'== {bit.operand!r}')})"
