"""The memetic algorithm: a path of prices, one individual each, improved by rounds over a common pool of terms.

The idea. Every slot of the population has a price per literal (lambda), from dear (a formula of a few literals) to
cheap (as exact as the data allow), so one population walks the whole accuracy/size front. A candidate is made by one
round of `fitness.rounds`: ruin its slot's cover (or, as crossover, that of a neighbour on the path), look for terms
that explain what is left, recombine everything in the pool by set cover, descend by the exact Boolean gradient. Terms
found by any slot join the pool, which is how slots learn from each other. A covered unwanted sample costs kappa: 8 at
first, then 3, then 1, one step whenever a slot stagnates, because pure terms are easy to find and impure ones easy to
fall for. Schedules advance by counts of rounds, never by time.

Several outputs are improved output by output (their errors add up); classes that vote are improved together, by rounds
of their own (`fitness.vote_rounds`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from evo.search.arena import Arena, Survivors
from evo.search.pricing import best_at, price_path
from evo.search.spec import SearchSpec
from evo.search.state import State
from fitness.memetic_tasks import MemeticTasks
from fitness.problem import Problem, Results
from genomes.batch import CoverBatch
from genomes.bits import WORD
from genomes.term_lists import TermList, distinct, joined
from genomes.two_level import empty_cover

KAPPAS = (8.0, 3.0, 1.0)
PATIENCE = 6
REST = 8
#: Terms a pool keeps: as many as cover POOL_WORDS words of samples, within bounds.
POOL_WORDS = 500_000
SMALLEST_POOL, LARGEST_POOL = 300, 2000


@dataclass(frozen=True, slots=True)
class Memory:
    """What the algorithm remembers beside the population, as arrays in the State.

    stage: int64[P], index into KAPPAS; stalled: int64[P], rounds without gain; value: float64[P], objective of each
    slot's cover at its stage; pool: per output the terms known, oldest first.
    """

    stage: NDArray[np.int64]
    stalled: NDArray[np.int64]
    value: NDArray[np.float64]
    pool: tuple[TermList, ...]

    @classmethod
    def of(cls, state: State, population: int, n_outputs: int) -> Memory:
        """The memory in `state`, or an empty one before the first generation."""
        stored = state.memory
        if not stored:
            zeros = np.zeros(population, dtype=np.int64)
            return cls(zeros, zeros, np.full(population, np.inf), tuple(joined([]) for _ in range(n_outputs)))
        bounds = stored["pool_offsets"]
        terms = TermList(stored["pool_literals"], stored["pool_lengths"])
        pool = tuple(terms.take(range(bounds[o], bounds[o + 1])) for o in range(n_outputs))
        return cls(stored["stage"], stored["stalled"], stored["value"], pool)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Inverse of `of`."""
        terms = joined(self.pool)
        offsets = np.concatenate([[0], np.cumsum([len(of_output) for of_output in self.pool])]).astype(np.int64)
        named = {"stage": self.stage, "stalled": self.stalled, "value": self.value, "pool_offsets": offsets}
        return {**named, "pool_literals": terms.literals, "pool_lengths": terms.lengths}


