"""A generational genetic algorithm on covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evo.search import deap_bridge
from evo.search.arena import Arena, Survivors
from evo.search.breeding import Evaluated, next_generation
from evo.search.state import State
from fitness.problem import Results
from genomes.batch import CoverBatch, concatenate
from genomes.streams import Role, python_stream

TOURNAMENT_SIZE = 3


class Generational(Evaluated):
    """A generational GA with elitism: tournaments of three by lexicographic objectives, the best two live on."""

    elite = 2

    def ask(self, arena: Arena, state: State) -> CoverBatch:
        """Offspring of parents by tournament (or lexicase)."""
        return next_generation(arena, state, _tournament)

    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """The offspring, its worst exchanged for the elite of the parents."""
        offspring, objectives = results.covers, results.objectives
        elite = _ranked(state.objectives)[: self.elite]
        kept = np.sort(_ranked(objectives)[: arena.population - len(elite)])
        population = concatenate(state.population.take(elite, arena.space), offspring.take(kept, arena.space))
        return Survivors(population, np.concatenate([state.objectives[elite], objectives[kept]]))


def _tournament(arena: Arena, state: State, n: int) -> list[int]:
    rng = python_stream(arena.seed, Role.SELECTION, state.generation)
    return deap_bridge.tournament(rng, state.objectives, n, TOURNAMENT_SIZE)


def _ranked(objectives: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows from best to worst by lexicographic objectives, ties by row."""
    return np.lexsort(objectives.T[::-1]) if len(objectives) else np.zeros(0, dtype=np.intp)
