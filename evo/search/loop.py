"""The loop: one generation after the other, as an iterator of States. It touches no file, clock or screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from distributed.backend import Backend, Interrupted, never
from distributed.errors import WorkFailed
from evo.search.arena import Algorithm, Arena
from evo.search.state import State
from fitness.guard import Guarded, quarantined
from fitness.problem import Problem, Results

__all__ = ["Failure", "Interrupted", "Search"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A candidate that failed: generation and number of its task, the task itself, its genome's row, and why."""

    generation: int
    number: int
    task: Any
    results: Results
    row: int
    reason: str


def ignore(failure: Failure) -> None:
    """Nobody asks."""


@dataclass(frozen=True)
class Search:
    """A search ready to run: what to optimise, how, and where the work is done."""

    problem: Problem
    arena: Arena
    algorithm: Algorithm
    backend: Backend

    @cached_property
    def work(self) -> Guarded:
        """What workers do with tasks; one object as long as the search lasts, so that it is sent to them once."""
        return Guarded(self.problem, self.algorithm.work(self.arena, self.problem))

    def start(self) -> State:
        """The state before anything was evaluated."""
        return State.initial(self.problem.space, len(self.problem.spec.objectives))

    def step(
        self,
        state: State,
        interrupted: Callable[[], bool] = never,
        failed: Callable[[Failure], None] = ignore,
    ) -> State:
        """One generation: ask, work, tell. Candidates that fail are told to `failed`, in order.

        Raises:
            Interrupted: `interrupted()` became true while the generation was under way.
            ComputeError: workers were lost beyond retries.
            WorkFailed: the work raised on every single task, so no candidate is to blame.
        """
        tasks = self.algorithm.ask(self.arena, state)
        parts = dict(self.backend.map(self.work, tasks, interrupted))
        results = Results.joined([parts[start] for start in sorted(parts)])
        if len(results.raised) == len(tasks):
            raise WorkFailed(results.raised[0].reason)
        for failure in failures(tasks, results, state.generation):
            failed(failure)
        return self.tell(state, results)

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


def failure_of(search: Search, state: State, number: int, reason: str) -> Failure:
    """Task `number` of the generation after `state`, which took its workers with it."""
    task = search.algorithm.ask(search.arena, state).slice(number, number + 1)
    return Failure(state.generation, number, task, quarantined(task, search.problem, reason), 0, reason)


def failures(tasks: Any, results: Results, generation: int) -> list[Failure]:
    """One entry per task of which a candidate failed."""
    reasons, each = {raised.row: raised.reason for raised in results.raised}, len(results.covers) // max(1, len(tasks))
    rows = {int(row) // each: int(row) for row in reversed(np.flatnonzero(results.failed))}
    return [
        Failure(
            generation, number, tasks.slice(number, number + 1), results, row,
            reasons.get(row, "an objective is not a finite number"),
        )
        for number, row in sorted(rows.items())
    ]  # fmt: skip
