"""What memetic rounds tell their algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genomes.bits import Words
from genomes.two_level.cover import Cover
from genomes.two_level.term_lists import TermList, joined


@dataclass(frozen=True, slots=True)
class ImprovedCovers:
    """What a memetic round did for one task.

    value: objective of its covers; learned: terms per output for the pool; keys: uint64[n], what was descended
    (see `MemeticTasks.known`); descents: those made; skipped: those not made because they were known.
    """

    value: float
    learned: tuple[TermList, ...]
    keys: Words
    descents: int
    skipped: int

    @classmethod
    def of_failed(cls, start: Cover) -> ImprovedCovers:
        """Of a round that failed: nothing for the pool."""
        learned = tuple(joined([]) for _ in start.cubes)
        return cls(np.inf, learned, np.zeros(0, dtype=np.uint64), 0, 0)


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of a chunk, one per task; each has two candidates in the results."""

    improved: tuple[ImprovedCovers, ...]

    @classmethod
    def joined(cls, parts: Sequence[Rounds]) -> Rounds:
        """Those of consecutive chunks as one."""
        return cls(tuple(improved for part in parts for improved in part.improved))
