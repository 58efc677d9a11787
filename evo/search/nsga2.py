"""NSGA-II on covers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from evo.search import deap_bridge
from evo.search.breeding import Evaluated, next_generation
from evo.search.context import Survivors, TwoLevelContext
from evo.search.state import State
from fitness.evaluation.results import Results
from genomes.batches import concatenate
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch


class Nsga2(Evaluated):
    """NSGA-II (Deb et al. 2002) on the whole objective vector, novelty first.

    Covers have few distinct objective vectors, and plain NSGA-II fills up with copies of the small ones. So the first
    genome of every vector is chosen before further genomes with the same vector, and those before exact copies.
    """

    whole_front: ClassVar[bool] = True

    def offspring(self, context: TwoLevelContext, state: State) -> CoverBatch:
        """Offspring of parents by crowded tournament (or lexicase)."""
        return next_generation(context, state, _crowded_tournament)

    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """The best of parents and offspring together."""
        pool = concatenate(state.population, results.genomes)
        values = np.concatenate([state.objectives, results.objectives])
        chosen = _best(pool, values, context.population)
        return Survivors(pool.take(chosen, context.space), values[chosen])

    def worst(self, context: TwoLevelContext, state: State, n: int) -> NDArray[np.intp]:
        """Rows of those that would not survive."""
        best = _best(state.population, state.objectives, len(state.population) - n)
        return np.setdiff1d(np.arange(len(state.population)), best)


def _best(pool: CoverBatch, values: NDArray[np.float64], n: int) -> NDArray[np.intp]:
    """The n rows that survive: by groups of novelty, in each by dominance and crowding."""
    chosen = np.zeros(0, dtype=np.intp)
    for rows in _by_novelty(pool, values):
        room = min(len(rows), n - len(chosen))
        chosen = np.concatenate([chosen, rows[deap_bridge.nsga2_survivors(values[rows], room)]])
    return chosen


def _crowded_tournament(context: TwoLevelContext, state: State, n: int) -> list[int]:
    rng = context.python_stream(Role.SELECTION, state.generation)
    return deap_bridge.crowded_tournament(rng, state.objectives, n)


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
