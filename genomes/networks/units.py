"""The units that networks are composed of.

A unit reads literals: 2 * node, plus 1 where the node is complemented, as in `genomes.circuits.graph`. Node 0 is the
constant false, nodes 1 to n are the inputs, node n + 1 + k is unit k; a unit reads inputs and earlier units only.
Complements are free, so there is no OR and no NAND: they are complements of an AND.
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: Codes of the kinds of units, and what `literals` and `params` of each are.
AND: Final = 0
"""All literals hold; no params."""
XOR: Final = 1
"""An odd number of literals holds; no params."""
MUX: Final = 2
"""literals (condition, then, otherwise); no params."""
LUT: Final = 3
"""1 to 6 literals; params (table,): bit i of the table is the value where the literals spell i, the first lowest."""
SOP: Final = 4
"""An OR of ANDs: the literals of all terms in order; params: the length of each term."""
COUNT: Final = 5
"""params: the ascending numbers of true literals at which the unit holds."""
THRESHOLD: Final = 6
"""params (weight of each literal..., least): the weights of the true literals add up to at least `least`."""

NAMES: Final = ("and", "xor", "mux", "lut", "sop", "count", "threshold")
#: Literals of a LUT, of any unit, and the largest weight.
LUT_INPUTS, MOST_LITERALS, MOST_WEIGHT = 6, 1 << 16, 1 << 20


class Unit(NamedTuple):
    """kind: a code of this module; literals, params: as the kind says."""

    kind: int
    literals: tuple[int, ...]
    params: tuple[int, ...] = ()

    def terms(self) -> list[tuple[int, ...]]:
        """The literals of each term of a SOP."""
        terms, start = [], 0
        for length in self.params:
            terms.append(self.literals[start : start + length])
            start += length
        return terms


def fault(unit: Unit) -> str | None:
    """What is wrong with a unit whose literals are known to exist; None where nothing is."""
    n, params = len(unit.literals), unit.params
    if unit.kind in (AND, XOR):
        return None if not params else "no parameters"
    if unit.kind == MUX:
        return None if n == 3 and not params else "three literals and no parameters"
    if unit.kind == LUT:
        sound = 1 <= n <= LUT_INPUTS and len(params) == 1 and 0 <= params[0] < 1 << (1 << n)
        return None if sound else "1 to 6 literals and a table with a bit for each of their values"
    if unit.kind == SOP:
        sound = all(length > 0 for length in params) and sum(params) == n
        return None if sound else "terms that make up the literals"
    if unit.kind == COUNT:
        sound = all(0 <= value <= n for value in params) and list(params) == sorted(set(params))
        return None if sound else "ascending counts of its literals"
    sound = len(params) == n + 1 and all(abs(value) <= MOST_WEIGHT for value in params[:-1])
    return None if sound and abs(params[-1]) <= MOST_WEIGHT * (n + 1) else "a weight for each literal and a sum"
