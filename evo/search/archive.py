"""The archive: every non-dominated candidate seen so far, one per objective vector.

Networks that describe different values of the output are not compared: which side generalizes is for the selection to
find out. So there is a front per side, and `front` gives the members that nothing on either side dominates.
Hall-of-fame semantics of evolutionary search as arrays: of equal objective vectors the first seen stays, so the
archive never grows by copies. A member is named after the place it was born in: generation and slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from genomes import registry
from genomes.batches import Genomes, Space, concatenate
from genomes.checks import MOST, Arrays, Expected, check_array
from genomes.errors import GenomeError

#: How far below 0 an objective may be that is one less a score of 1.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Archive(Generic[Genomes]):
    """Members with a common first axis, sorted by objective vector (lexicographic).

    genomes: batch of A; objectives: float64[A, M]; born: int64[A, 2] of (generation, slot), or int64[A, 3] of
    (generation, slot, island) where archives of islands were merged.
    """

    genomes: Genomes
    objectives: NDArray[np.float64]
    born: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.objectives)

    @classmethod
    def empty(cls, space: Space, n_objectives: int) -> Archive[Genomes]:
        """An archive without members."""
        return cls(registry.empty(space), np.zeros((0, n_objectives)), np.zeros((0, 2), dtype=np.int64))

    def ids(self) -> list[str]:
        """Names of the members, e.g. ``g12-s34``, or ``g12-s34-i5`` of a member from island 5."""
        return ["-".join(f"{mark}{n}" for mark, n in zip("gsi", place, strict=False)) for place in self.born.tolist()]

    def updated(
        self, genomes: Genomes, objectives: NDArray[np.float64], generation: int, space: Space
    ) -> Archive[Genomes]:
        """The archive after `genomes` (slots 0, 1, ... of `generation`) were seen; what is not finite never enters."""
        slots = np.flatnonzero(np.isfinite(objectives).all(axis=1))
        born = np.stack([np.full(len(slots), generation), slots], axis=1).astype(np.int64)
        values = np.concatenate([self.objectives, objectives[slots]])
        born = np.concatenate([self.born, born])
        pool = concatenate(self.genomes, genomes.take(slots, space)) if len(slots) else self.genomes
        kept = _fronts(values, pool.inverted)
        return Archive(pool.take(kept, space), values[kept], born[kept])

    @classmethod
    def merged(cls, parts: Sequence[Archive[Genomes]], space: Space) -> Archive[Genomes]:
        """What the archives of islands 0, 1, ... come to together; of equal objective vectors the first born stays."""
        islands = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        born = np.column_stack([np.concatenate([part.born for part in parts]), islands]).astype(np.int64)
        values = np.concatenate([part.objectives for part in parts])
        genomes = reduce(concatenate, [part.genomes for part in parts])
        order = np.lexsort((born[:, 1], born[:, 2], born[:, 0]))
        kept = order[_fronts(values[order], genomes.inverted[order])]
        return cls(genomes.take(kept, space), values[kept], born[kept])

    def front(self) -> NDArray[np.intp]:
        """Rows of the members that no member of either side dominates, one per objective vector."""
        return non_dominated(self.objectives)

    def undominated(self, space: Space) -> Archive[Genomes]:
        """The archive without the members that are not on the front."""
        rows = self.front()
        return Archive(self.genomes.take(rows, space), self.objectives[rows], self.born[rows])

    def settled(self, space: Space) -> Archive[Genomes]:
        """The archive in order, without members that another of their side dominates."""
        kept = _fronts(self.objectives, self.genomes.inverted)
        return Archive(self.genomes.take(kept, space), self.objectives[kept], self.born[kept])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        named = {"archive.objectives": self.objectives, "archive.born": self.born}
        return self.genomes.to_arrays("archive") | named

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: Space, n_objectives: int, *, merged: bool = False) -> Archive[Genomes]:
        """Inverse of `to_arrays`; `merged` from islands or not.

        Raises:
            GenomeError: arrays that are missing or do not fit together.
        """
        genomes = registry.from_arrays(arrays, "archive", space)
        objectives = check_objectives(arrays, "archive.objectives", (len(genomes), n_objectives))
        born = check_array(arrays, "archive.born", Expected(np.int64, (len(genomes), 3 if merged else 2), 0, MOST))
        if len(np.unique(born, axis=0)) != len(born):
            raise GenomeError("two members were born in the same place", where="archive.born")
        if not np.array_equal(_fronts(objectives, genomes.inverted), np.arange(len(genomes))):
            text = "expected members in order of which none dominates another of its side"
            raise GenomeError(text, where="archive.objectives")
        if not np.isfinite(objectives).all():
            raise GenomeError("a member of the archive has failed", where="archive.objectives")
        return cls(genomes, objectives, born)


def check_objectives(arrays: Arrays, name: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    """The objectives `name`, float64 of `shape`: in every row either all finite, or all infinite for what failed.

    Raises:
        GenomeError: missing, of another type or shape, or other values.
    """
    values = check_array(arrays, name, Expected(np.float64, shape, low=-ROUNDING, high=np.inf))
    infinite = np.isinf(values)
    if (infinite.any(axis=1) != infinite.all(axis=1)).any():
        raise GenomeError("expected rows that are finite, or infinite where a candidate failed", where=name)
    return values


def _fronts(objectives: NDArray[np.float64], inverted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Rows that are not dominated on their own side, sorted by objectives, plain before inverted ones."""
    sides = [np.flatnonzero(inverted == side) for side in (False, True)]
    kept = np.concatenate([rows[non_dominated(objectives[rows])] for rows in sides])
    return kept[np.lexsort((inverted[kept], *objectives[kept].T[::-1]))]


def non_dominated(objectives: NDArray[np.float64]) -> NDArray[np.intp]:
    """Indices of the non-dominated rows (minimisation), one per vector, sorted lexicographically.

    objectives: float64[n, M] without NaN. Of equal rows the first is kept.
    """
    if len(objectives) == 0:
        return np.zeros(0, dtype=np.intp)
    unique, first = np.unique(objectives, axis=0, return_index=True)
    kept: list[int] = []
    for row in range(len(unique)):  # rows come sorted: only an earlier kept row can dominate a later one
        if not (unique[kept] <= unique[row]).all(axis=1).any():
            kept.append(row)
    return first[kept].astype(np.intp)
