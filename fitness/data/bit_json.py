"""The meaning of a bit as plain JSON data and back, checked: a damaged model file must not predict anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast, get_args

from fitness.data.dataset import Bit, Unit
from fitness.data.tables.raw import EXACT_AS_FLOAT
from genomes.text.quoting import quoted


def bit_to_json(bit: Bit) -> list[Any]:
    """``[feature, op, operand, when_true, when_false]``, with label and unit where they say something.

    Open ends of an interval are null.
    """
    operand: Any = bit.operand
    if isinstance(operand, tuple):
        operand = [end if isinstance(end, str) or math.isfinite(end) else None for end in operand]
    more = [bit.label, bit.unit] if bit.label or bit.unit else []
    return [bit.feature, bit.op, operand, bit.when_true, bit.when_false, *more]


def bit_from_json(entry: Any, kinds: Mapping[str, str]) -> Bit:
    """Inverse of `bit_to_json`; `kinds` are the kinds of the columns by name.

    Raises:
        ValueError: the entry is damaged or does not fit its column.
    """
    feature, op, operand, when_true, when_false, *more = entry
    label, unit = more or ("", "")
    operand_of = _OPERANDS.get((kinds.get(text(feature), ""), text(op)))
    if operand_of is None:
        raise ValueError(f"there is no test {quoted(op)} of a column {quoted(feature)}")
    if unit not in get_args(Unit):
        raise ValueError(f"there is no unit {quoted(unit)}")
    return Bit(feature, op, operand_of(operand), text(when_true), text(when_false), text(label), cast(Unit, unit))


def text(value: Any) -> str:
    """`value` if it is a text, else ValueError."""
    if not isinstance(value, str):
        raise ValueError(f"expected a text, got {quoted(value)}")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a number, got {quoted(value)}")
    return value if isinstance(value, int) and abs(value) > EXACT_AS_FLOAT else float(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected categories, got {quoted(value)}")
    return tuple(map(text, value))


def _interval(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or value == [None, None]:
        raise ValueError(f"expected the ends of an interval, got {quoted(value)}")
    low, high = value
    return (-math.inf if low is None else _number(low), math.inf if high is None else _number(high))


def _nothing(value: Any) -> None:
    if value is not None:
        raise ValueError(f"expected null, got {quoted(value)}")


_OPERANDS: Mapping[tuple[str, str], Callable[[Any], Any]] = MappingProxyType(
    {
        ("number", "<="): _number,
        ("number", "in"): _interval,
        ("number", "="): _number,
        ("number", "missing"): _nothing,
        ("date", "<="): _number,
        ("date", "in"): _interval,
        ("date", "missing"): _nothing,
        ("category", "="): text,
        ("category", "among"): _texts,
        ("category", "other"): _texts,
        ("category", "missing"): _nothing,
        ("bit", "is"): _nothing,
    }
)
