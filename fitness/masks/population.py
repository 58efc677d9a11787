"""A small evolutionary search of masks as two pure functions: what to try next, and who lives on.

A population of about eight; children take every neuron from either of two parents and then a local step; one whose
canonical form was met before is mutated until it is new. Survivors are the best distinct masks of parents and
children. Crossover pays on narrow networks, where local steps end in different optima; wide ones gain more from starts
learnt by edge-popup (`seeds`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.masks.tasks import MaskProblem, MaskResults, MaskTasks
from genomes.batches import concatenate
from genomes.masks.batch import MaskBatch
from genomes.masks.canonical import mask_key
from genomes.masks.samples import random_mask
from genomes.masks.space import Genes, MaskSpace
from genomes.masks.variation import mix_neurons, mutate
from genomes.streams import Role, stream


@dataclass(frozen=True, slots=True)
class Population:
    """generation: the next one; masks sorted by objective, best first; values: float64[P, 4] (`tasks.COLUMNS`)."""

    generation: int
    masks: MaskBatch
    values: NDArray[np.float64]

    @classmethod
    def empty(cls, space: MaskSpace) -> Population:
        """Before anything was tried."""
        return cls(0, MaskBatch.of([], space), np.zeros((0, 4)))


def ask(
    problem: MaskProblem, population: Population, seed: int, size: int, *, seeds: int = 0, births: int | None = None
) -> MaskTasks:
    """Tasks of the next generation: `size` random starts first (`seeds` of them by edge-popup), then `births` children.

    A child depends on (seed, generation, slot) and the population alone.
    """
    space, generation = problem.space, population.generation
    starts: list[Genes] = []
    if generation == 0:
        starts = [random_mask(stream(seed, Role.INITIAL, slot=slot), space) for slot in range(size)]
    else:
        met = {mask_key(mask, space) for mask in population.masks}
        for slot in range(births if births is not None else size):
            starts.append(_child(stream(seed, Role.VARIATION, generation, slot=slot), population.masks, space, met))
    learnt = np.arange(len(starts)) < (seeds if generation == 0 else 0)
    return MaskTasks(MaskBatch.of(starts, space), learnt, np.arange(len(starts)), seed, generation)


def _child(rng: np.random.Generator, parents: MaskBatch, space: MaskSpace, met: set[bytes]) -> Genes:
    """A new mask; its key is added to `met`."""
    first, second = rng.permutation(len(parents))[:2] if len(parents) > 1 else (0, 0)
    child = mix_neurons(rng, parents[int(first)], parents[int(second)], space)
    tries = 0
    while mask_key(child, space) in met and tries < 64:  # a tiny space may hold nothing new
        child, tries = mutate(rng, child, space, 0.02), tries + 1
    met.add(mask_key(child, space))
    return child


def tell(problem: MaskProblem, population: Population, results: MaskResults, size: int) -> Population:
    """The next population: the best `size` distinct masks; of equal ones the older."""
    masks = concatenate(population.masks, results.masks)
    values = np.concatenate([population.values, results.values])
    kept: list[int] = []
    met: set[bytes] = set()
    for row in np.argsort(values[:, 0], kind="stable").tolist():
        key = mask_key(masks[row], problem.space)
        if key not in met and len(kept) < size:
            met.add(key)
            kept.append(row)
    return Population(population.generation + 1, masks.take(kept, problem.space), values[kept])
