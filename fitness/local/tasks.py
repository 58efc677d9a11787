"""Candidates of which some are to be improved by local steps; the work itself, which loads kernels, is in `work`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from fitness.local.results import Refinement
from fitness.tasks.candidates import Candidates
from fitness.tasks.columns import columns, known_keys
from genomes.bits import Words
from genomes.checks import MOST, Arrays, Expected
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace

#: Arrays with an entry per task, and what they may hold.
COLUMNS: Mapping[str, Expected] = MappingProxyType(
    {
        "prices": Expected(np.float64, (None,), low=0.0, high=MOST, nan=True),
        "draws": Expected(np.uint64, (None,)),
    }
)


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

    def failed(self, problem: Posed, reason: str) -> Results[CoverBatch]:
        """The candidate as it came, with the worst objectives."""
        results = Candidates(self.candidates).failed(problem, reason)
        return replace(results, payload=Refinement.of_unstepped(self.candidates))

    def drawn_from(self, generation: int, number: int) -> tuple[Role, int]:
        """A candidate comes from where it came from before its step."""
        return Candidates(self.candidates).drawn_from(generation, number)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        steps = {name: getattr(self, name) for name in COLUMNS} | {"known": self.known}
        return {"kind": np.array("refinement"), **steps, **self.candidates.to_arrays("candidates")}

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: CoverSpace) -> RefinementTasks:
        """Inverse of `to_arrays`; raises GenomeError."""
        candidates = CoverBatch.from_arrays(arrays, "candidates", space)
        return cls(candidates, known=known_keys(arrays), **columns(arrays, COLUMNS, len(candidates)))
