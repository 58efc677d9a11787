"""Starting and resuming runs: from a config or a run directory to a finished (or interrupted) run."""

from __future__ import annotations

import contextlib
import platform
import signal
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evo.config.identity import changed_identity, identity, identity_hash
from evo.config.resolved import dump_resolved
from evo.config.schema import RunConfig
from evo.errors import CheckpointError, EvoError, UsageError
from evo.kinds.common.job import AnyJob
from evo.kinds.common.preparing import prepare
from evo.monitor import Display
from evo.records.moved import require_files
from evo.records.runs import LAYOUT, read_run
from evo.records.trust import check_version, marks
from evo.running.clock import now
from evo.running.executor import execute, first_checkpoint, newest_checkpoint
from evo.running.outcome import Outcome
from evo.running.signals import StopSignals
from evo.running.vector_units import check_units
from evo.startup.version import __version__
from evo.storage.copying import copy_run
from evo.storage.creation import FolderTakenError, create, is_taken, new_path
from evo.storage.known import CONFIG, ENCODER, RESOLVED, RUN, check
from evo.storage.run_dir import RunDir, open_run
from evo.storage.texts import dump_json, json_file

PACKAGES = ("evo-boolean", "numpy", "numba", "deap", "ray", "pydantic", "pyyaml", "rich", "scikit-learn")


class EndedEarlyError(EvoError):
    """A signal came before there was anything to keep."""

    def __init__(self, received: signal.Signals) -> None:
        self.exit_code = 130 if received == signal.SIGINT else 75
        super().__init__(f"{received.name} before the run began; nothing was written")


def start(
    config: RunConfig,
    text: str,
    command: Sequence[str],
    display: Display,
    *,
    signals: StopSignals,
    path: Path | None = None,
) -> tuple[RunDir, Outcome]:
    """Make a run directory and run in it; `text` is the user's config, kept verbatim.

    Raises:
        DataError, UsageError, StorageError: see `prepare`, `create` and `execute`.
    """
    job = prepare(config)
    job.search.backend.check()
    if signals.received is not None:
        raise EndedEarlyError(signals.received)
    run = _new(job, text, command, path)
    return run, execute(job, run, display, signals=signals, resuming=False)


def create_run(config: RunConfig, text: str, command: Sequence[str], path: Path | None = None) -> RunDir:
    """Make a run directory with a first checkpoint, and leave it to be resumed.

    Raises:
        DataError, UsageError, StorageError: see `prepare` and `create`.
    """
    return _new(prepare(config), text, command, path)


def _new(job: AnyJob, text: str, command: Sequence[str], path: Path | None) -> RunDir:
    return _create_in(path, job, text, command) if path is not None else _create(job, text, command)


def _create(job: AnyJob, text: str, command: Sequence[str]) -> RunDir:
    """A run directory under output.root; when a run started in the same moment takes its name, another one."""
    config = job.config
    while True:
        with contextlib.suppress(FolderTakenError):
            path = new_path(Path(config.output.root), config.name, config.seed, identity_hash(config))
            return _create_in(path, job, text, command)


def _create_in(path: Path, job: AnyJob, text: str, command: Sequence[str]) -> RunDir:
    def fill(run: RunDir) -> None:
        run.replace(CONFIG, text)
        run.replace(RESOLVED, dump_resolved(job.config))
        run.replace(RUN, json_file(_run_record(path.absolute().name, job, command)))
        run.replace(ENCODER, dump_json(job.encoder.to_json()))
        for name, content in job.files.items():
            run.replace(name, content)
        first_checkpoint(job, run)

    return create(path, fill)


def resume(
    path: Path, config: RunConfig, display: Display, *, signals: StopSignals, fork: Path | None = None
) -> tuple[RunDir, Outcome]:
    """Go on with a run from its newest valid checkpoint, with `config`; with `fork`, in a copy of its directory.

    Raises:
        CheckpointError: refused (identity or data changed, run in use) or no valid checkpoint.
    """
    run = open_run(path)
    check(run)
    record = read_run(run)
    check_version(run, record, refused="resume")
    _check_identity(run, record, config)
    require_files(run, config)
    job = prepare(config)
    if job.dataset.sha256() != record["data_sha256"]:
        text = f"resume refused: the {job.kind.sources} are not those the run was started with: they have changed"
        keys = " ".join(f"-o {key}=..." for key, file in config.files().items() if file is not None)
        hint = f", or say with {keys} where the old ones are" if keys else ""
        raise CheckpointError(f"{text}; start a new run{hint}", where=str(path))
    check_units(job, record, str(path))
    job.search.backend.check()
    if fork is not None:
        run = _copy(job, run, fork)
    return run, execute(job, run, display, signals=signals, resuming=True)


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


def _run_record(run_id: str, job: AnyJob, command: Sequence[str]) -> dict[str, Any]:
    config = job.config
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
        "data_sha256": job.dataset.sha256(),
        "bits": job.dataset.n_bits,
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "attempts": [],
        "written_by": marks(config),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return __version__ if package == PACKAGES[0] else "not installed"
