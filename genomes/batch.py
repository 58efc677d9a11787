"""Many genomes as four arrays: how populations are stored, sent to workers and written to checkpoints.

Layout (compressed rows): all cubes of all genomes one after the other, uint64[total, 2, W]; the cubes of output o of
genome i are ``cubes[offsets[i * n_outputs + o] : offsets[i * n_outputs + o + 1]]``. Work travels as such arrays,
never as one object per individual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words, n_words, valid_words
from genomes.errors import GenomeError
from genomes.literals import contradictory, no_cubes
from genomes.two_level import Cover, CoverSpace


@dataclass(frozen=True, slots=True)
class CoverBatch:
    """A sequence of covers: cubes uint64[total, 2, W], offsets int64[len * n_outputs + 1], inverted bool[len]."""

    cubes: Words
    offsets: NDArray[np.int64]
    n_outputs: int
    inverted: NDArray[np.bool_]

    def __len__(self) -> int:
        return (len(self.offsets) - 1) // self.n_outputs

    def __getitem__(self, index: int) -> Cover:
        first = index * self.n_outputs
        bounds = self.offsets[first : first + self.n_outputs + 1]
        return Cover(tuple(self.cubes[a:b] for a, b in pairwise(bounds)), bool(self.inverted[index]))

    def __iter__(self) -> Iterator[Cover]:
        return (self[i] for i in range(len(self)))

    @property
    def grain(self) -> int:
        """Genomes worth evaluating together: whole-array speed, and a stop request is noticed soon."""
        return 64

    @classmethod
    def of(cls, covers: Sequence[Cover], space: CoverSpace) -> CoverBatch:
        """Pack covers; an empty sequence gives an empty batch."""
        stacks = [cubes for cover in covers for cubes in cover.cubes]
        offsets = np.zeros(len(stacks) + 1, dtype=np.int64)
        np.cumsum([len(cubes) for cubes in stacks], out=offsets[1:])
        cubes = np.concatenate(stacks) if stacks else no_cubes(space.n_inputs)
        inverted = np.array([cover.inverted for cover in covers], dtype=np.bool_)
        return cls(cubes, offsets, space.n_outputs, inverted)

    def take(self, indices: Sequence[int] | NDArray[np.intp], space: CoverSpace) -> CoverBatch:
        """The covers at `indices`, in that order."""
        return CoverBatch.of([self[int(i)] for i in indices], space)

    def slice(self, start: int, stop: int) -> CoverBatch:
        """Covers start..stop-1 without copying their cubes."""
        bounds = self.offsets[start * self.n_outputs : stop * self.n_outputs + 1]
        cubes = self.cubes[bounds[0] : bounds[-1]]
        return CoverBatch(cubes, bounds - bounds[0], self.n_outputs, self.inverted[start:stop])

    def followed_by(self, other: CoverBatch) -> CoverBatch:
        """The covers of both, in order."""
        offsets = np.concatenate([self.offsets, other.offsets[1:] + self.offsets[-1]])
        cubes = np.concatenate([self.cubes, other.cubes])
        return CoverBatch(cubes, offsets, self.n_outputs, np.concatenate([self.inverted, other.inverted]))

    def terms_per_output(self) -> NDArray[np.int64]:
        """Cubes per genome and output: int64[len, n_outputs]."""
        return np.diff(self.offsets).reshape(-1, self.n_outputs)

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        named = {"cubes": self.cubes, "offsets": self.offsets, "inverted": self.inverted}
        return {f"{prefix}.{name}": array for name, array in named.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, space: CoverSpace) -> CoverBatch:
        """Inverse of `to_arrays`.

        Raises:
            GenomeError: arrays that are missing or do not form covers of `space`.
        """
        try:
            cubes, offsets, inverted = (arrays[f"{prefix}.{name}"] for name in ("cubes", "offsets", "inverted"))
        except KeyError as missing:
            raise GenomeError(f"array {missing} is missing") from None
        batch = cls(cubes, offsets, space.n_outputs, inverted)
        _check(batch, space)
        return batch


def _check(batch: CoverBatch, space: CoverSpace) -> None:
    cubes, offsets = batch.cubes, batch.offsets
    if cubes.dtype != np.uint64 or cubes.ndim != 3 or cubes.shape[1:] != (2, n_words(space.n_inputs)):
        raise GenomeError(f"expected cubes uint64[T, 2, {n_words(space.n_inputs)}], got {cubes.dtype}{cubes.shape}")
    if offsets.dtype != np.int64 or offsets.ndim != 1 or len(offsets) == 0 or (len(offsets) - 1) % space.n_outputs:
        raise GenomeError(f"expected offsets int64[n * {space.n_outputs} + 1], got {offsets.dtype}{offsets.shape}")
    if offsets[0] != 0 or offsets[-1] != len(cubes) or (np.diff(offsets) < 0).any():
        raise GenomeError("the offsets of a batch of covers do not match its cubes")
    if batch.inverted.dtype != np.bool_ or batch.inverted.shape != ((len(offsets) - 1) // space.n_outputs,):
        raise GenomeError(f"expected inverted bool[{len(batch)}], got {batch.inverted.dtype}{batch.inverted.shape}")
    if not set(batch.inverted.tolist()) <= set(space.sides):
        raise GenomeError(f"expected inverted to be one of {space.sides}")
    if (np.diff(offsets) > space.max_terms).any():
        raise GenomeError(f"expected at most {space.max_terms} terms, got {np.diff(offsets).max()}")
    if (cubes & ~valid_words(space.n_inputs)).any() or contradictory(cubes).any():
        raise GenomeError("a cube has padding bits set or an input in both polarities")
