"""What the search and its quarantine ask of tasks, whatever their kind."""

from __future__ import annotations

from typing import Any, Protocol, Self

from numpy.typing import NDArray

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from genomes.checks import Arrays
from genomes.streams import Role


class StoredTasks(Protocol):
    """A sequence of tasks that are cut into chunks, and can be kept whole: what `evo replay` does again.

    Whole, because a task is more than its genome: what a round makes of a cover depends on the pool it draws from.
    """

    @property
    def grain(self) -> int:
        """Tasks worth working on together."""

    def __len__(self) -> int: ...

    def slice(self, start: int, stop: int, /) -> Self:
        """Tasks start..stop-1."""

    def failed(self, problem: Posed, reason: str, /) -> Results[Any]:
        """What stands in for the results of this one task, on which the work raised."""

    def drawn_from(self, generation: int, number: int, /) -> tuple[Role, int]:
        """Role and slot of the random draws that this one task, the `number`-th of `generation`, comes from."""

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file; `kind` is the name of the type in `fitness.registry`."""

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: Any, /) -> Self:
        """Inverse of `to_arrays`.

        Raises:
            GenomeError: arrays that are missing or do not form tasks of `space`.
        """
