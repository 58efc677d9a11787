"""How covers breed: DEAP's toolbox of mate, mutate and select, and the offspring made with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from deap import base

from evo.search.arena import Arena, Survivors
from evo.search.lexicase import lexicase
from evo.search.spec import SearchSpec
from evo.search.state import State
from fitness.problem import Problem, Results, evaluate
from fitness.sizes import SIZES
from fitness.wrong_rows import wrong_rows
from genomes.batch import CoverBatch
from genomes.streams import Role, stream
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


def toolbox(arena: Arena, tournament: Select) -> base.Toolbox:
    """DEAP's toolbox with the operators of covers.

    mate, mutate: each call brings its slot's stream; select: (state, n) -> rows of parents, by `search.selection`.
    """
    box = base.Toolbox()
    box.register("mate", mix_terms, space=arena.space)
    box.register("mutate", mutate, space=arena.space, samples=arena.samples)
    box.register("select", by_lexicase if arena.spec.selection == "lexicase" else tournament, arena)
    return box


def by_lexicase(arena: Arena, state: State, n: int) -> list[int]:
    """Parents by lexicase selection on the training rows that each cover gets wrong; ties to fewer literals."""
    wrong = wrong_rows(arena.evaluator, state.population)
    sizes = SIZES["literals"](state.population, arena.space)
    return lexicase(arena.selection_stream(state.generation), wrong, sizes, n)


def initial_population(arena: Arena, generation: int) -> CoverBatch:
    """Random covers seeded from training rows; slot i depends on (seed, generation, i) alone."""
    covers = []
    for slot in range(arena.population):
        rng = stream(arena.seed, Role.INITIAL, generation, slot=slot)
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
        rng = stream(arena.seed, Role.VARIATION, state.generation, slot=slot)
        child = state.population[parents[2 * slot]]
        if rng.random() < arena.spec.crossover:
            child = box.mate(rng, child, state.population[parents[2 * slot + 1]])
        covers.append(box.mutate(rng, child))
    return CoverBatch.of(covers, arena.space)
