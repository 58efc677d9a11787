"""What comes when: tables grow in blocks, then are gone over again, all by counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes import portable

#: The temperature of votes, by the root of the tables of each class that are wanted, and the least.
TEMPERATURE, COLDEST = 0.65, 2.0
#: exp(-d) at which what a rival asks for no longer counts.
REACH = 14.0
#: AND gates that the vote of a table takes: a full adder.
COUNTED = 9


@dataclass(frozen=True, slots=True)
class Boosting:
    """units: tables of each class; inputs: of a table; sweeps: times that all are gone over again; rounds: tables of
    each class in a block, the work between two looks at the other classes; candidates: columns that a table chooses
    from; rows: that it looks at to choose.
    """

    units: int
    inputs: int
    sweeps: int
    rounds: int
    candidates: int = 700
    rows: int = 1000

    @property
    def blocks(self) -> int:
        """Blocks of one pass over all tables."""
        return math.ceil(self.units / self.rounds)

    @property
    def generations(self) -> int:
        """Of the whole plan: every block, and one that only looks at what the last has made."""
        return self.blocks * (1 + self.sweeps) + 1

    def block(self, number: int) -> range:
        """The tables of each class that the block of this number, of any pass, grows or goes over."""
        start = self.rounds * (number % self.blocks)
        return range(start, min(start + self.rounds, self.units))

    def tau(self, grown: int) -> float:
        """The temperature when so many tables of each class are there: it rises to the last as these do."""
        return max(COLDEST, TEMPERATURE * math.sqrt(self.units) * min(1.0, grown / self.units))


def exponentials(tau: float) -> NDArray[np.float64]:
    """exp(d / tau) for whole d = -D..D, at D + d; exp(-D / tau) is small enough to be left out."""
    reach = math.ceil(REACH * tau)
    return np.asarray(portable.exp(np.arange(-reach, reach + 1) / tau))


def table_gates(inputs: int) -> int:
    """AND gates of a table and its vote, roughly at most."""
    return (1 << inputs) + COUNTED
