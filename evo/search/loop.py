"""The loop: one generation after the other, as an iterator of States. It touches no file, clock or screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from distributed.backend import Backend, Sliceable
from evo.search.arena import Algorithm, Arena
from evo.search.state import State
from fitness.problem import Problem, Results

Tasks = TypeVar("Tasks", bound=Sliceable)
Part = TypeVar("Part")


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

    def step(self, state: State, interrupted: Callable[[], bool] = lambda: False) -> State:
        """One generation: ask, work, tell.

        Raises:
            Interrupted: `interrupted()` became true while the generation was under way.
        """
        work = self.algorithm.work(self.arena, self.problem)
        return self.tell(state, Results.joined(self.done(work, self.algorithm.ask(self.arena, state), interrupted)))

    def tell(self, state: State, results: Results) -> State:
        """The next state: survivors, archive and counters after a whole generation came back."""
        survivors = self.algorithm.survive(self.arena, state, results)
        archive = state.archive.updated(results.covers, results.objectives, state.generation, self.problem.space)
        best = archive.objectives[0] if len(archive) else state.best
        improved = tuple(best) < tuple(state.best)
        return replace(
            state,
            generation=state.generation + 1,
            evaluations=state.evaluations + len(results.covers),
            failed=state.failed + int(results.failed.sum()),
            population=survivors.population,
            objectives=survivors.objectives,
            archive=archive,
            best=best,
            stalled=0 if improved else state.stalled + 1,
            memory=survivors.memory,
        )

    def done(self, work: Callable[[Tasks], Part], tasks: Tasks, interrupted: Callable[[], bool]) -> list[Part]:
        """The results of `work` on chunks of `tasks`, in order.

        Raises:
            Interrupted: see `step`.
        """
        chunks = self.backend.chunks(tasks)
        parts: dict[int, Part] = {}
        for index, result in self.backend.map(work, chunks):
            parts[index] = result
            if interrupted():
                raise Interrupted
        return [parts[index] for index in range(len(chunks))]
