"""The memetic algorithm: a path of prices on either side, improved by rounds over a common pool of terms.

The idea. Every slot of the population has a price per literal (lambda), from dear (a formula of a few literals) to
cheap (as exact as the data allow), so one population walks the whole accuracy/size front. Where both values of the
output may be described (`genome.side`) there is such a path for either, with a pool of its own, and the archive
holds the front of both. A candidate is made by one round of `fitness.memetic.rounds`: ruin its slot's cover (or, as
crossover, that of a neighbour on the path), look for terms that explain what is left, recombine everything in the
pool by set cover, descend by the exact Boolean gradient. Terms found by any slot join the pool, which is how slots
learn from each other. A covered unwanted sample costs kappa: 8 at first, then 3, then 1, one step whenever a slot
stagnates, because pure terms are easy to find and impure ones easy to fall for. On large data the first two steps
look at a part of the samples (racing): covers good enough for the next step are found there at a fraction of the
cost. A slot whose cover is longer to write down than the labels of its part is learning that part by heart: it starts
afresh on the least part that is large enough for such a cover, and its beams and set covers look at all of that.
Schedules advance by counts of rounds, never by time.

Several outputs are improved output by output (their errors add up); classes that vote are improved together, by rounds
of their own (`fitness.memetic.vote_rounds`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from evo.search.context import Survivors, TwoLevelContext
from evo.search.descent_cache import DescentCache
from evo.search.migrants import best_covers, unknown, useful_terms
from evo.search.pricing import best_at
from evo.search.spec import SearchSpec
from evo.search.stand_in import PER_PHASE, SimplestCovers
from evo.search.state import MEMORY, State
from fitness.evaluation.problem import Problem
from fitness.evaluation.results import Results
from fitness.memetic.results import ImprovedCovers, Rounds
from fitness.memetic.tasks import WIDEST, MemeticTasks
from fitness.objectives.sizes import literals
from genomes import portable
from genomes.bits import WORD
from genomes.checks import Expected, within
from genomes.errors import GenomeError
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace, empty_cover
from genomes.two_level.pools import Pool, check_lengths, check_pool, pool_from_arrays, pool_layout, pool_to_arrays
from genomes.two_level.term_lists import TermList, distinct, joined, without

KAPPAS = (8.0, 3.0, 1.0)
#: Part of the samples that rounds at each kappa look at, but never fewer than RACE_SAMPLES.
SHARES = (1 / 16, 1 / 4, 1.0)
RACE_SAMPLES = 4096
#: Rounds without gain after which a slot goes on to the next kappa, and rounds after which it does so anyway.
PATIENCE, LONGEST_STAGE = 4, 5
REST = 8
#: Widths of beams: 12, and 1.4 times as much for every three rounds without gain.
WIDTHS, EACH_WIDTH = (12.0, 16.8, 23.52, 32.928, 46.0992, WIDEST), 3
#: Terms a pool keeps: as many as cover POOL_WORDS words of samples, within bounds.
POOL_WORDS = 500_000
SMALLEST_POOL, LARGEST_POOL = 300, 2000
#: Prefix of the pool's arrays in the memory.
POOL = "pool_"


@dataclass(frozen=True, slots=True)
class Memory:
    """What the algorithm remembers beside the population, as arrays in the State.

    stage: int64[P], index into KAPPAS; part: int64[P], least index into SHARES; age, stalled: int64[P], rounds at this
    kappa and those without gain; value: float64[P], objective of each slot's cover at its stage; pool: per side and
    output the terms known, oldest first; known: descents that are done.
    """

    stage: NDArray[np.int64]
    part: NDArray[np.int64]
    age: NDArray[np.int64]
    stalled: NDArray[np.int64]
    value: NDArray[np.float64]
    pool: Pool
    known: DescentCache

    @classmethod
    def of(cls, state: State, population: int, space: CoverSpace) -> Memory:
        """The memory in `state`, or an empty one before the first generation."""
        stored, n_sides, n_outputs = state.memory, len(space.phases), space.n_outputs
        if not stored:
            zeros = np.zeros(population, dtype=np.int64)
            pool = tuple(tuple(joined([]) for _ in range(n_outputs)) for _ in range(n_sides))
            return cls(zeros, zeros, zeros, zeros, np.full(population, np.inf), pool, DescentCache.of(stored))
        pool = pool_from_arrays(stored, POOL, space)
        stage, part, age, stalled = (stored[name] for name in ("stage", "part", "age", "stalled"))
        return cls(stage, part, age, stalled, stored["value"], pool, DescentCache.of(stored))

    @staticmethod
    def layout(population: int, space: CoverSpace, generation: int) -> dict[str, Expected]:
        """What State.memory holds of it before `generation`."""
        if generation == 0:
            return {}
        per_slot = {
            "stage": Expected(np.int64, (population,), low=0, high=len(KAPPAS) - 1),
            "part": Expected(np.int64, (population,), low=0, high=len(SHARES) - 1),
            "age": Expected(np.int64, (population,), low=0, high=generation),
            "stalled": Expected(np.int64, (population,), low=0, high=generation),
            "value": Expected(np.float64, (population,), high=np.inf),
        }
        return per_slot | pool_layout(POOL, space) | DescentCache.layout(generation)

    @property
    def level(self) -> NDArray[np.int64]:
        """int64[P], index into SHARES: that of the stage, or a larger part where that was learned by heart."""
        return np.maximum(self.stage, self.part)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Inverse of `of`."""
        named: dict[str, NDArray[np.generic]] = {"stage": self.stage, "part": self.part, "age": self.age}
        named |= {"stalled": self.stalled, "value": self.value} | pool_to_arrays(self.pool, POOL)
        return {**named, **self.known.arrays()}


