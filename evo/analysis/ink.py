"""What an input bit says of ink on its pixel."""

from __future__ import annotations

from fitness.data.dataset import Bit


def ink(bit: Bit) -> int:
    """Whether more of a column makes a bit hold (1) or not (-1); 0 where that is not so simple."""
    return {"<=": -1, "=": 1, "is": 1}.get(bit.op, 0)
