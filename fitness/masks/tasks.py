"""The tasks of one generation of mask search, as arrays; apart from the work, so that no kernel is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.masks.networks import Network
from fitness.masks.samples import Samples
from genomes.batches import concatenate
from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace


@dataclass(frozen=True, slots=True)
class MaskProblem:
    """Everything that turns masks into objectives; made once, sent to every worker once.

    price: loss that one kept weight costs; local: name of a step in `fitness.masks.local`; steps: its budget per task;
    popup_steps: batches of edge-popup that a task with `seeds` starts from.
    """

    network: Network
    train: Samples
    space: MaskSpace
    price: float = 0.0
    local: str = "auto"
    steps: int = 8
    popup_steps: int = 0


@dataclass(frozen=True, slots=True)
class MaskTasks:
    """Tasks with a common first axis (P).

    starts: P masks; seeds: bool[P], whether the task forgets its start for one learnt by edge-popup; slots: int64[P];
    (seed, generation, slot) is a task's place for random draws.
    """

    starts: MaskBatch
    seeds: NDArray[np.bool_]
    slots: NDArray[np.int64]
    seed: int
    generation: int
    grain: int = 1

    def __len__(self) -> int:
        return len(self.slots)

    def slice(self, start: int, stop: int) -> MaskTasks:
        """Tasks start..stop-1."""
        part = slice(start, stop)
        return replace(self, starts=self.starts.slice(start, stop), seeds=self.seeds[part], slots=self.slots[part])


@dataclass(frozen=True, slots=True)
class MaskResults:
    """What came of a chunk: masks after their local step; values: float64[P, 4], columns see `COLUMNS`."""

    masks: MaskBatch
    values: NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence[MaskResults]) -> MaskResults:
        """The results of consecutive chunks as one."""
        masks = parts[0].masks
        for part in parts[1:]:
            masks = concatenate(masks, part.masks)
        return cls(masks, np.concatenate([part.values for part in parts]))

    def column(self, name: str) -> NDArray[Any]:
        """float64[P] of one of `COLUMNS`."""
        return self.values[:, COLUMNS.index(name)]


#: Training loss + price * kept (what a search minimises), training loss, training error, weights kept.
COLUMNS = ("objective", "loss", "error", "kept")