class Memetic:
    """See the module text."""

    compiled: ClassVar[bool] = True
    settles: ClassVar[int] = 3
    tasks: ClassVar[type] = MemeticTasks

    def size(self, spec: SearchSpec, space: CoverSpace, n_prices: int) -> int:
        """One individual per side and price."""
        return n_prices * len(space.phases)

    def ask(self, context: TwoLevelContext, state: State) -> MemeticTasks:
        """One task per active slot: a cover to start from, its genes, and its place for random draws."""
        memory = Memory.of(state, context.population, context.space)
        slots, parts = active_slots(memory, state.generation), shares(context.n_samples, context.most_samples)
        return MemeticTasks(
            starts=self._starts(context, state, slots),
            kappa=_kappas(memory, slots, state.generation),
            lam=context.prices[slots % len(context.prices)],
            width=(_widths(memory.stalled[slots]) * context.genes.width).astype(np.int64),
            share=parts[memory.level[slots]],
            scout=np.where(memory.part > 0, parts[memory.part], 0.0)[slots],
            pool=memory.pool,
            last=memory.stage[slots] == len(KAPPAS) - 1,
            descend=self._descending(context, state, len(slots)),
            known=memory.known.sorted_keys(),
            seed=context.seed,
            generation=state.generation,
            slots=slots,
            island=context.island,
        )

    def work(self, context: TwoLevelContext, problem: Problem) -> Callable[[MemeticTasks], Results]:
        """Rounds, then evaluation: two candidates per task, at the slot's kappa and at the objective's own."""
        from fitness.memetic.work import work  # noqa: PLC0415 - kernels load only when they are needed

        return partial(work, problem, context.layouts)

    def stand_in(self, context: TwoLevelContext, problem: Problem) -> Callable[[MemeticTasks], Results]:
        """Per task single literals, and a constant in turn, on its slot's side."""
        return partial(_stand_in, SimplestCovers(context, problem), context.space.phases)

    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """Slot by slot the new cover if it is not worse; a slot that stagnates gets the next kappa, a fresh start."""
        memory = Memory.of(state, context.population, context.space)
        slots = active_slots(memory, state.generation)
        values = np.full(context.population, np.inf)
        values[slots] = [improved.value for improved in _rounds(results)]
        accepted = np.isfinite(values) & (values <= memory.value)
        stalled = np.where(values < memory.value - 1e-9, 0, memory.stalled + 1)
        enough = (stalled >= PATIENCE) | (memory.age + 1 >= LONGEST_STAGE)
        moves_on = enough & (memory.stage < len(KAPPAS) - 1)
        sizes, parts = literals(results.genomes, context.space)[::2], shares(context.n_samples, context.most_samples)
        part = memory.part.copy()
        part[slots] = np.maximum(part[slots], large_enough(sizes, 2 * context.space.n_inputs, context.n_samples))
        outgrown = parts[part] > parts[memory.level]
        afresh = moves_on | outgrown
        new = Memory(
            stage=memory.stage + (moves_on & ~outgrown),
            part=part,
            age=np.where(afresh, 0, memory.age + 1),
            stalled=np.where(afresh, 0, stalled),
            value=np.where(afresh, np.inf, np.where(accepted, values, memory.value)),
            pool=self._pool(context, memory, results),
            known=_with_descents(memory.known, results),
        )
        rows = {int(slot): 2 * index for index, slot in enumerate(slots)}
        first = len(state.population) == 0  # then there is no old cover that a failed one could leave in its place
        taken = [rows[slot] if accepted[slot] or first else -1 for slot in range(context.population)]
        covers, objectives = self._population(context, state, results, taken, afresh)
        return Survivors(covers, objectives, new.arrays())

    def immigrate(
        self, context: TwoLevelContext, state: State, origins: Sequence[State], most: int
    ) -> tuple[State, list[int]]:
        """Terms of the origins' best covers join the pool, those it does not know: up to `most` per side and output."""
        memory, arrived = Memory.of(state, context.population, context.space), []
        for origin in origins:
            memory, count = self._joined(context, memory, origin, most)
            arrived.append(count)
        return replace(state, memory=memory.arrays()), arrived

    def layout(self, context: TwoLevelContext, generation: int) -> Mapping[str, Expected]:
        """The arrays of `Memory`."""
        return Memory.layout(context.population, context.space, generation)

    def check(self, context: TwoLevelContext, state: State) -> None:
        """One individual per side and price, terms no longer than rounds hold them, a pool of terms."""
        state.check_population(context.population, context.population)
        check_sides(state, len(context.prices), context.space)
        for name, genomes in (("population", state.population), ("archive", state.archive.genomes)):
            check_lengths(genomes.cubes, context.space, f"{name}.cubes")
        if state.generation:
            with within(MEMORY):
                check_pool(state.memory, POOL, context.space, room=_room(context))
                DescentCache.check(state.memory)

    def _joined(self, context: TwoLevelContext, memory: Memory, origin: State, most: int) -> tuple[Memory, int]:
        """The memory with an origin's terms in its pools, and how many these are."""
        pools, count = [], 0
        for side, of_side in zip(context.space.phases, memory.pool, strict=True):
            covers = best_covers(context, origin.archive, inverted=side)
            useful = [useful_terms(context, covers, output) for output in range(len(of_side))]
            fresh = [unknown(terms, known, most) for terms, known in zip(useful, of_side, strict=True)]
            pools.append(
                tuple(_merged(known, [new], _room(context)) for known, new in zip(of_side, fresh, strict=True))
            )
            count += sum(map(len, fresh))
        return replace(memory, pool=tuple(pools)), count

    def _starts(self, context: TwoLevelContext, state: State, slots: NDArray[np.intp]) -> CoverBatch:
        """Each slot's own cover, or (crossover) that of a neighbour on the path of prices."""
        if state.generation == 0:
            sides = [_side(context, slot) for slot in slots]
            return CoverBatch.of([empty_cover(context.space, inverted=inverted) for inverted in sides], context.space)
        rng = context.stream(Role.SELECTION, state.generation)
        n_prices = len(context.prices)
        first = slots - slots % n_prices
        neighbours = np.clip(slots + rng.choice((-1, 1), size=len(slots)), first, first + n_prices - 1)
        crossed = rng.random(len(slots)) < context.spec.crossover / 2
        starts: CoverBatch = state.population.take(np.where(crossed, neighbours, slots), context.space)
        return starts

    def _population(
        self, context: TwoLevelContext, state: State, results: Results, taken: list[int], afresh: NDArray[np.bool_]
    ) -> tuple[CoverBatch, NDArray[np.float64]]:
        """Covers and objectives per slot: a new one, the archive's best at the slot's price, or the old one."""
        covers, objectives = [], []
        for slot in range(context.population):
            best = self._best(context, state, slot) if afresh[slot] else None
            if best is not None:
                covers.append(state.archive.genomes[best])
                objectives.append(state.archive.objectives[best])
            elif taken[slot] >= 0:
                covers.append(results.genomes[taken[slot]])
                objectives.append(results.objectives[taken[slot]])
            else:
                covers.append(state.population[slot])
                objectives.append(state.objectives[slot])
        return CoverBatch.of(covers, context.space), np.array(objectives)

    def _descending(self, context: TwoLevelContext, state: State, n: int) -> NDArray[np.bool_]:
        """Which of n rounds descend: all, or a share drawn anew every generation."""
        share = context.local.wanted_share(1.0)
        if share in (0.0, 1.0):
            return np.full(n, share == 1.0)
        return context.stream(Role.VARIATION, state.generation).random(n) < share

    def _best(self, context: TwoLevelContext, state: State, slot: int) -> int | None:
        """Row of the archive's best member at the slot's price and on its side, if there is one."""
        price = float(context.prices[slot % len(context.prices)])
        inverted = _side(context, slot)
        return best_at(state.archive, price, context.n_errors, context.error_column, context.space, inverted=inverted)

    def _pool(self, context: TwoLevelContext, memory: Memory, results: Results) -> tuple[tuple[TermList, ...], ...]:
        """Known terms and those just found; a full pool forgets the oldest that nobody found again."""
        room, inverted = _room(context), results.genomes.inverted[::2]
        pools = []
        for side, of_side in zip(context.space.phases, memory.pool, strict=True):
            mine = [improved for improved, other in zip(_rounds(results), inverted, strict=True) if other == side]
            pools.append(
                tuple(
                    _merged(known, [improved.learned[o] for improved in mine], room) for o, known in enumerate(of_side)
                )
            )
        return tuple(pools)


