"""The tasks of one generation of a search for networks, as arrays; apart from the work, so that no kernel is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from fitness.networks.plan import STEPS
from fitness.tasks.columns import columns, place_from_arrays, place_to_array
from genomes.checks import MOST, Arrays, Expected
from genomes.errors import GenomeError
from genomes.networks.batch import NetworkBatch
from genomes.networks.space import NetworkSpace
from genomes.streams import Role

#: Arrays with an entry per task, and what they may hold.
COLUMNS: Mapping[str, Expected] = MappingProxyType(
    {
        "steps": Expected(np.int64, (None,), low=0, high=len(STEPS) - 1),
        "slots": Expected(np.int64, (None,), low=0, high=MOST),
    }
)


@dataclass(frozen=True, slots=True)
class NetworkTasks:
    """Tasks with a common first axis (P).

    first, second: P parents each; steps: int64[P], what each task makes of them, an index into `fitness.networks.plan`;
    slots: int64[P]; (seed, generation, island, slot) is a task's place for random draws.
    """

    first: NetworkBatch
    second: NetworkBatch
    steps: NDArray[np.int64]
    slots: NDArray[np.int64]
    seed: int
    generation: int
    island: int = 0
    grain: ClassVar[int] = 1

    def __len__(self) -> int:
        return len(self.slots)

    def slice(self, start: int, stop: int) -> NetworkTasks:
        """Tasks start..stop-1."""
        part = {name: getattr(self, name)[start:stop] for name in COLUMNS}
        return replace(self, first=self.first.slice(start, stop), second=self.second.slice(start, stop), **part)

    def failed(self, problem: Posed, reason: str) -> Results[NetworkBatch]:
        """The first parent with the worst objectives."""
        return Results.of_failed(self.first, len(problem.spec.objectives), reason)

    def drawn_from(self, generation: int, number: int) -> tuple[Role, int]:
        """Steps draw for their slot."""
        return Role.VARIATION, int(self.slots[0])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        own = {name: getattr(self, name) for name in COLUMNS}
        own["place"] = place_to_array(self.seed, self.generation, self.island)
        parents = {**self.first.to_arrays("first"), **self.second.to_arrays("second")}
        return {"kind": np.array("network"), **own, **parents}

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: NetworkSpace) -> NetworkTasks:
        """Inverse of `to_arrays`; raises GenomeError."""
        first = NetworkBatch.from_arrays(arrays, "first", space)
        per_task = columns(arrays, COLUMNS, len(first))
        second = NetworkBatch.from_arrays(arrays, "second", space)
        if len(second) != len(first):
            raise GenomeError("expected two parents for each task", where="second")
        return cls(first=first, second=second, **place_from_arrays(arrays), **per_task)
