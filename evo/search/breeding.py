"""How covers breed: DEAP's toolbox of mate, mutate and select, and the offspring made with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np
from deap import base
from numpy.typing import NDArray

from evo.search.added import added_mutations
from evo.search.context import Survivors, TwoLevelContext
from evo.search.lexicase import lexicase
from evo.search.migrants import inserted, migrants_of
from evo.search.spec import SearchSpec
from evo.search.stand_in import SimplestCovers
from evo.search.state import State
from fitness.evaluation.problem import Problem, evaluate
from fitness.evaluation.results import Results
from fitness.evaluation.wrong_rows import wrong_rows
from fitness.objectives.sizes import SIZES
from fitness.tasks.candidates import Candidates
from genomes.checks import Expected
from genomes.deadline import looking, over
from genomes.streams import Role
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover, CoverSpace, canonical
from genomes.two_level.variation.crossover import mix_terms
from genomes.two_level.variation.registry import mutate
from genomes.two_level.variation.seeding import random_cover

#: Rows of parents: (context, state, n) -> n row numbers of the population.
Select = Callable[[TwoLevelContext, State, int], list[int]]


class Evaluated(ABC):
    """Algorithms whose work is evaluation alone.

    local: whether candidates may be improved by local steps; whole_front: whether these serve the whole path of prices
    or its cheap end alone.
    """

    compiled: ClassVar[bool] = False
    settles: ClassVar[int] = 60
    local: ClassVar[bool] = True
    whole_front: ClassVar[bool] = False
    tasks: ClassVar[type] = Candidates

    def size(self, spec: SearchSpec, space: CoverSpace, n_prices: int) -> int:
        """Candidates per generation."""
        return spec.population

    @abstractmethod
    def offspring(self, context: TwoLevelContext, state: State) -> CoverBatch:
        """Candidates of generation `state.generation`."""

    def ask(self, context: TwoLevelContext, state: State) -> Candidates[CoverBatch]:
        """The offspring, to be evaluated."""
        return Candidates(self.offspring(context, state))

    def work(self, context: TwoLevelContext, problem: Problem) -> Callable[[Candidates[CoverBatch]], Results]:
        """A function from a chunk of candidates to their objectives."""
        return partial(_evaluated, problem)

    def stand_in(self, context: TwoLevelContext, problem: Problem) -> Callable[[Candidates[CoverBatch]], Results]:
        """The simplest covers in turn."""
        simple = SimplestCovers(context, problem)
        return lambda tasks: simple.of(len(tasks))

    @abstractmethod
    def survive(self, context: TwoLevelContext, state: State, results: Results) -> Survivors:
        """The next population from the parents in `state` and the offspring in `results`."""

    def immigrate(
        self, context: TwoLevelContext, state: State, origins: Sequence[State], most: int
    ) -> tuple[State, list[int]]:
        """Members of the origins' archives take the places of the worst, of half the population at most."""
        groups = migrants_of(state, origins, most, spread=self.whole_front)
        places = self.worst(context, state, sum(map(len, groups)))
        return inserted(state, origins, groups, places, context.space), [len(group) for group in groups]

    def layout(self, context: TwoLevelContext, generation: int) -> Mapping[str, Expected]:
        """Nothing beside the population."""
        return {}

    def check(self, context: TwoLevelContext, state: State) -> None:
        """As many candidates as there are slots."""
        state.check_population(context.population, context.population)

    def worst(self, context: TwoLevelContext, state: State, n: int) -> NDArray[np.intp]:
        """Rows of the n worst by lexicographic objectives."""
        return ranked(state.objectives)[len(state.objectives) - n :]


def _evaluated(problem: Problem, tasks: Candidates[CoverBatch]) -> Results:
    return evaluate(problem, tasks.genomes)


def toolbox(context: TwoLevelContext, tournament: Select) -> base.Toolbox:
    """DEAP's toolbox with the operators of covers.

    mate, mutate: each call brings its slot's stream; select: (state, n) -> rows of parents, by `search.selection`.
    """
    box = base.Toolbox()
    box.register("mate", mix_terms, space=context.space)
    more, mean = added_mutations(context.spec.operators), context.genes.mutations
    box.register("mutate", mutate, space=context.space, samples=context.samples, mean=mean, more=more)
    box.register("select", by_lexicase if context.spec.selection == "lexicase" else tournament, context)
    return box


def ranked(objectives: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows from best to worst by lexicographic objectives, ties by row."""
    return np.lexsort(objectives.T[::-1]) if len(objectives) else np.zeros(0, dtype=np.intp)


def by_lexicase(context: TwoLevelContext, state: State, n: int) -> list[int]:
    """Parents by lexicase selection on the training rows that each cover gets wrong; ties to fewer literals."""
    wrong = wrong_rows(context.evaluator, state.population)
    sizes = SIZES["literals"](state.population, context.space)
    return lexicase(context.stream(Role.SELECTION, state.generation), wrong, sizes, n)


def initial_population(context: TwoLevelContext, generation: int) -> CoverBatch:
    """Random covers seeded from training rows; slot i depends on (seed, generation, i) alone.

    Where time is over before there are enough, those that are there are repeated.
    """
    covers: list[Cover] = []
    for slot in range(context.population):
        if covers and over():
            return CoverBatch.of([covers[i % len(covers)] for i in range(context.population)], context.space)
        rng = context.stream(Role.INITIAL, generation, slot)
        covers.append(canonical(random_cover(rng, context.space, context.samples), context.space))
    return CoverBatch.of(covers, context.space)


def next_generation(context: TwoLevelContext, state: State, tournament: Select) -> CoverBatch:
    """Random covers at first, then the offspring of parents that the toolbox selects."""
    if state.generation == 0:
        return initial_population(context, 0)
    box = toolbox(context, tournament)
    return breed(context, state, box, box.select(state, 2 * context.population))


def breed(context: TwoLevelContext, state: State, box: base.Toolbox, parents: list[int]) -> CoverBatch:
    """One offspring per slot from consecutive pairs of `parents` (two row numbers per slot)."""
    covers = []
    for slot in looking(range(context.population)):
        rng = context.stream(Role.VARIATION, state.generation, slot)
        child = state.population[parents[2 * slot]]
        if rng.random() < context.spec.crossover:
            child = box.mate(rng, child, state.population[parents[2 * slot + 1]])
        covers.append(box.mutate(rng, child))
    return CoverBatch.of(covers, context.space)
