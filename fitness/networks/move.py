"""One change of a network: what it saves, and what is somewhere else then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from genomes.networks.units import Unit

#: The place of all heads, among units.
HEADS: Final = -1


class Vote(NamedTuple):
    """head: the number of a class; literal: counts `step` more for it, the literal true for its bias."""

    head: int
    literal: int
    step: int


@dataclass(frozen=True, slots=True)
class Move:
    """saved: weight of errors; gates: gates saved, about; place: a unit's number, or -1 - the place of a head literal.

    becomes: the unit or the literal that is there then, over the nodes of the network, or what a class counts anew.
    """

    saved: int
    gates: int
    place: int
    becomes: Unit | Vote | int

    def worth(self, price: float) -> float:
        """What it promises to gain where a gate costs so much."""
        return self.saved + price * self.gates
