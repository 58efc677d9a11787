"""How covers breed: DEAP's toolbox of mate, mutate and select, and the offspring made with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np
from deap import base
from numpy.typing import NDArray

from evo.search.arena import Arena, Survivors
from evo.search.lexicase import lexicase
from evo.search.migrants import guests, seated
from evo.search.spec import SearchSpec
from evo.search.state import State
from fitness.evaluation.wrong_rows import wrong_rows
from fitness.objectives.sizes import SIZES
from fitness.problem import Problem, Results, evaluate
from genomes.batch import CoverBatch
from genomes.checks import Expected
from genomes.streams import Role
from genomes.two_level import CoverSpace, canonical
from genomes.variation.crossover import mix_terms
from genomes.variation.registry import mutate
from genomes.variation.seeding import random_cover

#: Rows of parents: (arena, state, n) -> n row numbers of the population.
Select = Callable[[Arena, State, int], list[int]]


class Evaluated(ABC):
    """Algorithms whose work is evaluation alone.

    local: whether candidates may be improved by local steps; whole_front: whether these serve the whole path of prices
    or its cheap end alone.
    """

    compiled: ClassVar[bool] = False
    settles: ClassVar[int] = 60
    local: ClassVar[bool] = True
    whole_front: ClassVar[bool] = False
    tasks: ClassVar[type] = CoverBatch

    def size(self, spec: SearchSpec, space: CoverSpace, n_prices: int) -> int:
        """Candidates per generation."""
        return spec.population

    @abstractmethod
    def ask(self, arena: Arena, state: State) -> CoverBatch:
        """Candidates of generation `state.generation`."""

    def work(self, arena: Arena, problem: Problem) -> Callable[[CoverBatch], Results]:
        """Evaluate the candidates."""
        return partial(evaluate, problem)

    @abstractmethod
    def survive(self, arena: Arena, state: State, results: Results) -> Survivors:
        """Who lives on."""

    def immigrate(self, arena: Arena, state: State, origins: Sequence[State], most: int) -> tuple[State, list[int]]:
        """Members of the origins' archives take the places of the worst, of half the population at most."""
        parties = guests(state, origins, most, spread=self.whole_front)
        places = self.worst(arena, state, sum(map(len, parties)))
        return seated(state, origins, parties, places, arena.space), [len(party) for party in parties]

    def layout(self, arena: Arena, generation: int) -> Mapping[str, Expected]:
        """Nothing beside the population."""
        return {}

    def check(self, arena: Arena, state: State) -> None:
        """As many candidates as there are slots."""
        state.check_population(arena.population, arena.population)

    def worst(self, arena: Arena, state: State, n: int) -> NDArray[np.intp]:
        """Rows of the n worst by lexicographic objectives."""
        return ranked(state.objectives)[len(state.objectives) - n :]


def toolbox(arena: Arena, tournament: Select) -> base.Toolbox:
    """DEAP's toolbox with the operators of covers.

    mate, mutate: each call brings its slot's stream; select: (state, n) -> rows of parents, by `search.selection`.
    """
    box = base.Toolbox()
    box.register("mate", mix_terms, space=arena.space)
    box.register("mutate", mutate, space=arena.space, samples=arena.samples, mean=arena.genes.mutations)
    box.register("select", by_lexicase if arena.spec.selection == "lexicase" else tournament, arena)
    return box


def ranked(objectives: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows from best to worst by lexicographic objectives, ties by row."""
    return np.lexsort(objectives.T[::-1]) if len(objectives) else np.zeros(0, dtype=np.intp)


def by_lexicase(arena: Arena, state: State, n: int) -> list[int]:
    """Parents by lexicase selection on the training rows that each cover gets wrong; ties to fewer literals."""
    wrong = wrong_rows(arena.evaluator, state.population)
    sizes = SIZES["literals"](state.population, arena.space)
    return lexicase(arena.stream(Role.SELECTION, state.generation), wrong, sizes, n)


def initial_population(arena: Arena, generation: int) -> CoverBatch:
    """Random covers seeded from training rows; slot i depends on (seed, generation, i) alone."""
    covers = []
    for slot in range(arena.population):
        rng = arena.stream(Role.INITIAL, generation, slot)
        covers.append(canonical(random_cover(rng, arena.space, arena.samples), arena.space))
    return CoverBatch.of(covers, arena.space)


def next_generation(arena: Arena, state: State, tournament: Select) -> CoverBatch:
    """Random covers at first, then the offspring of parents that the toolbox selects."""
    if state.generation == 0:
        return initial_population(arena, 0)
    box = toolbox(arena, tournament)
    return breed(arena, state, box, box.select(state, 2 * arena.population))


def breed(arena: Arena, state: State, box: base.Toolbox, parents: list[int]) -> CoverBatch:
    """One offspring per slot from consecutive pairs of `parents` (two row numbers per slot)."""
    covers = []
    for slot in range(arena.population):
        rng = arena.stream(Role.VARIATION, state.generation, slot)
        child = state.population[parents[2 * slot]]
        if rng.random() < arena.spec.crossover:
            child = box.mate(rng, child, state.population[parents[2 * slot + 1]])
        covers.append(box.mutate(rng, child))
    return CoverBatch.of(covers, arena.space)
