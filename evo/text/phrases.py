"""Comparisons as a domain expert would say them: ``mean radius is at most 14.2``, ``workclass is Private``.

The same comparisons as in formulas (`evo.text.conditions`), with the column's own name and no symbols. "Between a and
b" means above a, up to and including b. A comparison that a missing value passes too says so in brackets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from fitness.data.dataset import Bit, BitOp
from genomes.text.quoting import plain_word


def phrase(bit: Bit, value: bool) -> str:
    """The comparison that holds when `bit` has `value`."""
    text = _TRUE[bit.op](bit) if value else _FALSE[bit.op](bit)
    return f"{text} (or missing)" if not value and allows_missing(bit) else text


def named(bit: Bit) -> str:
    """The column's own name, in quotes where blanks or another column like it could mislead."""
    return bit.label or (bit.feature if " ".join(bit.feature.split()) == bit.feature else f'"{bit.feature}"')


def between(bit: Bit, low: float, high: float) -> str:
    """The interval low < x <= high of the column that `bit` tests; either end may be infinite."""
    most, above = ("at most", "above") if not bit.unit else ("up to", "after")
    if low == -math.inf:
        return f"{named(bit)} is {most} {bit.number(high)}"
    if high == math.inf:
        return f"{named(bit)} is {above} {bit.number(low)}"
    return f"{named(bit)} is between {bit.number(low)} and {bit.number(high)}"


def one_of(feature: str, members: Sequence[str], *, negated: bool) -> str:
    """``soil is clay, peat or sand``, or ``soil is none of clay and peat``."""
    if negated:
        return f"{feature} is none of {listed(members, 'and')}"
    return f"{feature} is {listed(members, 'or')}"


def listed(parts: Sequence[str], last: str) -> str:
    """``a``, ``a and b``, ``a, b and c``, with `last` as the last joint."""
    head = ", ".join(parts[:-1])
    return f"{head} {last} {parts[-1]}" if head else "".join(parts)


def allows_missing(bit: Bit) -> bool:
    """Whether the opposite is said to hold for a missing value, as it is in columns that miss values in training."""
    return bit.op in ("<=", "in", "=", "among") and bit.when_false.endswith(f" {bit.name} is missing)")


def _number(bit: Bit) -> float:
    assert isinstance(bit.operand, int | float)
    return bit.operand


def _listed(bit: Bit) -> list[str]:
    assert isinstance(bit.operand, tuple)
    return [plain_word(str(level)) for level in bit.operand]


def _interval(bit: Bit) -> str:
    return between(bit, *bit.ends)


def _outside(bit: Bit) -> str:
    low, high = bit.ends
    if low == -math.inf:
        return between(bit, high, math.inf)
    if high == math.inf:
        return between(bit, -math.inf, low)
    return f"{named(bit)} is not between {bit.number(low)} and {bit.number(high)}"


def _equal(bit: Bit) -> str:
    return f"{named(bit)} is {bit.when_true.removeprefix(f'{bit.name} = ')}"


def _other(bit: Bit) -> str:
    """The opposite of ``=``: of two values the other one."""
    text = bit.when_false.removeprefix("(").removesuffix(f" or {bit.name} is missing)")
    if text.startswith(f"{bit.name} = "):
        return f"{named(bit)} is {text.removeprefix(f'{bit.name} = ')}"
    return f"{named(bit)} is not {text.removeprefix(f'{bit.name} != ')}"


_TRUE: Mapping[BitOp, Callable[[Bit], str]] = {
    "<=": lambda bit: between(bit, -math.inf, _number(bit)),
    "in": _interval,
    "=": _equal,
    "among": lambda bit: one_of(named(bit), _listed(bit), negated=False),
    "other": lambda bit: f"{named(bit)} is another than {listed(_listed(bit), 'and')}",
    "missing": lambda bit: f"{named(bit)} is missing",
    "is": lambda bit: f"{named(bit)} is 1",
}
_FALSE: Mapping[BitOp, Callable[[Bit], str]] = {
    "<=": lambda bit: between(bit, _number(bit), math.inf),
    "in": _outside,
    "=": _other,
    "among": lambda bit: one_of(named(bit), _listed(bit), negated=True),
    "other": lambda bit: f"{named(bit)} is {listed(_listed(bit), 'or')} (or missing)",
    "missing": lambda bit: f"{named(bit)} is known",
    "is": lambda bit: f"{named(bit)} is 0",
}
