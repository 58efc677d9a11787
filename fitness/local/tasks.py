"""Candidates of which some are to be improved by local steps; the work itself, which loads kernels, is in `work`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words
from genomes.two_level.batch import CoverBatch


@dataclass(frozen=True, slots=True)
class RefinementTasks:
    """Tasks with a common first axis (P), and what they share.

    candidates: P covers; prices: float64[P] per literal, NaN where a candidate is only evaluated; draws: uint64[P], the
    seeds of the descents' random orders; known: uint64[K] ascending, keys of what need not be improved again.
    """

    candidates: CoverBatch
    prices: NDArray[np.float64]
    draws: Words
    known: Words
    grain: int = 32

    def __len__(self) -> int:
        return len(self.prices)

    def slice(self, start: int, stop: int) -> RefinementTasks:
        """Tasks start..stop-1 with the same known keys."""
        part = slice(start, stop)
        candidates = self.candidates.slice(start, stop)
        return replace(self, candidates=candidates, prices=self.prices[part], draws=self.draws[part])
