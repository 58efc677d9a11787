"""The tasks of one generation of mask search, as arrays; apart from the work, so that no kernel is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from fitness.masks.spec import MaskFitnessSpec
from fitness.tasks.columns import TINY, columns, place_from_arrays, place_to_array
from genomes.checks import MOST, Arrays, Expected
from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace
from genomes.streams import Role

#: Arrays with an entry per task, and what they may hold.
COLUMNS: Mapping[str, Expected] = MappingProxyType(
    {
        "seeds": Expected(np.bool_, (None,)),
        "targets": Expected(np.float64, (None,), low=TINY, high=1.0, nan=True),
        "prices": Expected(np.float64, (None,), low=0.0, high=np.inf),
        "slots": Expected(np.int64, (None,), low=0, high=MOST),
    }
)


@dataclass(frozen=True, slots=True)
class MaskProblem:
    """Everything that turns masks into objectives; made once, sent to every worker once.

    price: loss that one kept weight costs; local: name of a step in `fitness.masks.local`; steps: its budget per task;
    popup_steps: batches of edge-popup that a task with `seeds` starts from; spec: the objectives.
    """

    network: Network
    train: Samples
    space: MaskSpace
    price: float = 0.0
    local: str = "auto"
    steps: int = 8
    popup_steps: int = 0
    spec: MaskFitnessSpec = field(default_factory=MaskFitnessSpec)


@dataclass(frozen=True, slots=True)
class ReachedPrices:
    """What the work on masks tells its algorithm. prices: float64[P], at which each task's mask was reached."""

    prices: NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence[ReachedPrices]) -> ReachedPrices:
        """Those of consecutive chunks as one."""
        return cls(np.concatenate([part.prices for part in parts]))


@dataclass(frozen=True, slots=True)
class MaskTasks:
    """Tasks with a common first axis (P).

    starts: P masks; seeds: bool[P], whether the task forgets its start for one learnt by edge-popup; targets:
    float64[P], share of weights to come down to, NaN where the density is free; prices: float64[P] per kept weight to
    begin with, where there is a target; slots: int64[P]; (seed, generation, island, slot) is a task's place for random
    draws.
    """

    starts: MaskBatch
    seeds: NDArray[np.bool_]
    targets: NDArray[np.float64]
    prices: NDArray[np.float64]
    slots: NDArray[np.int64]
    seed: int
    generation: int
    island: int = 0
    grain: int = 1

    def __len__(self) -> int:
        return len(self.slots)

    def slice(self, start: int, stop: int) -> MaskTasks:
        """Tasks start..stop-1, their arrays as views."""
        part = {name: getattr(self, name)[start:stop] for name in COLUMNS}
        return replace(self, starts=self.starts.slice(start, stop), **part)

    def failed(self, problem: Posed, reason: str) -> Results[MaskBatch]:
        """The start with the worst objectives, at the price that it began with."""
        results = Results.of_failed(self.starts, len(problem.spec.objectives), reason)
        return replace(results, payload=ReachedPrices(self.prices))

    def drawn_from(self, generation: int, number: int) -> tuple[Role, int]:
        """Local steps draw for their slot."""
        return Role.REFINEMENT, int(self.slots[0])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        place = place_to_array(self.seed, self.generation, self.island)
        steps = {name: getattr(self, name) for name in COLUMNS} | {"place": place}
        return {"kind": np.array("mask"), **steps, **self.starts.to_arrays("starts")}

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: MaskSpace) -> MaskTasks:
        """Inverse of `to_arrays`; raises GenomeError."""
        starts = MaskBatch.from_arrays(arrays, "starts", space)
        per_task = columns(arrays, COLUMNS, len(starts))
        return cls(starts=starts, **place_from_arrays(arrays), **per_task)
