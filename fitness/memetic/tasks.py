"""The tasks of one generation of the memetic algorithm, as arrays; apart from the work, so that no kernel is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from fitness.memetic.results import ImprovedCovers, Rounds
from fitness.tasks.columns import TINY, columns, known_keys, place_from_arrays, place_to_array
from genomes.batches import concatenate
from genomes.bits import Words
from genomes.checks import MOST, Arrays, Expected
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from genomes.two_level.pools import Pool, check_lengths, checked_pool, pool_to_arrays

#: The widest beam that a task may ask for.
WIDEST = 48
#: Prefix of the arrays of a pool.
POOL = "pool."
#: Arrays with an entry per task, and what they may hold.
COLUMNS: Mapping[str, Expected] = MappingProxyType(
    {
        "kappa": Expected(np.float64, (None,), low=TINY, high=MOST),
        "lam": Expected(np.float64, (None,), low=0.0, high=MOST),
        "width": Expected(np.int64, (None,), low=1, high=WIDEST),
        "share": Expected(np.float64, (None,), low=TINY, high=1.0),
        "scout": Expected(np.float64, (None,), low=0.0, high=1.0),
        "slots": Expected(np.int64, (None,), low=0, high=MOST),
        "descend": Expected(np.bool_, (None,)),
        "last": Expected(np.bool_, (None,)),
    }
)


@dataclass(frozen=True, slots=True)
class MemeticTasks:
    """Tasks with a common first axis (P), and what they share.

    starts: P covers, in the output phase that the task searches; kappa, lam: float64[P]; width: int64[P] beam widths;
    share: float64[P], part of the samples a round looks at; scout: float64[P], part that its beams and set covers look
    at at least; slots: int64[P]; descend: bool[P], whether rounds end in a descent; last: bool[P], whether the
    slot is judged at the objective's own kappa, whatever the round's; pool: known terms per output phase and output;
    known: uint64[K], ascending, keys of descents that are done; (seed, generation, island, slot) is a task's place for
    random draws.
    """

    starts: CoverBatch
    kappa: NDArray[np.float64]
    lam: NDArray[np.float64]
    width: NDArray[np.int64]
    share: NDArray[np.float64]
    scout: NDArray[np.float64]
    slots: NDArray[np.int64]
    descend: NDArray[np.bool_]
    last: NDArray[np.bool_]
    pool: Pool
    known: Words
    seed: int
    generation: int
    island: int = 0
    grain: int = 4

    def __len__(self) -> int:
        return len(self.kappa)

    def slice(self, start: int, stop: int) -> MemeticTasks:
        """Tasks start..stop-1 with the same pool."""
        part = {name: getattr(self, name)[start:stop] for name in COLUMNS}
        return replace(self, starts=self.starts.slice(start, stop), **part)

    def failed(self, problem: Posed, reason: str) -> Results[CoverBatch]:
        """Two candidates, as of every round, and nothing for the pool."""
        pair = concatenate(self.starts, self.starts)
        results = Results.of_failed(pair, len(problem.spec.objectives), reason)
        return replace(results, payload=Rounds((ImprovedCovers.of_failed(self.starts[0]),)))

    def drawn_from(self, generation: int, number: int) -> tuple[Role, int]:
        """Rounds draw for their slot."""
        return Role.REFINEMENT, int(self.slots[0])

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file."""
        named: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in COLUMNS}
        place = place_to_array(self.seed, self.generation, self.island)
        named |= pool_to_arrays(self.pool, POOL) | {"known": self.known, "place": place}
        return {"kind": np.array("round"), **named, **self.starts.to_arrays("starts")}

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: CoverSpace) -> MemeticTasks:
        """Inverse of `to_arrays`; raises GenomeError."""
        starts = CoverBatch.from_arrays(arrays, "starts", space)
        check_lengths(starts.cubes, space, "starts.cubes")
        pool, known = checked_pool(arrays, POOL, space), known_keys(arrays)
        per_task = columns(arrays, COLUMNS, len(starts))
        return cls(starts=starts, pool=pool, known=known, **place_from_arrays(arrays), **per_task)
