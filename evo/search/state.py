"""The State: everything a search knows, as one frozen value.

The idea. `tell` maps a State and the results of one generation to the next State; nothing else remembers anything. So
a checkpoint is this value on disk, resume is reading it back, and there is no point where an interruption could leave
half a state. The one save point is after survival and before variation: `generation` is the next one to run, and its
random streams are derived from that number (see `genomes.streams`), so none are stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from evo.search.archive import Archive, check_objectives
from genomes import registry
from genomes.batches import Genomes, Space
from genomes.checks import MOST, Arrays, Expected, check_array, check_count, check_names, within
from genomes.errors import GenomeError

#: Prefix of the algorithm's own arrays in a checkpoint, and of an island's.
MEMORY, ISLAND = "memory.", "island."
_NUMBER = re.compile("0|[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class State(Generic[Genomes]):
    """A search between two generations.

    generation: the next one to run; evaluations: candidates scored so far; failed: how many of them failed;
    population: P genomes (none before the first generation) with objectives float64[P, M]; archive: the front;
    best: float64[M], the lexicographically smallest objective vector seen; stalled: generations since it improved;
    memory: what the algorithm keeps beside the population, as arrays it names itself; islands: the states of islands
    that this is the sum of (see `evo.search.islands`), none where there is one population.
    """

    generation: int
    evaluations: int
    failed: int
    population: Genomes
    objectives: NDArray[np.float64]
    archive: Archive[Genomes]
    best: NDArray[np.float64]
    stalled: int
    memory: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    islands: tuple[State[Genomes], ...] = ()

    @classmethod
    def initial(cls, space: Space, n_objectives: int) -> State[Genomes]:
        """The state before anything was evaluated."""
        archive: Archive[Genomes] = Archive.empty(space, n_objectives)
        return cls(
            0, 0, 0, registry.empty(space), np.zeros((0, n_objectives)), archive, np.full(n_objectives, np.inf), 0
        )

    def everyone(self) -> NDArray[np.float64]:
        """Objectives of all that are alive, those on islands one island after the other."""
        return np.concatenate([self.objectives, *(island.objectives for island in self.islands)])

    def check_population(self, least: int, most: int) -> None:
        """Raise GenomeError unless so many genomes are alive, or none before the first generation."""
        bounds = (least, most) if self.generation else (0, 0)
        check_count(len(self.population), *bounds, "genomes", "population")

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file: no objects, no pickle."""
        counters = np.array([self.generation, self.evaluations, self.failed, self.stalled], dtype=np.int64)
        named = {"counters": counters, "objectives": self.objectives, "best": self.best}
        remembered = {f"{MEMORY}{name}": array for name, array in self.memory.items()}
        own = named | remembered | self.population.to_arrays("population") | self.archive.to_arrays()
        return own | {
            f"{ISLAND}{number}.{name}": array
            for number, island in enumerate(self.islands)
            for name, array in island.to_arrays().items()
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, space: Space, n_objectives: int) -> State[Genomes]:
        """Inverse of `to_arrays`.

        What an algorithm remembers is taken as it is: `Search.restored` checks that.

        Raises:
            GenomeError: arrays that are missing, of no state, or do not fit `space` or together.
        """
        counters = check_array(arrays, "counters", Expected(np.int64, (4,), low=0, high=MOST))
        generation, evaluations, failed, stalled = counters.tolist()
        check_count(failed, 0, evaluations, "failed evaluations", "counters")
        check_count(stalled, 0, generation, "generations without gain", "counters")
        population = registry.from_arrays(arrays, "population", space)
        objectives = check_objectives(arrays, "objectives", (len(population), n_objectives))
        islands = tuple(cls._island(number, part, space, n_objectives) for number, part in _of_islands(arrays))
        archive: Archive[Genomes] = Archive.from_arrays(arrays, space, n_objectives, merged=bool(islands))
        check_count(int(archive.born[:, 0].max(initial=-1)), -1, generation - 1, "as a generation", "archive.born")
        best = check_array(arrays, "best", Expected(np.float64, (n_objectives,), high=np.inf))
        if best.tolist() != (archive.objectives[0].tolist() if len(archive) else [np.inf] * n_objectives):
            raise GenomeError("expected the first objectives of the archive", where="best")
        memory = {name[len(MEMORY) :]: array for name, array in arrays.items() if name.startswith(MEMORY)}
        state = cls(generation, evaluations, failed, population, objectives, archive, best, stalled, memory, islands)
        check_names(arrays, state.to_arrays())
        return state

    @classmethod
    def _island(cls, number: int, part: Arrays, space: Space, n_objectives: int) -> State[Genomes]:
        with within(f"{ISLAND}{number}."):
            if any(name.startswith(ISLAND) for name in part):
                raise GenomeError("an island holds no islands")
            return cls.from_arrays(part, space, n_objectives)


def _of_islands(arrays: Arrays) -> list[tuple[int, dict[str, NDArray[Any]]]]:
    """The number and the arrays of each island, under the names they have in its own State."""
    parts: dict[int, dict[str, NDArray[Any]]] = {}
    for name in arrays:
        if name.startswith(ISLAND):
            number, _, own = name[len(ISLAND) :].partition(".")
            if not _NUMBER.fullmatch(number):
                raise GenomeError(f"an island has a number, got {number[:20]!r}", where=ISLAND)
            parts.setdefault(int(number), {})[own] = arrays[name]
    return [(number, parts.get(number, {})) for number in range(len(parts))]  # a gap is missing arrays
