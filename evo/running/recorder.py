"""What a run leaves on disk while it searches: journals, events, checkpoints, and what is put into quarantine.

A generation's metrics line comes before its checkpoint. So a kill at any point leaves a journal that is at least as
long as the newest checkpoint says; resuming cuts the journal back to the checkpoint and repeats the generations after
it, which gives the same bytes because all randomness is derived.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evo.errors import ComputeError
from evo.kinds.common.job import AnyJob
from evo.monitor import Snapshot
from evo.records import checkpoint
from evo.records.checkpoint import Progress
from evo.running.clock import Stopwatch, now
from evo.running.metrics import metrics_line
from evo.search.failures import Failure
from evo.search.islands import migrations
from evo.search.state import State
from evo.storage.digest import Digest
from evo.storage.jsonl import Informal, Journal
from evo.storage.known import EVENTS, METRICS, TIMING
from evo.storage.quarantine import Quarantine
from evo.storage.run_dir import RunDir


class Recorder:
    """The open journals of one process, and the newest state that has its metrics line.

    metrics: the journal of metrics as it is; warn: takes a line where a journal that only informs cannot be written.
    """

    def __init__(
        self,
        job: AnyJob,
        run: RunDir,
        watch: Stopwatch,
        state: State[Any],
        metrics: Digest,
        warn: Callable[[str], None],
    ) -> None:
        self._job, self._run, self._watch, self._warn = job, run, watch, warn
        self._quarantine = Quarantine(run, job.config.seed, job.search.problem.space, self.event)
        self._whole, self._saved = (state, metrics), -1

    def __enter__(self) -> Recorder:
        self._metrics = Journal(self._run, METRICS, self._whole[1])
        self._timing, self._events = (Informal(self._run, name, self._warn) for name in (TIMING, EVENTS))
        return self

    def __exit__(self, *exception: object) -> None:
        for journal in (self._metrics, self._timing, self._events):
            journal.close()

    @property
    def state(self) -> State[Any]:
        """The newest state that has its metrics line."""
        return self._whole[0]

    def event(self, kind: str, **details: Any) -> None:
        """One line in events.jsonl."""
        self._events.append({"time": now(), "event": kind, **details})

    def generation(self, state: State[Any], snapshot: Snapshot) -> None:
        """The lines of one generation."""
        self._metrics.append(metrics_line(state, snapshot, self._job.kind.journal))
        self._whole = (state, self._metrics.digest)
        moves = [{"from": a, "to": b, "count": n} for a, b, n in migrations(state)]
        if moves:
            self.event("migration", generation=state.generation, migrants=moves)
        self._timing.append(self._timing_line(state.generation, snapshot.seconds))

    def save(self) -> None:
        """A checkpoint of `state`, unless it is saved already."""
        state, metrics = self._whole
        if state.generation == self._saved:
            return
        self._metrics.sync()
        done = Progress(self._watch.seconds, self._watch.cpu_seconds, metrics)
        name = checkpoint.save(self._run, state, done, keep=self._job.config.checkpoint.keep)
        self._saved = state.generation
        self.event("checkpoint", generation=state.generation, name=name)

    def failed(self, failure: Failure) -> None:
        """Put a task of which a candidate failed into quarantine."""
        self._quarantine(failure)

    def suspect(self, problem: ComputeError) -> None:
        """Put the task that workers were lost with into quarantine: it may be at fault, and can be replayed."""
        if problem.task is not None:
            failure = self._job.search.suspect(self.state, problem.task, problem.message)
            if failure is not None:
                self._quarantine(failure)

    def _timing_line(self, generation: int, seconds: float) -> dict[str, Any]:
        """What may differ between identical runs: the clock, and where the work was done so far."""
        usage = self._job.search.backend.usage()
        clock = {"seconds": round(seconds, 6), "cpu_seconds": round(self._watch.cpu_seconds, 6)}
        work = {"backend": usage.kind, "workers": usage.workers}
        losses = {"workers_lost": usage.workers_lost, "retries": usage.retries}
        return {"generation": generation, "time": now(), **clock, **work, **losses}
