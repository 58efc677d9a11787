"""Comparisons as a domain expert would say them: ``mean radius is at most 14.2``, ``workclass is Private``.

The same comparisons as in formulas (`evo.text.conditions`), with the column's own name and no symbols. "Between a and
b" means above a, up to and including b. A comparison that a missing value passes too says so in brackets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from fitness.data.checks import number_text
from fitness.data.dataset import Bit, BitOp
from fitness.data.encoders import shown


def phrase(bit: Bit, value: bool) -> str:
    """The comparison that holds when `bit` has `value`."""
    text = _TRUE[bit.op](bit) if value else _FALSE[bit.op](bit)
    return f"{text} (or missing)" if not value and _allows_missing(bit) else text


def between(feature: str, low: float, high: float) -> str:
    """The interval low < feature <= high; either end may be infinite."""
    if low == -math.inf:
        return f"{feature} is at most {number_text(high)}"
    if high == math.inf:
        return f"{feature} is above {number_text(low)}"
    return f"{feature} is between {number_text(low)} and {number_text(high)}"


def one_of(feature: str, members: Sequence[str], *, negated: bool) -> str:
    """``soil is clay, peat or sand``, or ``soil is none of clay and peat``."""
    if negated:
        return f"{feature} is none of {listed(members, 'and')}"
    return f"{feature} is {listed(members, 'or')}"


def listed(parts: Sequence[str], last: str) -> str:
    """``a``, ``a and b``, ``a, b and c``, with `last` as the last joint."""
    head = ", ".join(parts[:-1])
    return f"{head} {last} {parts[-1]}" if head else "".join(parts)


def _allows_missing(bit: Bit) -> bool:
    """Whether the opposite is said to hold for a missing value, as it is in columns that miss values in training."""
    return bit.op in ("<=", "in", "=") and bit.when_false.endswith(f" {shown(bit.feature)} is missing)")


def _number(bit: Bit) -> float:
    assert isinstance(bit.operand, int | float)
    return float(bit.operand)


def _interval(bit: Bit) -> str:
    assert isinstance(bit.operand, tuple)
    return between(bit.feature, *bit.operand)


def _outside(bit: Bit) -> str:
    assert isinstance(bit.operand, tuple)
    low, high = bit.operand
    if low == -math.inf:
        return between(bit.feature, high, math.inf)
    if high == math.inf:
        return between(bit.feature, -math.inf, low)
    return f"{bit.feature} is not between {number_text(low)} and {number_text(high)}"


def _equal(bit: Bit) -> str:
    operand = bit.operand if isinstance(bit.operand, str) else number_text(_number(bit))
    return f"{bit.feature} is {operand}"


def _other(bit: Bit) -> str:
    """The opposite of ``=``: of two values the other one."""
    if not isinstance(bit.operand, str):
        return f"{bit.feature} is 0"
    two = f"{shown(bit.feature)} = "
    if bit.when_false.startswith(two):
        return f"{bit.feature} is {bit.when_false.removeprefix(two)}"
    return f"{bit.feature} is not {bit.operand}"


_TRUE: Mapping[BitOp, Callable[[Bit], str]] = {
    "<=": lambda bit: between(bit.feature, -math.inf, _number(bit)),
    "in": _interval,
    "=": _equal,
    "missing": lambda bit: f"{bit.feature} is missing",
    "is": lambda bit: f"{bit.feature} is 1",
}
_FALSE: Mapping[BitOp, Callable[[Bit], str]] = {
    "<=": lambda bit: between(bit.feature, _number(bit), math.inf),
    "in": _outside,
    "=": _other,
    "missing": lambda bit: f"{bit.feature} is known",
    "is": lambda bit: f"{bit.feature} is 0",
}
