"""One process working on a run: loop, journals, checkpoints, stop requests. The one place with side effects.

Order per generation: step, metrics line, timing line, display, then (every `checkpoint.every`) a checkpoint. A kill at
any point leaves a journal that is at least as long as the newest checkpoint says; resuming cuts the journal back to the
checkpoint and repeats the generations after it, which gives the same bytes because all randomness is derived.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distributed.backend import Backend, Event
from evo.errors import ComputeError, DataError
from evo.kinds.job import AnyJob
from evo.kinds.scorer import LeftOutError
from evo.monitor import Display, FrontRow, Snapshot
from evo.running.model_selection import FOLDS, Choice, by_folds, choose_by_folds, choose_by_price
from evo.running.results import write_front, write_result
from evo.running.signals import StopSignals
from evo.running.vector_units import units_note, units_record
from evo.search.islands import migrated_so_far, migrations
from evo.search.loop import Interrupted, Search
from evo.search.state import State
from evo.search.stopping import Reached, exact_for, progress, reached
from evo.storage import checkpoint
from evo.storage.checkpoint import Progress
from evo.storage.digest import Digest
from evo.storage.jsonl import Informal, Journal
from evo.storage.known import CLOSING, EVENTS, METRICS, RUN, TIMING
from evo.storage.quarantine import Quarantine
from evo.storage.run_dir import RunDir
from fitness.compiling.ready import bring
from fitness.compiling.stopping import Stopped
from genomes import portable


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: `state` as in run.json, the reason in words, the process's exit code."""

    state: str
    reason: str
    exit_code: int


@dataclass(slots=True)
class Stopwatch:
    """Search time summed over attempts."""

    seconds_before: float = 0.0
    cpu_before: float = 0.0
    backend: Backend | None = None
    _wall: float = field(default_factory=time.monotonic)
    _cpu: float = field(default_factory=time.process_time)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds."""
        return self.seconds_before + time.monotonic() - self._wall

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of this process and of the workers of `backend`."""
        workers = 0.0 if self.backend is None else self.backend.usage().cpu_seconds
        return self.cpu_before + time.process_time() - self._cpu + workers


def now() -> str:
    """The present in ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Attempt:
    """One process working on a run: its open journals and its clock."""

    def __init__(self, job: AnyJob, run: RunDir, display: Display, watch: Stopwatch, metrics: Digest) -> None:
        self.job, self.run, self.display, self.watch = job, run, display, watch
        self._quarantine = Quarantine(run, job.config.seed, job.search.problem.space, self.event)
        self._saved, self._digest = -1, metrics
        watch.backend = job.search.backend
        job.search.backend.listen(self._heard)

    def __enter__(self) -> Attempt:
        self.metrics = Journal(self.run, METRICS, self._digest)
        self.timing, self.events = (Informal(self.run, name, self.display.note) for name in (TIMING, EVENTS))
        return self

    def __exit__(self, *exception: object) -> None:
        for journal in (self.metrics, self.timing, self.events):
            journal.close()

    def go(self, state: State[Any], signals: StopSignals, *, resumed: bool) -> Ending:
        """Generations until a stop, then the closing files."""
        record = self.run.read_json(RUN)
        attempts = [*record.get("attempts", []), {"pid": os.getpid(), "started": now()}]
        units = units_record(self.job, record)
        self.run.update_run_json(state="running", stop_reason=None, attempts=attempts, **units)
        self.event("resume" if resumed else "start", generation=state.generation)
        self.display.start(self.job.info(str(self.run.root), state.generation))
        for note in units_note(self.job, record):
            self.display.note(note)
        self._whole, started = (state, self.metrics.digest), state.generation
        try:
            bring(self.job.kernels, self.display.note)
            state, ending = self._generations(state, signals)
        except Stopped:
            state, ending = self._whole[0], _interruption(signals)
        except KeyboardInterrupt:
            if signals.received is None:  # else it is the second Ctrl-C, which ends at once
                self.save()
            raise
        choice = None
        if ending.reason == "exact" and state.generation == started:
            self.display.note("already exact for stop.exact generations; -o stop.exact=null goes on")
        if ending.exit_code == 0:
            choice, ending = self._choose(state, ending, signals)
        if ending.exit_code:
            hint = "; Ctrl-C again ends at once" if signals.received is not None else ""
            self.display.note(f"{ending.reason}: saving a checkpoint{hint}")
        self.save()
        try:
            self._close(state, ending, attempts, choice, signals)
        except Stopped:
            ending = _interruption(signals)
            self._close(state, ending, attempts, None, signals)
        return ending

    def _choose(self, state: State[Any], ending: Ending, signals: StopSignals) -> tuple[Choice | None, Ending]:
        """What the configured selection picks; None where validation rows (or all training rows) do.

        Cross-validation comes after a checkpoint: a resume of a run interrupted here only has this left to do.
        """
        if self.job.config.fitness.selection == "price":
            return choose_by_price(self.job, state), ending
        if not by_folds(self.job.config, self.job.dataset):
            return None, ending
        self.save()
        last = 0

        def step(search: Search, inner: State, number: int) -> State[Any]:
            nonlocal last
            if number != last:
                self.display.note(f"choosing a model: fold {number} of {FOLDS}")
                last = number
            return search.step(inner, lambda: signals.received is not None)

        try:
            return choose_by_folds(self.job, state, step), ending
        except (Interrupted, Stopped):
            return None, _interruption(signals)
        except ComputeError as problem:
            return None, _lost(problem)

    def _generations(self, state: State[Any], signals: StopSignals) -> tuple[State[Any], Ending]:
        snapshot = self._snapshot(state) if len(state.archive) else None
        while True:
            ending = self._ending(state, snapshot, signals)
            if ending is not None:
                return state, ending
            before = state.generation
            try:
                interrupted = self._interrupted(signals, first=snapshot is None)
                state = self.job.search.step(state, interrupted, self._quarantine)
            except Interrupted:
                continue
            except ComputeError as problem:
                self._suspect(state, problem)
                return state, _lost(problem)
            if not len(state.archive):
                raise DataError("every candidate has failed: no objective is a finite number", where="search")
            snapshot = self._snapshot(state)
            self._record(state, snapshot)
            self.display.update(snapshot)
            every = self.job.config.checkpoint.every
            if state.generation // every > before // every:  # a step of islands makes several generations
                self.save()

    def _interrupted(self, signals: StopSignals, *, first: bool) -> Callable[[], bool]:
        """Whether to abandon the generation under way; time alone never takes a run's first generation."""
        return lambda: signals.received is not None or (not first and self._out_of_time())

    def _ending(self, state: State[Any], snapshot: Snapshot | None, signals: StopSignals) -> Ending | None:
        if signals.received is not None:
            return _interruption(signals)
        if snapshot is not None and self.run.stop_requested():
            return Ending("stopped", "evo stop", 0)
        stop = reached(snapshot.stops) if snapshot is not None else None
        if stop is None and snapshot is not None and self._out_of_time():
            return Ending("finished", "seconds", 0)
        return Ending("finished", stop.rule, 0) if stop is not None else None

    def _out_of_time(self) -> bool:
        limit = self.job.config.stop.seconds
        return limit is not None and self.watch.seconds >= limit

    def _snapshot(self, state: State[Any]) -> Snapshot:
        rows = self.job.scorer.rows(state.archive)
        best_error = rows[0].error
        exact = exact_for(state.archive, state.generation, self.job.search.arena.error_column)
        seen = Reached(state, self.watch.seconds, best_error, exact)
        return Snapshot(
            generation=state.generation,
            evaluations=state.evaluations,
            seconds=self.watch.seconds,
            front=rows,
            best_id=self.job.scorer.pick(rows).id,
            best_error=best_error,
            stops=progress(self.job.config.stop, seen),
            migrants=migrated_so_far(state) if state.islands else None,
            genome=self.job.config.genome.kind,
        )

    def _record(self, state: State[Any], snapshot: Snapshot) -> None:
        pick = next(row for row in snapshot.front if row.id == snapshot.best_id)
        self.metrics.append(_metrics_line(state, snapshot, pick))
        self._whole = (state, self.metrics.digest)
        moves = [{"from": a, "to": b, "count": n} for a, b, n in migrations(state)]
        if moves:
            self.event("migration", generation=state.generation, migrants=moves)
        self.timing.append(self._timing_line(state.generation, snapshot))

    def _timing_line(self, generation: int, snapshot: Snapshot) -> dict[str, Any]:
        """What may differ between identical runs: the clock, and where the work was done so far."""
        usage = self.job.search.backend.usage()
        clock = {"seconds": round(snapshot.seconds, 6), "cpu_seconds": round(self.watch.cpu_seconds, 6)}
        work = {"backend": usage.kind, "workers": usage.workers}
        lost = {"workers_lost": usage.workers_lost, "retries": usage.retries}
        return {"generation": generation, "time": now(), **clock, **work, **lost}

    def save(self) -> None:
        """A checkpoint of the newest state that has its metrics line, unless it is saved already."""
        state, metrics = self._whole
        if state.generation == self._saved:
            return
        self.metrics.sync()
        done = Progress(self.watch.seconds, self.watch.cpu_seconds, metrics)
        name = checkpoint.save(self.run, state, done, keep=self.job.config.checkpoint.keep)
        self._saved = state.generation
        self.event("checkpoint", generation=state.generation, name=name)

    def _suspect(self, state: State[Any], problem: ComputeError) -> None:
        """Put the task that workers were lost with into quarantine: it may be at fault, and can be replayed."""
        if problem.task is not None:
            failure = self.job.search.suspect(state, problem.task, problem.message)
            if failure is not None:
                self._quarantine(failure)

    def _heard(self, event: Event) -> None:
        """What happens to workers: into the journal, and on the screen."""
        self.event(event.kind, text=event.text, **event.details)
        self.display.note(event.text)

    def _noting(self, signals: StopSignals) -> Callable[[str], None]:
        """Notes of closing work that a signal cuts short."""

        def note(message: str) -> None:
            if signals.received is not None:
                raise LeftOutError
            if message:
                self.display.note(message)

        return note

    def event(self, kind: str, **details: Any) -> None:
        """One line in events.jsonl."""
        self.events.append({"time": now(), "event": kind, **details})

    def _close(
        self,
        state: State[Any],
        ending: Ending,
        attempts: list[dict[str, Any]],
        choice: Choice | None,
        signals: StopSignals,
    ) -> None:
        self.event("end", state=ending.state, reason=ending.reason, generation=state.generation)
        attempts[-1] |= {"ended": now(), "state": ending.state, "generation": state.generation}
        lines = [f"run directory: {self.run.root}"]
        if len(state.archive):
            write_front(self.job, self.run, state, choice)
        if ending.exit_code == 0:
            clock = {"seconds": self.watch.seconds, "cpu_seconds": self.watch.cpu_seconds}
            ended = {"state": ending.state, "stop_reason": ending.reason}
            note = self._noting(signals)
            lines = write_result(self.job, self.run, state, choice, ended, clock, note, self.display.note)
        else:
            for stale in CLOSING:  # of an earlier end, if this run was being extended
                self.run.remove(stale)
            lines.append(f"go on with: evo resume {self.run.root}")
        self.run.update_run_json(state=ending.state, stop_reason=ending.reason, attempts=attempts)
        self.display.finish(lines)


