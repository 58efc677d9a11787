"""Candidates of which some are to be improved by local steps, and what became of them; the work itself, which loads
kernels, is in `refinement_work`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genomes.batch import CoverBatch
from genomes.batches import concatenate
from genomes.bits import Words


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


@dataclass(frozen=True, slots=True)
class Refinement:
    """What became of P candidates: the covers as they came, and which local steps were made.

    known: bool[P], the step was saved because the semantic hash was known; made: bool[P], there was a step; keys:
    uint64[P, 2] of the candidate and of what the step made of it (0 where there was none).
    """

    candidates: CoverBatch
    known: NDArray[np.bool_]
    made: NDArray[np.bool_]
    keys: Words

    @classmethod
    def joined(cls, parts: Sequence[Refinement]) -> Refinement:
        """Those of consecutive chunks as one."""
        candidates = parts[0].candidates
        for part in parts[1:]:
            candidates = concatenate(candidates, part.candidates)
        return cls(
            candidates,
            np.concatenate([part.known for part in parts]),
            np.concatenate([part.made for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )
