"""Many masks as one array: how populations are stored, sent to workers and written to checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.errors import GenomeError
from genomes.masks.space import Genes, MaskSpace, check_mask


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
        """bool[len]: no mask is on another side than the others."""
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
        try:
            planes, size = (arrays[f"{prefix}.{name}"] for name in ("planes", "size"))
        except KeyError as missing:
            raise GenomeError(f"array {missing} is missing") from None
        if size.dtype != np.int64 or size.shape != (2,) or size[0] < 0 or size[1] != space.n_genes:
            raise GenomeError(f"expected masks of {space.n_genes} genes, got size {size.tolist()}")
        wanted = (2, int(size[0]), (space.n_genes + 7) // 8)
        if planes.dtype != np.uint8 or planes.shape != wanted:
            raise GenomeError(f"expected planes uint8{list(wanted)}, got {planes.dtype}{list(planes.shape)}")
        kept, inverted = np.unpackbits(planes, axis=-1, count=space.n_genes, bitorder="little").view(np.int8)
        batch = cls(kept - 2 * inverted)
        for mask in batch:
            check_mask(mask, space)
        return batch
