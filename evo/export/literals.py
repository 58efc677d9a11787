"""Texts of literals and of gates in languages that have operators for them."""

from __future__ import annotations

from collections.abc import Mapping

from evo.export.gates import Gate, Op


class Literals:
    """Texts of literals: `names` grows as gates are written, `inverted` marks a complement."""

    def __init__(self, names: dict[int, str], inverted: str) -> None:
        self.names, self.inverted = names, inverted

    def __call__(self, literal: int) -> str:
        """The text of a literal."""
        return f"{self.inverted if literal & 1 else ''}{self.names[literal >> 1]}"


def joined(gate: Gate, literals: Literals, joints: Mapping[Op, str], true: str) -> str:
    """The gate as its operands with an operator between them, or as the constant true."""
    return joints[gate.op].join(map(literals, gate.fanin)) or true
