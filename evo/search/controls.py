"""The controls: what a search without selection among candidates, or without any memory, would find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from evo.search.added import added_mutations
from evo.search.breeding import Evaluated, initial_population
from evo.search.context import Survivors, TwoLevelContext
from evo.search.state import State
from fitness.evaluation.results import Results
from genomes.batches import concatenate
from genomes.deadline import looking
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover
from genomes.two_level.variation.registry import mutate


class HillClimb(Evaluated):
    """As many independent climbers as the population has slots: one mutant each, kept if it is not worse."""

    def offspring(self, context: TwoLevelContext, state: State) -> CoverBatch:
        """One mutant per climber."""
        if state.generation == 0:
            return initial_population(context, 0)
        mutants: list[Cover] = []
        more = added_mutations(context.spec.operators)
        for slot in looking(range(len(state.population))):
            rng = context.stream(Role.VARIATION, state.generation, slot)
            mutants.append(
                mutate(rng, state.population[slot], context.space, context.samples, context.genes.mutations, more)
            )
        return CoverBatch.of(mutants, context.space)

    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """Slot by slot the better one; the mutant if they are equal, so that climbers drift on plateaus."""
        offspring, objectives = results.genomes, results.objectives
        if state.generation == 0:
            return Survivors(offspring, objectives)
        n = len(objectives)
        better = [tuple(new) <= tuple(old) for new, old in zip(objectives, state.objectives, strict=True)]
        rows = np.where(better, np.arange(n) + n, np.arange(n))
        pool = concatenate(state.population, offspring)
        return Survivors(pool.take(rows, context.space), np.concatenate([state.objectives, objectives])[rows])


class RandomSearch(Evaluated):
    """Fresh random covers every generation: the control every search must beat."""

    local: ClassVar[bool] = False

    def offspring(self, context: TwoLevelContext, state: State) -> CoverBatch:
        """A new random population."""
        return initial_population(context, state.generation)

    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """Only the newest live on; the archive remembers the rest."""
        return Survivors(results.genomes, results.objectives)

    def immigrate(
        self, context: TwoLevelContext, state: State, origins: Sequence[State], most: int
    ) -> tuple[State, list[int]]:
        """Nobody: nothing here is ever built upon."""
        return state, [0] * len(origins)
