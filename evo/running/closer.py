"""The end of a run: the member that is picked, the closing files, and what run.json says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from evo.errors import ComputeError
from evo.kinds.common.finishing import AsItIs
from evo.kinds.common.job import AnyJob
from evo.kinds.common.scorer import LeftOutError, Told
from evo.kinds.common.selection import Choice, Over, Step
from evo.monitor import Display, FrontRow, Phase
from evo.running.clock import Limit, now
from evo.running.looks import fold_phase
from evo.running.outcome import Outcome, interruption, lost
from evo.running.reading import shown_on
from evo.running.recorder import Recorder
from evo.running.results import write_front, write_result
from evo.running.signals import StopSignals
from evo.search.loop import Interrupted, Search
from evo.search.state import State
from evo.storage.known import CLOSING
from evo.storage.run_dir import RunDir
from fitness.compiling.stopping import Stopped
from genomes.deadline import until
from genomes.progress import telling

#: What run.json keeps of the processes that worked on a run.
Attempts = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Closer:
    """Closes a run that the loop has ended."""

    job: AnyJob
    run: RunDir
    display: Display
    signals: StopSignals
    limit: Limit
    recorder: Recorder

    def end(self, state: State[Any], outcome: Outcome, attempts: Attempts) -> Outcome:
        """A last checkpoint and the closing files; how it ended after all, because a signal may come meanwhile.

        attempts: those of run.json, this process last.
        """
        ended, choice = (self, state), None
        if outcome.exit_code == 0:
            ended, choice, outcome = self._finished(state, outcome)
        if outcome.exit_code:
            hint = "; Ctrl-C again ends at once" if self.signals.received is not None else ""
            self.display.note(f"{outcome.reason}: saving a checkpoint{hint}")
        self.recorder.save()
        try:
            ended[0]._close(ended[1], outcome, choice, attempts)
        except Stopped:
            outcome = interruption(self.signals)
            self._close(state, outcome, None, attempts)
        return outcome

    def _finished(
        self, state: State[Any], outcome: Outcome
    ) -> tuple[tuple[Closer, State[Any]], Choice | None, Outcome]:
        """A closer of the finished front, that front's state, and what the configured selection picks.

        All of it comes after a checkpoint: a resume of a run interrupted here only has this left to do.
        """
        self.recorder.save()
        if not isinstance(self.job.finishing, AsItIs):
            self.display.phase(Phase("finishing the front"))
        try:
            with telling(shown_on(self.display)):
                job, finished = self.job.finishing.finished(self.job, state, self._signalled(self.limit.finishing()))
            over = self.limit.fold_ends()
            choice = job.selection.choose(job, finished, self._fold_step(over, finished.generation), over)
        except (Interrupted, Stopped):
            return (self, state), None, interruption(self.signals)
        except ComputeError as problem:
            return (self, state), None, lost(problem)
        self._tell_folds(choice)
        return (replace(self, job=job), finished), choice, outcome

    def _signalled(self, over: Callable[[], bool]) -> Callable[[], bool]:
        """`over`, interrupted by a signal."""

        def asked() -> bool:
            if self.signals.received is not None:
                raise Interrupted
            return over()

        return asked

    def _tell_folds(self, choice: Choice | None) -> None:
        """A line where time did not suffice for all folds."""
        wanted = self.job.selection.folds
        there = 0 if choice is None else choice.to_json().get("folds", 0)
        if there < wanted:
            rest = f"{there} of {wanted} folds choose the model" if there else "its price picks the model"
            self.display.note(f"stop.seconds is over: {rest}")

    def _fold_step(self, over: Over, generations: int) -> Step:
        """Steps that a signal or the fold's end interrupts, and how far they are; generations: of the whole search."""
        folds, began = self.job.selection.folds, self.limit.watch.seconds

        def step(search: Search, inner: State, number: int) -> State[Any]:
            self.display.phase(fold_phase(search, inner, (number, folds), generations, self.limit.passed(began)))
            return search.step(inner, lambda: self.signals.received is not None or over(number))

        return step

    def _close(self, state: State[Any], outcome: Outcome, choice: Choice | None, attempts: Attempts) -> None:
        self.recorder.event("end", state=outcome.state, reason=outcome.reason, generation=state.generation)
        attempts[-1] |= {"ended": now(), "state": outcome.state, "generation": state.generation}
        lines = [f"run directory: {self.run.root}"]
        rows = write_front(self.job, self.run, state, choice) if len(state.archive) else ()
        if outcome.exit_code == 0:
            lines = self._write_result(state, rows, outcome, choice)
        else:
            for stale in CLOSING:  # of an earlier end, if this run was being extended
                self.run.remove(stale)
            lines.append(f"to resume: evo resume {self.run.root}")
        self.run.update_run_json(state=outcome.state, stop_reason=outcome.reason, attempts=attempts)
        self.display.finish(lines)

    def _write_result(
        self, state: State[Any], rows: tuple[FrontRow, ...], outcome: Outcome, choice: Choice | None
    ) -> list[str]:
        self.display.phase(Phase("scoring the model and writing reports"))
        clock = {"seconds": self.limit.watch.seconds, "cpu_seconds": self.limit.watch.cpu_seconds}
        ended = {"state": outcome.state, "stop_reason": outcome.reason}
        with until(self.limit.closed), telling(shown_on(self.display)):
            told = Told(self._note, self._phase, self.display.note)
            return write_result(self.job, self.run, state, rows, choice, ended, clock, told)

    def _note(self, message: str) -> None:
        """Notes of closing work that a signal cuts short."""
        self._look()
        self.display.note(message)

    def _phase(self, phase: Phase) -> None:
        """How far such work is."""
        self._look()
        self.display.phase(phase)

    def _look(self) -> None:
        if self.signals.received is not None:
            raise LeftOutError
