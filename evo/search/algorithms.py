"""How a State proposes candidates and which of them survive; one class per algorithm, one registry line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from deap import base
from numpy.typing import NDArray

from evo.search import deap_bridge
from evo.search.arena import Algorithm, Arena, Survivors
from evo.search.memetic import Memetic
from evo.search.spec import SearchSpec
from evo.search.state import State
from fitness.problem import Problem, Results, evaluate
from genomes.batch import CoverBatch, concatenate
from genomes.streams import Role, python_stream, stream
from genomes.two_level import Cover, CoverSpace, canonical
from genomes.variation.crossover import mix_terms
from genomes.variation.registry import mutate
from genomes.variation.seeding import random_cover


def initial_population(arena: Arena, generation: int) -> CoverBatch:
    """Random covers seeded from training rows; slot i depends on (seed, generation, i) alone."""
    covers = []
    for slot in range(arena.population):
        rng = stream(arena.seed, Role.INITIAL, generation, slot=slot)
        covers.append(canonical(random_cover(rng, arena.space, arena.samples), arena.space))
    return CoverBatch.of(covers, arena.space)


def breed(arena: Arena, state: State, parents: list[int]) -> CoverBatch:
    """One offspring per slot from consecutive pairs of `parents` (two row numbers per slot)."""
    toolbox = _toolbox(arena)
    covers = []
    for slot in range(arena.population):
        rng = stream(arena.seed, Role.VARIATION, state.generation, slot=slot)
        child = state.population[parents[2 * slot]]
        if rng.random() < arena.spec.crossover:
            child = toolbox.mate(rng, child, state.population[parents[2 * slot + 1]])
        covers.append(toolbox.mutate(rng, child))
    return CoverBatch.of(covers, arena.space)


def _toolbox(arena: Arena) -> base.Toolbox:
    """DEAP's toolbox with the operators of covers; each call brings its slot's stream."""
    toolbox = base.Toolbox()
    toolbox.register("mate", mix_terms, space=arena.space)
    toolbox.register("mutate", mutate, space=arena.space, samples=arena.samples)
    return toolbox


class _Evaluated:
    """Algorithms whose work is evaluation alone."""

    compiled: ClassVar[bool] = False
    settles: ClassVar[int] = 60

    def size(self, spec: SearchSpec, space: CoverSpace, n_prices: int) -> int:
        """Candidates per generation."""
        return spec.population

    def work(self, arena: Arena, problem: Problem) -> Callable[[CoverBatch], Results]:
        """Evaluate the candidates."""
        return partial(evaluate, problem)


class Nsga2(_Evaluated):
    """NSGA-II (Deb et al. 2002) on the whole objective vector, novelty first.

    Covers have few distinct objective vectors, and plain NSGA-II fills up with copies of the small ones. So the first
    genome of every vector is chosen before further genomes with the same vector, and those before exact copies.
    """

    def ask(self, arena: Arena, state: State) -> CoverBatch:
        """Pairs of parents by crowded tournament."""
        if state.generation == 0:
            return initial_population(arena, 0)
        rng = python_stream(arena.seed, Role.SELECTION, state.generation)
        return breed(arena, state, deap_bridge.crowded_tournament(rng, state.objectives, 2 * arena.population))

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """The best of parents and offspring together."""
        pool = concatenate(state.population, results.covers)
        values = np.concatenate([state.objectives, results.objectives])
        chosen = np.zeros(0, dtype=np.intp)
        for rows in _by_novelty(pool, values):
            room = min(len(rows), arena.population - len(chosen))
            chosen = np.concatenate([chosen, rows[deap_bridge.nsga2_survivors(values[rows], room)]])
        return Survivors(pool.take(chosen, arena.space), values[chosen])


class Generational(_Evaluated):
    """A generational GA with elitism: tournaments of three by lexicographic objectives, the best two live on."""

    tournament_size = 3
    elite = 2

    def ask(self, arena: Arena, state: State) -> CoverBatch:
        """Pairs of parents by tournament."""
        if state.generation == 0:
            return initial_population(arena, 0)
        rng = python_stream(arena.seed, Role.SELECTION, state.generation)
        n = 2 * arena.population
        return breed(arena, state, deap_bridge.tournament(rng, state.objectives, n, self.tournament_size))

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """The offspring, its worst exchanged for the elite of the parents."""
        offspring, objectives = results.covers, results.objectives
        elite = _ranked(state.objectives)[: self.elite]
        kept = np.sort(_ranked(objectives)[: arena.population - len(elite)])
        population = concatenate(state.population.take(elite, arena.space), offspring.take(kept, arena.space))
        return Survivors(population, np.concatenate([state.objectives[elite], objectives[kept]]))


class HillClimb(_Evaluated):
    """As many independent climbers as the population has slots: one mutant each, kept if it is not worse."""

    def ask(self, arena: Arena, state: State) -> CoverBatch:
        """One mutant per climber."""
        if state.generation == 0:
            return initial_population(arena, 0)
        mutants: list[Cover] = []
        for slot in range(len(state.population)):
            rng = stream(arena.seed, Role.VARIATION, state.generation, slot=slot)
            mutants.append(mutate(rng, state.population[slot], arena.space, arena.samples))
        return CoverBatch.of(mutants, arena.space)

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """Slot by slot the better one; the mutant if they are equal, so that climbers drift on plateaus."""
        offspring, objectives = results.covers, results.objectives
        if state.generation == 0:
            return Survivors(offspring, objectives)
        n = len(objectives)
        better = [tuple(new) <= tuple(old) for new, old in zip(objectives, state.objectives, strict=True)]
        rows = np.where(better, np.arange(n) + n, np.arange(n))
        pool = concatenate(state.population, offspring)
        return Survivors(pool.take(rows, arena.space), np.concatenate([state.objectives, objectives])[rows])


class RandomSearch(_Evaluated):
    """Fresh random covers every generation: the control every search must beat."""

    def ask(self, arena: Arena, state: State) -> CoverBatch:
        """A new random population."""
        return initial_population(arena, state.generation)

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """Only the newest live on; the archive remembers the rest."""
        return Survivors(results.covers, results.objectives)


def _ranked(objectives: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows from best to worst by lexicographic objectives, ties by row."""
    return np.lexsort(objectives.T[::-1]) if len(objectives) else np.zeros(0, dtype=np.intp)


def _by_novelty(pool: CoverBatch, values: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Rows in three groups: the first of every objective vector, other distinct genomes, copies."""
    _, first_rows = np.unique(values, axis=0, return_index=True)
    first = set(first_rows.tolist())
    seen = {pool[row].key() for row in first}
    others: list[int] = []
    copies: list[int] = []
    for row in range(len(pool)):
        if row not in first:
            key = pool[row].key()
            (copies if key in seen else others).append(row)
            seen.add(key)
    return [np.array(rows, dtype=np.intp) for rows in (sorted(first), others, copies)]


ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType(
    {
        "memetic": Memetic(),
        "nsga2": Nsga2(),
        "generational": Generational(),
        "hill_climb": HillClimb(),
        "random": RandomSearch(),
    }
)
