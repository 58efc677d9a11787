"""What is asked of every learned model on packed rows: the inputs that it reads, and what it predicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from fitness.data.dataset import Split, Task
from genomes.bits import Words

#: Predicted planes uint64[planes, W] of the rows of a split, padding zero; of several classes one holds for every row.
Predict = Callable[[Split], Words]


class Learned(Protocol):
    """A formula or a network; what it predicts depends on the inputs of a split alone."""

    @property
    def used(self) -> list[int]:
        """Numbers of the inputs that it reads, ascending from 1."""

    def predictor(self, task: Task) -> Predict:
        """What predicts, made once for many splits."""

    def cut_down(self) -> Self:
        """The same on the inputs that it reads alone, in their order."""
