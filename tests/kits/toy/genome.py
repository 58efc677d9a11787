"""The genome: which inputs are counted, and how many of them must be 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from genomes.checks import Expected, check_array
from genomes.registry import GenomeKind
from genomes.spec import GenomeSpec

#: chosen: bool[n_inputs]; need: how many of them.
Genome = tuple[NDArray[np.bool_], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingSpec(GenomeSpec):
    """What is evolved."""

    kind: Literal["counting"] = "counting"
    """counting: yes where enough of some inputs are 1."""
    first: float = 0.2
    """Share of the inputs that a first genome counts."""


@dataclass(frozen=True, slots=True)
class CountingSpace:
    """All choices among `n_inputs` inputs."""

    genome: ClassVar[str] = "counting"
    n_inputs: int

    def random(self, rng: np.random.Generator, share: float) -> Genome:
        """A genome that counts a share of the inputs."""
        chosen = rng.random(self.n_inputs) < share
        return chosen, int(rng.integers(1, max(2, chosen.sum())))

    def mutated(self, rng: np.random.Generator, genome: Genome) -> Genome:
        """Another input, or one more or less of them."""
        chosen, need = genome[0].copy(), genome[1]
        if rng.random() < 0.5:
            chosen[rng.integers(self.n_inputs)] ^= True
        else:
            need += int(rng.choice([-1, 1]))
        return chosen, int(np.clip(need, 0, self.n_inputs))


@dataclass(frozen=True, slots=True)
class CountingBatch:
    """Many genomes as arrays: chosen bool[len, n_inputs], need int64[len]."""

    chosen: NDArray[np.bool_]
    need: NDArray[np.int64]
    grain: ClassVar[int] = 8

    def __len__(self) -> int:
        return len(self.need)

    def __getitem__(self, index: int) -> Genome:
        return self.chosen[index], int(self.need[index])

    def __iter__(self) -> Iterator[Genome]:
        return zip(self.chosen, self.need.tolist(), strict=True)

    @property
    def inverted(self) -> NDArray[np.bool_]:
        return np.zeros(len(self), dtype=np.bool_)

    @classmethod
    def of(cls, genomes: Sequence[Genome], space: CountingSpace) -> CountingBatch:
        chosen = np.array([chosen for chosen, _ in genomes], dtype=np.bool_).reshape(len(genomes), space.n_inputs)
        return cls(chosen, np.array([need for _, need in genomes], dtype=np.int64))

    def take(self, indices: Sequence[int] | NDArray[np.intp], space: CountingSpace) -> CountingBatch:
        rows = np.asarray(indices, dtype=np.intp)
        return CountingBatch(self.chosen[rows], self.need[rows])

    def slice(self, start: int, stop: int) -> CountingBatch:
        return CountingBatch(self.chosen[start:stop], self.need[start:stop])

    def followed_by(self, other: CountingBatch) -> CountingBatch:
        return CountingBatch(np.concatenate([self.chosen, other.chosen]), np.concatenate([self.need, other.need]))

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        return {f"{prefix}.chosen": self.chosen, f"{prefix}.need": self.need}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, space: CountingSpace) -> CountingBatch:
        chosen = check_array(arrays, f"{prefix}.chosen", Expected(np.bool_, (None, space.n_inputs)))
        need = check_array(arrays, f"{prefix}.need", Expected(np.int64, (len(chosen),), low=0, high=space.n_inputs))
        return cls(chosen, need)


def plain(genome: Genome, space: CountingSpace) -> dict[str, Any]:
    """As models/ and events.jsonl keep it."""
    return {"inputs": np.flatnonzero(genome[0]).tolist(), "need": genome[1]}


KIND = GenomeKind("counting", CountingSpace, CountingBatch, plain)
