"""Islands: several searches of one problem that now and then exchange a few terms or genomes.

The idea. An epoch of an island is a pure function from its State to its State some generations later, so islands are
tasks like any other: a backend may run them anywhere, in any order, and again if a worker was lost. What an island
draws depends on (seed, generation, island, slot) and what it receives on the States of its origins at the end of an
epoch, so the bytes depend neither on where islands ran nor on how many at once.

A run's own State is the sum of its islands' (`merged`): counters added up, archives merged, ties to the first born. It
is made anew from theirs after every epoch, never from the sum before. So it does not matter into which steps a run was
cut: an epoch that `stop.generations` ends early goes on after a resume where it was, and migration happens only when
the number of generations is a multiple of `every`.

Rejected: asynchronous migration (results would depend on who is faster), migration by emptying a mailbox (a lost
worker would take migrants along), one step per generation (a synchronisation of all islands every time).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distributed.backend import never
from distributed.local import LocalBackend
from evo.search.archive import Archive
from evo.search.context import Algorithm, G, P
from evo.search.failures import Failure, ignore
from evo.search.loop import Interrupted, Search, either
from evo.search.restored import sound
from evo.search.spec import IslandSpec
from evo.search.state import ISLAND, MEMORY, State
from evo.search.topology import TOPOLOGIES
from genomes import registry
from genomes.batches import Space
from genomes.checks import MOST, Arrays, Expected, check_array, check_count, check_names, within
from genomes.errors import GenomeError

#: Names in the memory of a sum: migrations of the last epoch int64[E, 3] (from, to, count), and migrants so far.
MIGRATIONS, MIGRATED = "migrations", "migrated"


@dataclass(frozen=True, slots=True)
class IslandTasks:
    """Islands by number with their states, all to make so many `generations`."""

    islands: tuple[int, ...]
    states: tuple[State[Any], ...]
    generations: int
    grain: int = 1

    def __len__(self) -> int:
        return len(self.islands)

    def slice(self, start: int, stop: int) -> IslandTasks:
        """Islands start..stop-1 of these."""
        return replace(self, islands=self.islands[start:stop], states=self.states[start:stop])


@dataclass(frozen=True, slots=True)
class Evolved:
    """An island after an epoch, and the candidates that failed in it."""

    state: State[Any]
    failures: tuple[Failure, ...]


def evolve(problem: P, context: G, algorithm: Algorithm[G, P], tasks: IslandTasks) -> tuple[Evolved, ...]:
    """Each island after its generations, made in this process; after fewer of them where it is abandoned."""
    evolved = []
    for island, state in zip(tasks.islands, tasks.states, strict=True):
        search, failed = Search(problem, context.on_island(island), algorithm, LocalBackend()), list[Failure]()
        with contextlib.suppress(Interrupted):
            for _ in range(tasks.generations):
                state = search.step(state, failed=failed.append)  # noqa: PLW2901 - the same island's, a generation on
        evolved.append(Evolved(state, tuple(failed)))
    return tuple(evolved)


def ended(problem: P, context: G, algorithm: Algorithm[G, P], state: State[Any], generation: int) -> State[Any]:
    """An island brought to `generation` by what stands in for work (`Algorithm.stand_in`): its time is over."""
    search = Search(problem, context, algorithm, LocalBackend())
    stand_in = algorithm.stand_in(context, problem)
    while state.generation < generation:
        state = search.tell(state, stand_in(algorithm.ask(context, state)))
    return state


@dataclass(frozen=True)
class IslandSearch(Search[P, G]):
    """A search on several islands; a step is an epoch. `last`: the generation at which a run stops, if it is known."""

    spec: IslandSpec
    last: int | None

    def start(self) -> State[Any]:
        """The islands before anything was evaluated."""
        nothing: State[Any] = State.initial(self.problem.space, len(self.problem.spec.objectives))
        return merged((nothing,) * self.spec.count, self.problem.space, _memory([], 0))

    def checked(self, state: State[Any]) -> State[Any]:
        """A state from disk whose islands are sound and add up to it; raises as `restored` does."""
        check_count(len(state.islands), self.spec.count, self.spec.count, "islands")
        islands = []
        for number, island in enumerate(state.islands):
            with within(f"{ISLAND}{number}."):
                check_count(island.generation, state.generation, state.generation, "generations", "counters")
                islands.append(sound(self.algorithm, self.context.on_island(number), island))
        with within(MEMORY):
            memory = _checked_memory(state.memory, self.spec.count)
        total = merged(islands, self.problem.space, memory)
        check_sum(state, total)
        return total

    @cached_property
    def epochs(self) -> Callable[[IslandTasks], tuple[Evolved, ...]]:
        """What workers do with islands; one object, as `Search.work` is."""
        return partial(evolve, self.problem, self.context, self.algorithm)

    def step(
        self,
        state: State[Any],
        interrupted: Callable[[], bool] = never,
        failed: Callable[[Failure], None] = ignore,
        enough: Callable[[], bool] = never,
    ) -> State[Any]:
        """An epoch of every island, then migration.

        enough: see `Search.step`; the islands are as far as they came.

        Raises:
            Interrupted: `interrupted()` became true before the last of them was there.
        """
        evolved = self._evolved(state, interrupted, enough)
        for failure in (failure for island in evolved for failure in island.failures):
            failed(failure)
        islands = tuple(island.state for island in evolved)
        moves: list[tuple[int, int, int]] = []
        if islands[0].generation % self.spec.every == 0:
            islands, moves = self.migrated(islands)
        return merged(islands, self.problem.space, _memory(moves, migrated_so_far(state)))

    def _evolved(self, state: State[Any], interrupted: Callable[[], bool], enough: Callable[[], bool]) -> list[Evolved]:
        tasks = IslandTasks(tuple(range(len(state.islands))), state.islands, self.epoch(state.generation))
        last, over = state.generation + tasks.generations, either(interrupted, enough)
        parts: dict[int, tuple[Evolved, ...]] = {}
        whole = True
        try:
            self.fill(parts, self.epochs, tasks, over)
        except Interrupted:
            whole = False
        there = {start + i: island for start, part in parts.items() for i, island in enumerate(part)}
        if whole and all(island.state.generation == last for island in there.values()):
            return [there[number] for number in tasks.islands]
        if over is interrupted or interrupted():
            raise Interrupted
        islands = [there.get(number, Evolved(island, ())) for number, island in enumerate(tasks.states)]
        return [replace(one, state=self._ended(number, one.state, last)) for number, one in enumerate(islands)]

    def _ended(self, number: int, state: State[Any], generation: int) -> State[Any]:
        return ended(self.problem, self.context.on_island(number), self.algorithm, state, generation)

    def suspect(self, state: State[Any], number: int, reason: str) -> Failure | None:
        """An epoch is more than one candidate, so none is suspected."""
        return None

    def epoch(self, generation: int) -> int:
        """Generations from `generation` to the next migration, or to the end of the run."""
        whole = self.spec.every - generation % self.spec.every
        return whole if self.last is None or self.last <= generation else min(whole, self.last - generation)

    def migrated(self, islands: Sequence[State[Any]]) -> tuple[tuple[State[Any], ...], list[tuple[int, int, int]]]:
        """The islands after all migrants, chosen before anyone left, have arrived; and (from, to, how many) of them."""
        arrivals: list[State[Any]] = []
        moves: list[tuple[int, int, int]] = []
        for island, state in enumerate(islands):
            origins = TOPOLOGIES[self.spec.topology](island, len(islands))
            there = [islands[origin] for origin in origins]
            place = self.context.on_island(island)
            joined, counts = self.algorithm.immigrate(place, state, there, self.spec.migrants)
            arrivals.append(joined)
            moves += [(origin, island, count) for origin, count in zip(origins, counts, strict=True) if count]
        return tuple(arrivals), moves


def merged(islands: Sequence[State[Any]], space: Space, memory: dict[str, NDArray[Any]]) -> State[Any]:
    """The sum of islands that are at the same generation."""
    archive = Archive.merged([island.archive for island in islands], space)
    generation, n_objectives = islands[0].generation, archive.objectives.shape[1]
    best = archive.objectives[0] if len(archive) else np.full(n_objectives, np.inf)
    return State(
        generation=generation,
        evaluations=sum(island.evaluations for island in islands),
        failed=sum(island.failed for island in islands),
        population=registry.empty(space),
        objectives=np.zeros((0, n_objectives)),
        archive=archive,
        best=best,
        stalled=_stalled(archive, generation),
        memory=memory,
        islands=tuple(islands),
    )


def check_sum(state: State[Any], total: State[Any]) -> None:
    """Raise GenomeError unless `state` is `total`, islands and memory aside."""
    given, expected = (replace(one, islands=(), memory={}).to_arrays() for one in (state, total))
    for name, array in expected.items():
        if not np.array_equal(given[name], array):
            raise GenomeError("this is not what the islands add up to", where=name)


def migrations(state: State[Any]) -> list[tuple[int, int, int]]:
    """Migrations at the end of the last step: (from, to, how many); none where there are no islands."""
    return [(a, b, n) for a, b, n in state.memory[MIGRATIONS].tolist()] if state.islands else []


def migrated_so_far(state: State[Any]) -> int:
    """Migrants that arrived anywhere since the start."""
    return int(state.memory[MIGRATED][0]) if state.islands else 0


def _memory(moves: list[tuple[int, int, int]], before: int) -> dict[str, NDArray[Any]]:
    total = before + sum(count for _, _, count in moves)
    table = np.array(moves, dtype=np.int64).reshape(-1, 3)
    return {MIGRATIONS: table, MIGRATED: np.array([total], dtype=np.int64)}


def _checked_memory(memory: Arrays, count: int) -> dict[str, NDArray[Any]]:
    """The memory of the sum of `count` islands; raises GenomeError."""
    expected = {
        MIGRATIONS: Expected(np.int64, (None, 3), low=0, high=MOST),
        MIGRATED: Expected(np.int64, (1,), low=0, high=MOST),
    }
    check_names(memory, expected)
    checked = {name: check_array(memory, name, what) for name, what in expected.items()}
    moves = checked[MIGRATIONS]
    check_count(len(moves), 0, count * (count - 1), "migrations at most once between two islands", MIGRATIONS)
    check_count(int(moves[:, :2].max(initial=0)), 0, count - 1, "as an island", MIGRATIONS)
    check_count(sum(moves[:, 2].tolist()), 0, int(checked[MIGRATED][0]), "migrants", MIGRATIONS)
    return checked


def _stalled(archive: Archive, generation: int) -> int:
    """Generations since the lexicographically smallest objectives were first seen."""
    if not len(archive):
        return generation
    first = archive.born[(archive.objectives == archive.objectives[0]).all(axis=1), 0].min()
    return generation - 1 - int(first)
