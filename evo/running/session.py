"""One process working on a run: its loop, its recorder and its closer, put together.

Order per generation: step, metrics line, timing line, display, then (every `checkpoint.every`) a checkpoint.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from distributed.backend import Event
from evo.errors import ComputeError
from evo.kinds.common.job import AnyJob
from evo.monitor import Display, Phase, Snapshot, StopProgress
from evo.running.clock import Limit, Stopwatch, now
from evo.running.closer import Attempts, Closer
from evo.running.looks import Looks
from evo.running.loop import Loop
from evo.running.outcome import Outcome, interruption, lost
from evo.running.reading import shown_on
from evo.running.recorder import Recorder
from evo.running.signals import StopSignals
from evo.running.vector_units import units_note, units_record
from evo.search.spec import WAITING
from evo.search.state import State
from evo.storage.digest import Digest
from evo.storage.known import RUN
from evo.storage.run_dir import RunDir
from evo.text.columns import start_lines
from fitness.compiling.ready import bring
from fitness.compiling.stopping import Stopped
from genomes.progress import telling


@dataclass(frozen=True, slots=True)
class Start:
    """Where a session begins: the state, the clock, and the journal of metrics up to that state."""

    state: State[Any]
    watch: Stopwatch
    metrics: Digest


class RunSession:
    """One process working on a run; entered, its journals are open."""

    def __init__(self, job: AnyJob, run: RunDir, display: Display, signals: StopSignals, start: Start) -> None:
        self.job, self.run, self.display, self.signals, self.start = job, run, display, signals, start
        self.recorder = Recorder(job, run, start.watch, start.state, start.metrics, display.note)
        self._snapshot: Snapshot | None = None
        self._looks = Looks(job)
        start.watch.backend = job.search.backend
        self._limit = Limit(start.watch, job.config.stop.seconds, job.selection.folds)
        job.search.backend.listen(self._heard)

    def __enter__(self) -> RunSession:
        self.recorder.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self.recorder.__exit__(*exception)

    def go(self, *, resumed: bool) -> Outcome:
        """Generations until a stop, then the closing files."""
        attempts = self._begin("resume" if resumed else "start")
        state, outcome = self._search()
        if outcome.reason in WAITING and state.generation == self.start.state.generation:
            rule = outcome.reason
            self.display.note(f"already {rule} for stop.{rule} generations; -o stop.{rule}=null continues the search")
        closer = Closer(self.job, self.run, self.display, self.signals, self._limit, self.recorder)
        return closer.end(state, outcome, attempts)

    def _begin(self, event: str) -> Attempts:
        """Tell run.json, the events and the display; returns the attempts of run.json, this one last."""
        record, generation = self.run.read_json(RUN), self.start.state.generation
        attempts = [*record.get("attempts", []), {"pid": os.getpid(), "started": now()}]
        units = units_record(self.job, record)
        self.run.update_run_json(state="running", stop_reason=None, attempts=attempts, **units)
        self.recorder.event(event, generation=generation)
        self.display.start(self.job.info(str(self.run.root), generation))
        of_columns = start_lines(self.job.columns) if event == "start" else []
        for note in (*of_columns, *units_note(self.job, record)):
            self.display.note(note)
        return attempts

    def _search(self) -> tuple[State[Any], Outcome]:
        try:
            with telling(shown_on(self.display)), self.start.watch.paused():  # seconds are those of the search
                bring(self.job.kernels, self.display.note)
            self.display.phase(Phase("waiting for the first generation"))
            return self._generations()
        except Stopped:
            return self.recorder.state, interruption(self.signals)
        except KeyboardInterrupt:
            if self.signals.received is None:  # else it is the second Ctrl-C, which ends at once
                self.recorder.save()
            raise

    def _generations(self) -> tuple[State[Any], Outcome]:
        loop = Loop(
            search=self.job.search,
            watch=self.start.watch,
            seconds=self._limit.searching,
            rules=self._look,
            asked=self._asked,
            cut=lambda: self.signals.received is not None,
            failed=self.recorder.failed,
        )
        try:
            return loop.run(self.start.state, self._record)
        except ComputeError as problem:
            self.recorder.suspect(problem)
            return self.recorder.state, lost(problem)

    def _asked(self) -> Outcome | None:
        if self.signals.received is not None:
            return interruption(self.signals)
        if self._snapshot is not None and self.run.stop_requested():
            return Outcome("stopped", "evo stop", 0)
        return None

    def _look(self, state: State[Any]) -> tuple[StopProgress, ...]:
        """Keep what there is to see of a state."""
        self._snapshot = self._looks.at(state, self.start.watch.seconds)
        return self._snapshot.stops

    def _record(self, state: State[Any]) -> None:
        assert self._snapshot is not None, "rules are asked before"
        before, every = self.recorder.state.generation, self.job.config.checkpoint.every
        self.recorder.generation(state, self._snapshot)
        try:
            self.display.update(self._snapshot)
        except Exception:  # whatever a display or a callback raises, a resume goes on from here
            self.recorder.save()
            raise
        if state.generation // every > before // every:  # a step of islands makes several generations
            self.recorder.save()

    def _heard(self, event: Event) -> None:
        """What happens to workers: into the journal, and on the screen."""
        self.recorder.event(event.kind, text=event.text, **event.details)
        self.display.note(event.text)