def _interruption(signals: StopSignals) -> Ending:
    """What a received signal ends a run as."""
    assert signals.received is not None
    name = signals.received.name
    return Ending("interrupted", name, 130) if name == "SIGINT" else Ending("terminated", name, 75)


def _lost(problem: ComputeError) -> Ending:
    """What losing the place where work runs ends a run as."""
    return Ending("failed", str(problem), problem.exit_code)


def _metrics_line(state: State[Any], snapshot: Snapshot, pick: FrontRow) -> dict[str, Any]:
    """Deterministic facts of one generation."""
    return {
        "generation": state.generation,
        "evaluations": state.evaluations,
        "failed": state.failed,
        "best_error": snapshot.best_error,
        "front": len(snapshot.front),
        "stalled": state.stalled,
        "pick": {
            "id": pick.id,
            "train_accuracy": pick.train_accuracy,
            "valid_accuracy": pick.valid_accuracy,
            "literals": pick.literals,
            "terms": pick.terms,
            **({"sparsity": pick.sparsity} if snapshot.genome == "mask" else {}),
        },
        "population": {"mean": _mean(state.everyone())},
        **_island_facts(state),
    }


def _island_facts(state: State[Any]) -> dict[str, Any]:
    """What a line has more where there are islands: each one's lowest objectives, and the migrants of this step."""
    if not state.islands:
        return {}
    arrived = sum(count for _, _, count in migrations(state))
    return {"islands": {"best": [_mean(island.best[None]) for island in state.islands], "migrants": arrived}}


def _mean(objectives: NDArray[np.float64]) -> list[float] | None:
    """Mean objectives of the candidates that did not fail; None where all did."""
    sound = objectives[np.isfinite(objectives).all(axis=1)]
    return portable.mean(sound.T).tolist() if len(sound) else None
