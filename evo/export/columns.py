"""What exports say of a raw column: its bits where a cell is missing, and whether its numbers fit a double."""

from __future__ import annotations

from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.tables.raw import EXACT_AS_FLOAT


def when_missing(bit: Bit, field: Field) -> bool:
    """Whether a missing cell sets `bit` of the column `field`: it reads as the field's fill where there is one."""
    value, operand = field.fill, bit.operand
    if value is None:
        return bit.op == "missing"
    if isinstance(value, str):
        among = operand if isinstance(operand, tuple) else (operand,)
        return (value in among) != (bit.op == "other")
    if bit.op == "in":
        low, high = bit.ends
        return low < value <= high
    if not isinstance(operand, int | float):
        return False
    return value <= operand if bit.op == "<=" else value == operand


def wide_columns(binarizer: Binarizer) -> frozenset[str]:
    """Columns of whole numbers that a double does not tell apart."""
    return frozenset(bit.feature for bit in binarizer.bits if any(map(_is_wide, _parts(bit))))


def _parts(bit: Bit) -> tuple[object, ...]:
    return bit.operand if isinstance(bit.operand, tuple) else (bit.operand,)


def _is_wide(part: object) -> bool:
    return isinstance(part, int) and abs(part) > EXACT_AS_FLOAT


def reads_as(field: Field) -> str:
    """What a missing cell is, in words for a comment; empty where bits are never missing."""
    if field.kind == "bit":
        return ""
    return "a case of its own" if field.fill is None else f"read as {field.fill!r}"


def meaning(bit: Bit, field: Field) -> str:
    """What an input bit is, and what a missing cell gives, for a comment."""
    if field.kind == "bit":
        return bit.when_true
    return f"{bit.when_true}; a missing cell gives {int(when_missing(bit, field))}"
