"""What batches of genomes have in common, whatever the genome: a search moves, keeps and stores them as wholes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypeVar


class Space(Protocol):
    """Where the genomes of a search live. genome: the name of their kind in `genomes.registry`."""

    genome: ClassVar[str]


class Batch(Protocol):
    """A sequence of genomes of one space, as arrays."""

    def __len__(self) -> int:
        """The number of genomes."""

    def __getitem__(self, index: int, /) -> Any:
        """One genome."""

    def __iter__(self) -> Iterator[Any]:
        """All genomes, in order."""

    @property
    def grain(self) -> int:
        """Genomes worth working on together."""

    @property
    def inverted(self) -> NDArray[np.bool_]:
        """bool[len]: which describe the other value of the output; only such in the same output phase are compared."""

    def take(self, indices: Sequence[int] | NDArray[np.intp], space: Any, /) -> Self:
        """The genomes at `indices`, in that order."""

    def slice(self, start: int, stop: int, /) -> Self:
        """Genomes start..stop-1."""

    def followed_by(self, other: Self, /) -> Self:
        """The genomes of both, in order."""

    def to_arrays(self, prefix: str, /) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""


#: A kind of batch.
Genomes = TypeVar("Genomes", bound=Batch, default=Any)


def concatenate(first: Genomes, second: Genomes) -> Genomes:
    """The genomes of both, in order."""
    return first.followed_by(second)
