"""A generational genetic algorithm on covers."""

from __future__ import annotations

import numpy as np

from evo.search import deap_bridge
from evo.search.breeding import Evaluated, next_generation, ranked
from evo.search.context import Survivors, TwoLevelContext
from evo.search.state import State
from fitness.evaluation.results import Results
from genomes.batches import concatenate
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch

TOURNAMENT_SIZE = 3


class Generational(Evaluated):
    """A generational GA with elitism: tournaments of three by lexicographic objectives, the best two live on."""

    elite = 2

    def offspring(self, context: TwoLevelContext, state: State) -> CoverBatch:
        """Offspring of parents by tournament (or lexicase)."""
        return next_generation(context, state, _tournament)

    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """The offspring, its worst exchanged for the elite of the parents."""
        offspring, objectives = results.genomes, results.objectives
        elite = ranked(state.objectives)[: self.elite]
        kept = np.sort(ranked(objectives)[: context.population - len(elite)])
        population = concatenate(state.population.take(elite, context.space), offspring.take(kept, context.space))
        return Survivors(population, np.concatenate([state.objectives[elite], objectives[kept]]))


def _tournament(context: TwoLevelContext, state: State, n: int) -> list[int]:
    rng = context.python_stream(Role.SELECTION, state.generation)
    return deap_bridge.tournament(rng, state.objectives, n, TOURNAMENT_SIZE)
