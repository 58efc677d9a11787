"""Many masks as one array: how populations are stored, sent to workers and written to checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.checks import Expected, check_array, within
from genomes.errors import GenomeError
from genomes.masks.space import Genes, MaskSpace, check_masks


@dataclass(frozen=True, slots=True)
class MaskBatch:
    """A sequence of masks: genes int8[len, n_genes]. Treat the array as read-only."""

    genes: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.genes)

    def __getitem__(self, index: int) -> Genes:
        mask: Genes = self.genes[index]
        return mask

    def __iter__(self) -> Iterator[Genes]:
        return iter(self.genes)

    @property
    def grain(self) -> int:
        """Masks worth working on together: one, since each of them takes a local step of its own."""
        return 1

    @property
    def inverted(self) -> NDArray[np.bool_]:
        """bool[len]: masks have one output phase."""
        return np.zeros(len(self), dtype=np.bool_)

    @classmethod
    def of(cls, masks: Sequence[Genes], space: MaskSpace) -> MaskBatch:
        """Stack masks; an empty sequence gives an empty batch."""
        return cls(np.stack(masks) if len(masks) else np.zeros((0, space.n_genes), dtype=np.int8))

    def take(self, indices: Sequence[int] | NDArray[np.intp], space: MaskSpace) -> MaskBatch:
        """The masks at `indices`, in that order."""
        return MaskBatch(self.genes[np.asarray(indices, dtype=np.intp)])

    def slice(self, start: int, stop: int) -> MaskBatch:
        """Masks start..stop-1, not copied."""
        return MaskBatch(self.genes[start:stop])

    def followed_by(self, other: MaskBatch) -> MaskBatch:
        """The masks of both, in order."""
        return MaskBatch(np.concatenate([self.genes, other.genes]))

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file: two bits per gene (kept, inverted), little end first."""
        planes = np.stack([self.genes != 0, self.genes < 0])
        return {
            f"{prefix}.planes": np.packbits(planes, axis=-1, bitorder="little"),
            f"{prefix}.size": np.array(self.genes.shape, dtype=np.int64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, space: MaskSpace) -> MaskBatch:
        """Inverse of `to_arrays`.

        Raises:
            GenomeError: arrays that are missing or do not form masks of `space`.
        """
        n, n_genes = check_array(arrays, f"{prefix}.size", Expected(np.int64, (2,), low=0)).tolist()
        if n_genes != space.n_genes:
            raise GenomeError(f"expected masks of {space.n_genes} genes, got {n_genes}", where=f"{prefix}.size")
        width = (n_genes + 7) // 8
        planes = check_array(arrays, f"{prefix}.planes", Expected(np.uint8, (2, n, width)))
        kept, inverted = np.unpackbits(planes, axis=-1, count=n_genes, bitorder="little").view(np.int8)
        batch = cls(kept - 2 * inverted)
        with within(f"{prefix}.planes"):
            check_masks(batch.genes, space)
        return batch
