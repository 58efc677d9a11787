"""Runs a job in its run directory: lock, restore, one session, and what is recorded when that fails."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator

from evo.callbacks.watched import CallbackError
from evo.errors import EvoError
from evo.kinds.common.job import AnyJob
from evo.monitor import Display
from evo.records import checkpoint
from evo.records.checkpoint import Progress, Restored
from evo.records.kept import stored_text
from evo.records.runs import read_run
from evo.records.trust import marks
from evo.running.clock import Stopwatch, now
from evo.running.outcome import Outcome
from evo.running.session import RunSession, Start
from evo.running.signals import StopSignals
from evo.storage.digest import Digest
from evo.storage.jsonl import cut_to
from evo.storage.known import LOG, METRICS, RESOLVED, remove_unfinished
from evo.storage.run_dir import RunDir


class InternalError(EvoError):
    """Something that should not happen; the traceback is in the run's log."""

    exit_code = 1


def execute(job: AnyJob, run: RunDir, display: Display, *, signals: StopSignals, resuming: bool) -> Outcome:
    """Run `job` in `run` until something ends it; the directory is whole whenever this returns or raises.

    Raises:
        CheckpointError: another process has the run, or there is nothing valid to resume from.
        StorageError: the disk is full.
        InternalError: a bug; logged with its traceback.
    """
    closing = contextlib.closing(display), contextlib.closing(job.search.backend)
    with run.lock(), closing[0], closing[1]:
        restored = newest_checkpoint(job, run) if resuming else None
        run.clear_stop_request()  # what comes from here on is meant for this process
        with _logged(run, signals):
            start = _begin(job) if restored is None else _restore(job, run, restored, display)
            with RunSession(job, run, display, signals, start) as session:
                return session.go(resumed=resuming)


def first_checkpoint(job: AnyJob, run: RunDir) -> None:
    """Save the state before the first generation, so that a run can be resumed from its first moment."""
    run.replace(METRICS, b"")
    start = _begin(job)
    checkpoint.save(run, start.state, Progress(0.0, 0.0, start.metrics), keep=job.config.checkpoint.keep)


def newest_checkpoint(job: AnyJob, run: RunDir) -> Restored:
    """What resuming starts from; changes nothing.

    Raises:
        CheckpointError: there is no valid checkpoint.
    """
    return checkpoint.load_newest(run, job.search.restored)


def _begin(job: AnyJob) -> Start:
    """Where a run begins that has done nothing yet."""
    return Start(job.search.start(), Stopwatch(), Digest())


def _restore(job: AnyJob, run: RunDir, restored: Restored, display: Display) -> Start:
    """Where a run goes on, with its directory as it was at the checkpoint."""
    for line in restored.skipped:
        display.note(f"warning: {line}")
    dropped = cut_to(run, METRICS, restored.progress.metrics.n_bytes)
    remove_unfinished(run)
    known = read_run(run).get("written_by", [])
    if marks(job.config, known) != known:  # the user gave these places or trusts them: from now on they are known here
        run.update_run_json(written_by=marks(job.config, known))
    resolved = stored_text(run.root, job.config)
    if run.read_text(RESOLVED) != resolved:
        run.replace(RESOLVED, resolved)
    repeated = (
        f"; {dropped} later line{'s' if dropped != 1 else ''} of metrics.jsonl will be made again" if dropped else ""
    )
    display.note(f"resuming from {restored.name}{repeated}")
    clock = Stopwatch(restored.progress.seconds, restored.progress.cpu_seconds)
    return Start(restored.state, clock, restored.progress.metrics)


@contextlib.contextmanager
def _logged(run: RunDir, signals: StopSignals) -> Iterator[None]:
    """Put the traceback of an unexpected failure into log.txt and its state into run.json."""
    try:
        yield
    except KeyboardInterrupt:
        reason = "KeyboardInterrupt" if signals.received is None else "ended at once by a second Ctrl-C"
        run.update_run_json(state="interrupted", stop_reason=reason)
        raise
    except CallbackError as raised:
        assert raised.__cause__ is not None, "it is raised from what a callback raised"
        reason = f"a callback raised {type(raised.__cause__).__name__}"
        run.update_run_json(state="interrupted", stop_reason=reason)
        raise raised.__cause__ from None
    except EvoError as problem:
        _record_failure(run, problem)
        raise
    except Exception as problem:
        _record_failure(run, problem)
        text = f"internal error: {type(problem).__name__}: {problem}; see {run.where(LOG)}"
        raise InternalError(text) from problem


def _record_failure(run: RunDir, problem: Exception) -> None:
    with contextlib.suppress(OSError, EvoError), run.appendable(LOG) as log:  # must not hide the first failure
        log.write(f"{now()} {''.join(traceback.format_exception(problem))}\n".encode(errors="backslashreplace"))
    with contextlib.suppress(OSError, EvoError):
        run.update_run_json(state="failed", stop_reason=str(problem))
