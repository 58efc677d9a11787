"""What batches of genomes have in common, whatever the genome: a search moves, keeps and stores them as wholes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypeVar

from genomes.masks.batch import MaskBatch
from genomes.masks.space import MaskSpace
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace

Space = CoverSpace | MaskSpace


class Batch(Protocol):
    """A sequence of genomes of one space, as arrays."""

    def __len__(self) -> int:
        """Genomes."""

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


#: A kind of batch; where none is named, that of two-level networks is meant.
Genomes = TypeVar("Genomes", bound=Batch, default=CoverBatch)
BATCHES: Mapping[type, type[CoverBatch] | type[MaskBatch]] = MappingProxyType(
    {CoverSpace: CoverBatch, MaskSpace: MaskBatch}
)


def empty(space: Space) -> Any:
    """The batch of `space` without genomes."""
    return BATCHES[type(space)].of([], space)  # type: ignore[arg-type]


def from_arrays(arrays: Mapping[str, NDArray[Any]], prefix: str, space: Space) -> Any:
    """Inverse of `Batch.to_arrays`.

    Raises:
        GenomeError: arrays that are missing or do not form genomes of `space`.
    """
    return BATCHES[type(space)].from_arrays(arrays, prefix, space)  # type: ignore[arg-type]


def concatenate(first: Genomes, second: Genomes) -> Genomes:
    """The genomes of both, in order."""
    return first.followed_by(second)
