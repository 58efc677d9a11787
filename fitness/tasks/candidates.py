"""Candidates of any kind of genome that are only evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from genomes import registry
from genomes.batches import Genomes, Space
from genomes.checks import Arrays
from genomes.streams import Role


@dataclass(frozen=True, slots=True)
class Candidates(Generic[Genomes]):
    """A task per genome."""

    genomes: Genomes

    def __len__(self) -> int:
        return len(self.genomes)

    @property
    def grain(self) -> int:
        """Genomes worth evaluating together."""
        return self.genomes.grain

    def slice(self, start: int, stop: int) -> Candidates[Genomes]:
        """Tasks start..stop-1."""
        return Candidates(self.genomes.slice(start, stop))

    def failed(self, problem: Posed, reason: str) -> Results[Genomes]:
        """The candidate with the worst objectives."""
        return Results.of_failed(self.genomes, len(problem.spec.objectives), reason)

    def drawn_from(self, generation: int, number: int) -> tuple[Role, int]:
        """A candidate is drawn for the slot of its number: at first afresh, then by variation."""
        return (Role.VARIATION if generation else Role.INITIAL), number

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        return {"kind": np.array("candidates"), **self.genomes.to_arrays("candidates")}

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: Space) -> Candidates[Genomes]:
        """Inverse of `to_arrays`; raises GenomeError."""
        return cls(registry.from_arrays(arrays, "candidates", space))
