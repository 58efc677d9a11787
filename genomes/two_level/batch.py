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
from genomes.checks import Expected, check_array, check_offsets
from genomes.errors import GenomeError
from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.literals import contradictory, no_cubes


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
        n_outputs = space.n_outputs
        cubes = check_array(arrays, f"{prefix}.cubes", Expected(np.uint64, (None, 2, n_words(space.n_inputs))))
        offsets = check_array(arrays, f"{prefix}.offsets", Expected(np.int64, (None,)))
        check_offsets(offsets, len(cubes), f"{prefix}.offsets", longest=space.max_terms)
        n, rest = divmod(len(offsets) - 1, n_outputs)
        if rest:
            need = f"expected {n_outputs} numbers per genome and one more"
            raise GenomeError(f"{need}, got {len(offsets)}", where=f"{prefix}.offsets")
        inverted = check_array(arrays, f"{prefix}.inverted", Expected(np.bool_, (n,)))
        if not set(np.unique(inverted).tolist()) <= set(space.phases):
            raise GenomeError(f"expected values among {space.phases}", where=f"{prefix}.inverted")
        if (cubes & ~valid_words(space.n_inputs)).any() or contradictory(cubes).any():
            text = "a cube has padding bits set or an input in both polarities"
            raise GenomeError(text, where=f"{prefix}.cubes")
        return cls(cubes, offsets, n_outputs, inverted)
