"""The tasks of one generation of mask search, as arrays; apart from the work, so that no kernel is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from fitness.masks.spec import MaskFitnessSpec
from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace

#: Name in `Results.notes`: the price that each task's mask was reached at, float64[P].
PRICE = "price"


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
        """Tasks start..stop-1."""
        part = slice(start, stop)
        cut = {name: getattr(self, name)[part] for name in ("seeds", "targets", "prices", "slots")}
        return replace(self, starts=self.starts.slice(start, stop), **cut)
