"""The loop: one generation after the other, as an iterator of States. It touches no file, clock or screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

from distributed.backend import Backend, Interrupted, Tasks, never
from distributed.errors import WorkFailed
from evo.search.context import Algorithm, G, P
from evo.search.failures import Failure, failures, ignore
from evo.search.restored import sound
from evo.search.stand_in import filled
from evo.search.state import State
from fitness.evaluation.results import Results
from fitness.tasks.fault_tolerance import FaultTolerant
from genomes.checks import Arrays
from genomes.deadline import until

__all__ = ["Interrupted", "Search"]

Part = TypeVar("Part")


def either(interrupted: Callable[[], bool], enough: Callable[[], bool]) -> Callable[[], bool]:
    """Whether one of the two is true; the first itself where the second never is."""
    return interrupted if enough is never else lambda: interrupted() or enough()


@dataclass(frozen=True)
class Search(Generic[P, G]):
    """A search ready to run: what to optimise, how, and where the work is done."""

    problem: P
    context: G
    algorithm: Algorithm[G, P]
    backend: Backend

    @cached_property
    def work(self) -> FaultTolerant:
        """What workers do with tasks; one object as long as the search lasts, so that it is sent to them once."""
        return FaultTolerant(self.problem, self.algorithm.work(self.context, self.problem))

    def start(self) -> State[Any]:
        """The state before anything was evaluated."""
        return State.initial(self.problem.space, len(self.problem.spec.objectives))

    def restored(self, arrays: Arrays) -> State[Any]:
        """A state from disk that this search can go on from.

        Raises:
            GenomeError: arrays that are missing, of another search, or damaged.
        """
        state: State[Any] = State.from_arrays(arrays, self.problem.space, len(self.problem.spec.objectives))
        return self.checked(state)

    def checked(self, state: State[Any]) -> State[Any]:
        """A state from disk, unless it is not one that this search leaves behind; raises as `restored` does."""
        return sound(self.algorithm, self.context, state)

    def step(
        self,
        state: State[Any],
        interrupted: Callable[[], bool] = never,
        failed: Callable[[Failure], None] = ignore,
        enough: Callable[[], bool] = never,
    ) -> State[Any]:
        """One generation: ask, work, tell. Candidates that fail are told to `failed`, in order.

        enough: whether time is over: the generation then ends with what is there, and the simplest for the rest.

        Raises:
            Interrupted: `interrupted()` became true while the generation was under way.
            ComputeError: workers were lost beyond retries.
            WorkFailed: the work raised on every single task, so no candidate is to blame.
        """
        over = either(interrupted, enough)
        with until(over):
            tasks = self.algorithm.ask(self.context, state)
        results = Results.joined(self._worked(tasks, interrupted, over))
        if len(results.raised) == len(tasks):
            raise WorkFailed(results.raised[0].reason)
        for failure in failures(tasks, results, self.context.island, state.generation):
            failed(failure)
        return self.tell(state, results)

    def _worked(self, tasks: Any, interrupted: Callable[[], bool], over: Callable[[], bool]) -> list[Results[Any]]:
        parts: dict[int, Results[Any]] = {}
        try:
            self.fill(parts, self.work, tasks, over)
        except Interrupted:
            if over is interrupted or interrupted():
                raise
            parts = filled(parts, tasks, self.algorithm.stand_in(self.context, self.problem))
        return [parts[start] for start in sorted(parts)]

    def fill(
        self, parts: dict[int, Part], work: Callable[[Tasks], Part], tasks: Tasks, over: Callable[[], bool]
    ) -> None:
        """Put what `work` makes of pieces of `tasks` into `parts`, by place; raises as `step` does."""
        for start, part in self.backend.map(work, tasks, over):
            parts[start] = part

    def suspect(self, state: State[Any], number: int, reason: str) -> Failure | None:
        """Task `number` of the generation after `state`, which took its workers along."""
        task = self.algorithm.ask(self.context, state).slice(number, number + 1)
        genome = task.failed(self.problem, reason).genomes[0]
        return Failure(self.context.island, state.generation, number, task, genome, reason)

    def tell(self, state: State[Any], results: Results[Any]) -> State[Any]:
        """The next state: survivors, archive and counters after a whole generation came back."""
        survivors = self.algorithm.survive(self.context, state, results)
        archive = state.archive.updated(results.genomes, results.objectives, state.generation, self.problem.space)
        best = archive.objectives[0] if len(archive) else state.best
        improved = tuple(best) < tuple(state.best)
        return replace(
            state,
            generation=state.generation + 1,
            evaluations=state.evaluations + len(results.genomes),
            failed=state.failed + int(results.failed.sum()),
            population=survivors.population,
            objectives=survivors.objectives,
            archive=archive,
            best=best,
            stalled=0 if improved else state.stalled + 1,
            memory=survivors.memory,
        )
