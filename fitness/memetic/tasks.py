"""The tasks of one generation of the memetic algorithm, as arrays; apart from the work, so that no kernel is loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words
from genomes.two_level.batch import CoverBatch
from genomes.two_level.pools import Pool

#: The widest beam that a task may ask for.
WIDEST = 48


@dataclass(frozen=True, slots=True)
class MemeticTasks:
    """Tasks with a common first axis (P), and what they share.

    starts: P covers, in the output phase that the task searches; kappa, lam: float64[P]; width: int64[P] beam widths;
    share: float64[P], part of the samples a round looks at; scout: float64[P], part that its beams and set covers look
    at at least; slots: int64[P]; descend: bool[P], whether rounds end in a descent; last: bool[P], whether the
    slot is judged at the objective's own kappa, whatever the round's; pool: known terms per output phase and output;
    known: uint64[K], ascending, keys of descents that are done; (seed, generation, island, slot) is a task's place for
    random draws.
    """

    starts: CoverBatch
    kappa: NDArray[np.float64]
    lam: NDArray[np.float64]
    width: NDArray[np.int64]
    share: NDArray[np.float64]
    scout: NDArray[np.float64]
    slots: NDArray[np.int64]
    descend: NDArray[np.bool_]
    last: NDArray[np.bool_]
    pool: Pool
    known: Words
    seed: int
    generation: int
    island: int = 0
    grain: int = 4

    def __len__(self) -> int:
        return len(self.kappa)

    def slice(self, start: int, stop: int) -> MemeticTasks:
        """Tasks start..stop-1 with the same pool."""
        part = slice(start, stop)
        return replace(
            self,
            starts=self.starts.slice(start, stop),
            kappa=self.kappa[part],
            lam=self.lam[part],
            width=self.width[part],
            share=self.share[part],
            scout=self.scout[part],
            slots=self.slots[part],
            descend=self.descend[part],
            last=self.last[part],
        )
