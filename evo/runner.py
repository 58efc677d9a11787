"""Runs a job in its run directory: lock, restore, one attempt, and what is recorded when that fails."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from typing import Any

from evo.attempt import Attempt, Ending, Stopwatch, now
from evo.config.resolved import dump_resolved
from evo.errors import CheckpointError, EvoError
from evo.job import AnyJob
from evo.progress import Display
from evo.records.runs import read_run
from evo.search.state import State
from evo.signals import StopSignals
from evo.storage import checkpoint
from evo.storage.atomic import remove_unfinished, write_atomic
from evo.storage.checkpoint import Progress, Restored
from evo.storage.jsonl import cut_to, cut_torn_line
from evo.storage.run_dir import RunDir
from evo.trust import marks


class InternalError(EvoError):
    """Something that should not happen; the traceback is in the run's log."""

    exit_code = 1


def execute(job: AnyJob, run: RunDir, display: Display, *, signals: StopSignals, resuming: bool) -> Ending:
    """Run `job` in `run` until something ends it; the directory is whole whenever this returns or raises.

    Raises:
        CheckpointError: another process has the run, or there is nothing valid to resume from.
        StorageError: the disk is full.
        InternalError: a bug; logged with its traceback.
    """
    closing = contextlib.closing(display), contextlib.closing(job.search.backend)
    with run.lock(), _logged(run, signals), closing[0], closing[1]:
        run.clear_stop_request()  # what comes from here on is meant for this process
        state, watch = _restore(job, run, display) if resuming else (job.search.start(), Stopwatch())
        with Attempt(job, run, display, watch) as attempt:
            return attempt.go(state, signals, resumed=resuming)


def first_checkpoint(job: AnyJob, run: RunDir) -> None:
    """Save the state before the first generation, so that a run can be resumed from its first moment."""
    run.metrics.touch()
    nothing = Progress(0.0, 0.0, 0)
    checkpoint.save(run.checkpoints, job.search.start(), nothing, run.metrics, keep=job.config.checkpoint.keep)


def newest_checkpoint(job: AnyJob, run: RunDir) -> Restored:
    """What resuming starts from; changes nothing.

    Raises:
        CheckpointError: there is no valid checkpoint.
    """
    return checkpoint.load_newest(run.checkpoints, run.metrics, job.search.restored)


def _restore(job: AnyJob, run: RunDir, display: Display) -> tuple[State[Any], Stopwatch]:
    restored = newest_checkpoint(job, run)
    for line in restored.skipped:
        display.note(f"warning: {line}")
    dropped = cut_to(run.metrics, restored.progress.metrics_bytes)
    for journal in (run.timing, run.events):
        cut_torn_line(journal)
    for folder in (run.root, run.checkpoints, run.models):
        remove_unfinished(folder)
    known = read_run(run).get("written_by", [])
    if marks(job.config, known) != known:  # the user gave these places or trusts them: from now on they are known here
        run.update_run_json(written_by=marks(job.config, known))
    resolved = dump_resolved(job.config)
    if (run / "resolved.yaml").read_text(encoding="utf-8") != resolved:
        write_atomic(run / "resolved.yaml", resolved)
    repeated = (
        f"; {dropped} later line{'s' if dropped != 1 else ''} of metrics.jsonl will be made again" if dropped else ""
    )
    display.note(f"resuming from {restored.name}{repeated}")
    return restored.state, Stopwatch(restored.progress.seconds, restored.progress.cpu_seconds)


@contextlib.contextmanager
def _logged(run: RunDir, signals: StopSignals) -> Iterator[None]:
    """Put the traceback of an unexpected failure into log.txt and its state into run.json."""
    try:
        yield
    except KeyboardInterrupt:
        reason = "KeyboardInterrupt" if signals.received is None else "ended at once by a second Ctrl-C"
        run.update_run_json(state="interrupted", stop_reason=reason)
        raise
    except EvoError as problem:
        _record_failure(run, problem)
        raise
    except Exception as problem:
        _record_failure(run, problem)
        raise InternalError(f"internal error: {type(problem).__name__}: {problem}; see {run / 'log.txt'}") from problem


def _record_failure(run: RunDir, problem: Exception) -> None:
    if isinstance(problem, CheckpointError):
        return  # refused before anything ran: the run's own state is unchanged
    with contextlib.suppress(OSError, EvoError):  # a full disk must not hide the first failure
        with (run / "log.txt").open("a", encoding="utf-8") as log:
            log.write(f"{now()} {''.join(traceback.format_exception(problem))}\n")
        run.update_run_json(state="failed", stop_reason=str(problem))
