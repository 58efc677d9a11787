"""What comes when: tables grow in blocks, then are gone over again, all by counts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.networks.plan import LAYER, TABLES, TRAINED, Step
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
    from; rows: that it looks at to choose; layers: hidden tables of each class, layer by layer; epochs: over all rows,
    when these are trained.
    """

    units: int
    inputs: int
    sweeps: int
    rounds: int
    candidates: int = 700
    rows: int = 1000
    layers: tuple[int, ...] = ()
    epochs: int = 30

    @property
    def blocks(self) -> int:
        """Blocks of one pass over all tables."""
        return math.ceil(self.units / self.rounds)

    @property
    def generations(self) -> int:
        """Of the whole plan: every moment, and one that only looks at what the last has made."""
        return len(moments(self)) + 1

    def at(self, generation: int) -> Moment:
        """What a generation does; behind the plan the tables are gone over again."""
        every = moments(self)
        if generation < len(every):
            return every[generation]
        last = every[-1]
        return last._replace(number=last.number + 1 + generation - len(every))

    def block(self, number: int) -> range:
        """The tables of each class that the block of this number, of any pass, grows or goes over."""
        start = self.rounds * (number % self.blocks)
        return range(start, min(start + self.rounds, self.units))

    def tau(self, grown: int) -> float:
        """The temperature when so many tables of each class are there: it rises to the last as these do."""
        return max(COLDEST, TEMPERATURE * math.sqrt(self.units) * min(1.0, grown / self.units))


class Moment(NamedTuple):
    """step: TABLES, LAYER or TRAINED; plan: without layers, of the tables on top; number: of the block, or layer."""

    step: Step
    plan: Boosting
    number: int


@cache
def moments(plan: Boosting) -> tuple[Moment, ...]:
    """All of a plan but the last look.

    Without layers all tables are grown, and gone over. With layers this comes once for each: tables on top of it are
    grown, then trained together with all that is below and gone over; they are the next layer. The last are those that
    vote.
    """
    found = list[Moment]()
    for layer, units in enumerate((*plan.layers[1:], plan.units)):
        here = replace(plan, units=units, layers=(), rounds=min(plan.rounds, units))
        if plan.layers:
            found.append(Moment(LAYER, here, layer))
        for turn in range(1 + (max(1, plan.sweeps) if plan.layers else plan.sweeps)):
            if turn and plan.layers:
                found.append(Moment(TRAINED, here, turn))
            found += [Moment(TABLES, here, here.blocks * turn + block) for block in range(here.blocks)]
    return tuple(found)


def exponentials(tau: float) -> NDArray[np.float64]:
    """exp(d / tau) for whole d = -D..D, at D + d; exp(-D / tau) is small enough to be left out."""
    reach = math.ceil(REACH * tau)
    return np.asarray(portable.exp(np.arange(-reach, reach + 1) / tau))


def table_gates(inputs: int) -> int:
    """AND gates of a table and its vote, roughly at most."""
    return (1 << inputs) + COUNTED