def _stand_in(simple: SimplestCovers, phases: tuple[bool, ...], tasks: MemeticTasks) -> Results:
    first = PER_PHASE * np.array([phases.index(inverted) for inverted in tasks.starts.inverted.tolist()])
    pairs = np.stack([first + PER_PHASE - 1, first + np.arange(len(tasks)) % (PER_PHASE - 1)], axis=1)
    improved = tuple(ImprovedCovers.of_failed(start) for start in tasks.starts)
    return replace(simple.at(pairs.reshape(-1)), payload=Rounds(improved))


def check_sides(state: State, n_prices: int, space: CoverSpace) -> None:
    """Raise GenomeError unless the covers of every path of prices lie on its side."""
    sides = np.repeat(np.array(space.phases), n_prices)
    if state.generation and not np.array_equal(state.population.inverted, sides):
        raise GenomeError("a cover is not on the side of its slot", where="population.inverted")


def active_slots(memory: Memory, generation: int) -> NDArray[np.intp]:
    """Slots that make a round: at the last kappa one that stalled for s rounds works every (1 + s // 8)-th time."""
    rest = np.where(memory.stage == len(KAPPAS) - 1, 1 + memory.stalled // REST, 1)
    slots = np.arange(len(memory.stage))
    active = np.flatnonzero((generation + slots) % np.minimum(rest, len(slots)) == 0)
    return active if len(active) else slots[generation % len(slots) :][:1]


def _kappas(memory: Memory, slots: NDArray[np.intp], generation: int) -> NDArray[np.float64]:
    """kappa of the rounds of `slots`: that of the stage; the dearest in one of three where the last stage stagnates.

    Such a round begins pure and ends at the objective's own kappa, which is how a slot gets rid of an impure term that
    no single move makes good.
    """
    stuck = (memory.stage[slots] == len(KAPPAS) - 1) & (memory.stalled[slots] >= PATIENCE)
    shaken = stuck & ((generation + slots) % 3 == 0)
    return np.where(shaken, KAPPAS[0], np.array(KAPPAS)[memory.stage[slots]])


def shares(n_samples: int, most: int | None = None) -> NDArray[np.float64]:
    """Part of the samples that rounds look at, per stage; the last looks at all of them, or about `most`."""
    last = 1.0 if most is None else min(1.0, most / max(1, n_samples))
    return np.minimum(np.maximum(SHARES, min(1.0, RACE_SAMPLES / max(1, n_samples))), last)


def _room(context: TwoLevelContext) -> int:
    """Terms that a pool keeps."""
    return int(np.clip(POOL_WORDS // max(1, context.n_samples // WORD), SMALLEST_POOL, LARGEST_POOL))


def large_enough(sizes: NDArray[np.integer], n_literals: int, n_samples: int) -> NDArray[np.intp]:
    """Per cover of `sizes` literals the least index into SHARES whose labels, a bit each, are no shorter than it.

    A literal out of `n_literals` takes log2 of them. On fewer samples a cover as long learns them by heart. Where even
    all samples are too few it is the last index.
    """
    samples = n_samples * shares(n_samples)
    bits = np.asarray(sizes) * portable.log2(n_literals)
    levels: NDArray[np.intp] = np.minimum((samples < bits[:, None]).sum(axis=1), len(SHARES) - 1)
    return levels


def _widths(stalled: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64[slots]: widths of beams after so many rounds without gain."""
    return np.array(WIDTHS)[np.minimum(stalled // EACH_WIDTH, len(WIDTHS) - 1)]


def _side(context: TwoLevelContext, slot: int) -> bool:
    """Whether the covers of a slot are inverted: the slots of a path of prices come together."""
    return context.space.phases[int(slot) // len(context.prices)]


def _merged(known: TermList, terms: list[TermList], room: int) -> TermList:
    fresh = distinct(joined(terms))
    merged = joined([without(known, fresh), fresh])
    return merged.take(range(max(0, len(merged) - room), len(merged)))


def _rounds(results: Results) -> tuple[ImprovedCovers, ...]:
    rounds: Rounds = results.payload
    return rounds.improved


def _with_descents(known: DescentCache, results: Results) -> DescentCache:
    """What is known after a generation: the descents it made, in the order of its slots."""
    keys = [improved.keys for improved in _rounds(results)]
    skipped, descents = (
        sum(getattr(improved, name) for improved in _rounds(results)) for name in ("skipped", "descents")
    )
    return known.after(np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64), hits=skipped, misses=descents)
