"""Starting and resuming runs: from a config or a run directory to a finished (or interrupted) run."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evo.config.identity import changed_identity, identity, identity_hash
from evo.config.schema import RunConfig
from evo.errors import CheckpointError, UsageError
from evo.kinds.common.job import AnyJob
from evo.kinds.common.preparing import prepare
from evo.monitor import Display
from evo.records.kept import is_kept, kept_path, stored_text
from evo.records.moved import require_files
from evo.records.runs import LAYOUT, read_run
from evo.records.trust import check_version, marks
from evo.running.clock import now
from evo.running.executor import execute, first_checkpoint, newest_checkpoint
from evo.running.given import given_rows, job_with_path, with_own_rows, with_path
from evo.running.outcome import Outcome
from evo.running.reading import check_signal, closed_on_error, prepared
from evo.running.signals import StopSignals
from evo.running.vector_units import check_units
from evo.startup.version import __version__
from evo.storage.copying import copy_run
from evo.storage.creation import FolderTakenError, create, is_taken, new_path
from evo.storage.known import CONFIG, ENCODER, RESOLVED, RUN, check
from evo.storage.run_dir import RunDir, open_run
from evo.storage.texts import dump_json, json_file
from fitness.data.tables.held import Held

PACKAGES = ("evo-boolean", "numpy", "numba", "deap", "ray", "pydantic", "pyyaml", "rich", "scikit-learn")


def start(
    config: RunConfig,
    text: str,
    command: Sequence[str],
    display: Display,
    *,
    signals: StopSignals,
    path: Path | None = None,
    frame: Any = None,
) -> tuple[RunDir, Outcome]:
    """Make a run directory and run in it; `text` is the user's config, kept verbatim; frame: rows instead of a file.

    Raises:
        DataError, UsageError, StorageError: see `prepare`, `create` and `execute`.
    """
    with closed_on_error(display), given_rows(config, frame) as (readable, held):
        job = prepared(readable, display, signals)
        job.search.backend.check()
        check_signal(signals)
        run, job = _new(job, text, command, path, held)
    return run, execute(job, run, display, signals=signals, resuming=False)


def create_run(config: RunConfig, text: str, command: Sequence[str], path: Path | None = None) -> RunDir:
    """Make a run directory with a first checkpoint, and leave it to be resumed.

    Raises:
        DataError, UsageError, StorageError: see `prepare` and `create`.
    """
    with given_rows(config) as (readable, held):
        return _new(prepare(readable), text, command, path, held)[0]


def _new(job: AnyJob, text: str, command: Sequence[str], path: Path | None, held: Held | None) -> tuple[RunDir, AnyJob]:
    """A run directory, and the job with the rows that it keeps; without a path under output.root.

    When a run started in the same moment takes its name, it gets another one.
    """
    if path is not None:
        return _create_in(path, job, text, command, held)
    named = job.config if held is None else with_path(job.config, held.name)
    while True:
        with contextlib.suppress(FolderTakenError):
            path = new_path(Path(named.output.root), named.name, named.seed, identity_hash(named))
            return _create_in(path, job, text, command, held)


def _create_in(path: Path, job: AnyJob, text: str, command: Sequence[str], held: Held | None) -> tuple[RunDir, AnyJob]:
    job = job if held is None else job_with_path(job, kept_path(path, held.name))

    def fill(run: RunDir) -> None:
        if held is not None:
            run.create(held.name, held.pieces())
        run.replace(CONFIG, text)
        run.replace(RESOLVED, stored_text(path, job.config))
        data = job.dataset.sha256(), job.dataset.n_bits
        run.replace(RUN, json_file(run_record(path.absolute().name, job.config, command, *data)))
        run.replace(ENCODER, dump_json(job.encoder.to_json()))
        for name, content in job.files.items():
            run.replace(name, content)
        first_checkpoint(job, run)

    return create(path, fill), job


def resume(
    path: Path, config: RunConfig, display: Display, *, signals: StopSignals, fork: Path | None = None
) -> tuple[RunDir, Outcome]:
    """Go on with a run from its newest valid checkpoint, with `config`; with `fork`, in a copy of its directory.

    Raises:
        CheckpointError: refused (identity or data changed, run in use) or no valid checkpoint.
        EndedEarlyError: a signal came before the data were read.
    """
    with closed_on_error(display):
        job, run = _found(path, config, display, signals, fork)
    return run, execute(job, run, display, signals=signals, resuming=True)


def _found(
    path: Path, config: RunConfig, display: Display, signals: StopSignals, fork: Path | None
) -> tuple[AnyJob, RunDir]:
    """The job of a run that may go on, and the directory that it goes on in."""
    run = open_run(path)
    check(run)
    record = read_run(run)
    check_version(run, record, refused="resume")
    config = with_own_rows(run, config)
    _check_identity(run, record, config)
    require_files(run, config)
    job = prepared(config, display, signals)
    if job.dataset.sha256() != record["data_sha256"]:
        text = f"resume refused: the {job.kind.sources} are not those the run was started with: they have changed"
        keys = " ".join(f"-o {key}=..." for key, file in config.files().items() if file is not None)
        hint = f", or say with {keys} where the old ones are" if keys else ""
        raise CheckpointError(f"{text}; start a new run{hint}", where=str(path))
    check_units(job, record, str(path))
    job.search.backend.check()
    if fork is not None:
        old, run = run, _copy(job, run, fork)
        if is_kept(old, job.config.data.path):
            job = job_with_path(job, kept_path(run.root, Path(job.config.data.path).name))
    return job, run


def _check_identity(run: RunDir, record: dict[str, Any], config: RunConfig) -> None:
    moved = config.files()  # what is in them is compared, not where they are
    changed = [key for key in changed_identity(record["identity"], identity(config)) if key not in moved]
    if changed:
        keys = f"{', '.join(changed)} {'differs' if len(changed) == 1 else 'differ'}"
        hint = "these make a run what it is; start a new run instead"
        raise CheckpointError(f"resume refused: {keys} from the run's own; {hint}", where=str(run.root))


def _copy(job: AnyJob, run: RunDir, target: Path) -> RunDir:
    """A whole copy that can be resumed, or none."""
    if is_taken(target):
        raise UsageError("already exists; choose a new folder for the fork", where=str(target))

    def fill(copy: RunDir) -> None:
        copy_run(run, copy)
        copy.update_run_json(id=target.name, forked_from=str(run.root))

    with run.lock():
        newest_checkpoint(job, run)
        return create(target, fill)


def run_record(run_id: str, config: RunConfig, command: Sequence[str], sha256: str, bits: int) -> dict[str, Any]:
    """run.json of a run that has not begun; sha256, bits: of its data."""
    return {
        "layout": LAYOUT,
        "id": run_id,
        "name": config.name,
        "seed": config.seed,
        "state": "created",
        "stop_reason": None,
        "created": now(),
        "command": list(command),
        "identity_sha256": identity_hash(config),
        "identity": identity(config),
        "data_sha256": sha256,
        "bits": bits,
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "attempts": [],
        "written_by": marks(config),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return __version__ if package == PACKAGES[0] else "not installed"