class Memetic:
    """See the module text."""

    compiled: ClassVar[bool] = True

    def size(self, spec: SearchSpec) -> int:
        """One individual per price."""
        return spec.prices

    def ask(self, arena: Arena, state: State) -> MemeticTasks:
        """One task per active slot: a cover to start from, its genes, and its place for random draws."""
        memory = Memory.of(state, arena.population, arena.space.n_outputs)
        slots = active_slots(memory, state.generation)
        return MemeticTasks(
            starts=self._starts(arena, state, slots),
            kappa=np.array(KAPPAS)[memory.stage[slots]],
            lam=prices(arena)[slots],
            width=np.minimum(48, 12 * 1.4 ** (memory.stalled[slots] // 3)).astype(np.int64),
            pool=memory.pool,
            seed=arena.seed,
            generation=state.generation,
            slots=slots,
        )

    def work(self, arena: Arena, problem: Problem) -> Callable[[MemeticTasks], Results]:
        """Rounds, then evaluation: two candidates per task, at the slot's kappa and at the objective's own."""
        from fitness.memetic_work import work  # noqa: PLC0415 - kernels load only when they are needed

        return partial(work, problem, arena.benches)

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """Slot by slot the new cover if it is not worse; a slot that stagnates gets the next kappa, a fresh start."""
        memory = Memory.of(state, arena.population, arena.space.n_outputs)
        slots = active_slots(memory, state.generation)
        values = np.full(arena.population, np.inf)
        values[slots] = [improved.value for improved in results.improved]
        accepted = np.isfinite(values) & (values <= memory.value)
        stalled = np.where(values < memory.value - 1e-9, 0, memory.stalled + 1)
        moves_on = (stalled >= PATIENCE) & (memory.stage < len(KAPPAS) - 1)
        new = Memory(
            stage=memory.stage + moves_on,
            stalled=np.where(moves_on, 0, stalled),
            value=np.where(moves_on, np.inf, np.where(accepted, values, memory.value)),
            pool=self._pool(arena, memory, results),
        )
        rows = {int(slot): 2 * index for index, slot in enumerate(slots)}
        taken = [rows[slot] if accepted[slot] else -1 for slot in range(arena.population)]
        covers, objectives = self._population(arena, state, results, taken, moves_on)
        return Survivors(covers, objectives, new.arrays())

    def _starts(self, arena: Arena, state: State, slots: NDArray[np.intp]) -> CoverBatch:
        """Each slot's own cover, or (crossover) that of a neighbour on the path of prices."""
        if state.generation == 0:
            return CoverBatch.of([empty_cover(arena.space)] * len(slots), arena.space)
        rng = arena.selection_stream(state.generation)
        neighbours = np.clip(slots + rng.choice((-1, 1), size=len(slots)), 0, arena.population - 1)
        crossed = rng.random(len(slots)) < arena.spec.crossover / 2
        return state.population.take(np.where(crossed, neighbours, slots), arena.space)

    def _population(
        self, arena: Arena, state: State, results: Results, taken: list[int], moves_on: NDArray[np.bool_]
    ) -> tuple[CoverBatch, NDArray[np.float64]]:
        """Covers and objectives per slot: a new one, the archive's best at the slot's price, or the old one."""
        covers, objectives = [], []
        for slot, price in enumerate(prices(arena)):
            if moves_on[slot] and len(state.archive):
                best = best_at(state.archive, price, arena.n_samples, arena.error_column, arena.space)
                covers.append(state.archive.covers[best])
                objectives.append(state.archive.objectives[best])
            elif taken[slot] >= 0:
                covers.append(results.covers[taken[slot]])
                objectives.append(results.objectives[taken[slot]])
            else:
                covers.append(state.population[slot])
                objectives.append(state.objectives[slot])
        return CoverBatch.of(covers, arena.space), np.array(objectives)

    def _pool(self, arena: Arena, memory: Memory, results: Results) -> tuple[TermList, ...]:
        """Known terms and those just found; a full pool forgets the oldest that nobody found again."""
        words = max(1, arena.n_samples // WORD)
        room = int(np.clip(POOL_WORDS // words, SMALLEST_POOL, LARGEST_POOL))
        pools = []
        for output, known in enumerate(memory.pool):
            fresh = joined([improved.found[output] for improved in results.improved])
            merged = distinct(joined([known.take(_not_in(known, fresh)), fresh]))
            pools.append(merged.take(range(max(0, len(merged) - room), len(merged))))
        return tuple(pools)


def active_slots(memory: Memory, generation: int) -> NDArray[np.intp]:
    """Slots that make a round: at the last kappa one that stalled for s rounds works every (1 + s // 8)-th time."""
    rest = np.where(memory.stage == len(KAPPAS) - 1, 1 + memory.stalled // REST, 1)
    slots = np.arange(len(memory.stage))
    active = np.flatnonzero((generation + slots) % np.minimum(rest, len(slots)) == 0)
    return active if len(active) else slots[generation % len(slots) :][:1]


def prices(arena: Arena) -> NDArray[np.float64]:
    """lambda of every slot."""
    return price_path(arena.n_samples, arena.population)


def _not_in(known: TermList, fresh: TermList) -> list[int]:
    new = set(fresh.keys())
    return [row for row, key in enumerate(known.keys()) if key not in new]
