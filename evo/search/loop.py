"""The loop: one generation after the other, as an iterator of States. It touches no file, clock or screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from distributed.backend import Backend
from evo.search.algorithms import Algorithm, Arena
from evo.search.state import State
from fitness.problem import Problem, Results, evaluate
from genomes.batch import CoverBatch


class Interrupted(Exception):  # noqa: N818 - not an error: the caller asked for it
    """The generation under way was abandoned; the State before it is whole and can be saved."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search ready to run: what to optimise, how, and where the work is done."""

    problem: Problem
    arena: Arena
    algorithm: Algorithm
    backend: Backend

    def start(self) -> State:
        """The state before anything was evaluated."""
        return State.initial(self.problem.space, len(self.problem.spec.objectives))

    def generations(self, state: State, interrupted: Callable[[], bool]) -> Iterator[State]:
        """States after each further generation, without end.

        Raises:
            Interrupted: `interrupted()` became true while a generation was under way.
        """
        while True:
            state = self.step(state, interrupted)
            yield state

    def step(self, state: State, interrupted: Callable[[], bool] = lambda: False) -> State:
        """One generation: ask, evaluate, tell."""
        offspring = self.algorithm.ask(self.arena, state)
        results = self._evaluate(offspring, interrupted)
        return self.tell(state, offspring, results)

    def tell(self, state: State, offspring: CoverBatch, results: Results) -> State:
        """The next state: survivors, archive and counters after `offspring` came back with `results`."""
        population, objectives = self.algorithm.survive(self.arena, state, offspring, results.objectives)
        archive = state.archive.updated(offspring, results.objectives, state.generation, self.problem.space)
        best = archive.objectives[0] if len(archive) else state.best
        improved = tuple(best) < tuple(state.best)
        return replace(
            state,
            generation=state.generation + 1,
            evaluations=state.evaluations + len(offspring),
            failed=state.failed + int(results.failed.sum()),
            population=population,
            objectives=objectives,
            archive=archive,
            best=best,
            stalled=0 if improved else state.stalled + 1,
        )

    def _evaluate(self, offspring: CoverBatch, interrupted: Callable[[], bool]) -> Results:
        chunks = self.backend.chunks(offspring)
        parts: dict[int, Results] = {}
        for index, result in self.backend.map(partial(evaluate, self.problem), chunks):
            parts[index] = result
            if interrupted():
                raise Interrupted
        ordered = [parts[index] for index in range(len(chunks))]
        return Results(
            np.concatenate([part.objectives for part in ordered]), np.concatenate([part.failed for part in ordered])
        )
