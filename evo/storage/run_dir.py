"""The run directory: where everything a run knows is written, and the lock that lets one process at a time do it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evo.errors import CheckpointError, StorageError, UsageError
from evo.storage.atomic import sync_folder, write_json
from evo.storage.folder import Folder

STOP_REQUEST = "stop"

#: Attempts, 10 ms apart, to get a lock that `evo status` may be holding while it looks.
LOCK_ATTEMPTS = 20


class FolderTakenError(UsageError):
    """The folder a run was to be made in exists and is not empty."""


@dataclass(frozen=True, slots=True)
class RunDir(Folder):
    """One run directory."""

    def __truediv__(self, name: str) -> Path:
        return self.root / name

    @property
    def metrics(self) -> Path:
        """One object per generation, deterministic fields only."""
        return self.root / "metrics.jsonl"

    @property
    def timing(self) -> Path:
        """What may differ between identical runs."""
        return self.root / "timing.jsonl"

    @property
    def events(self) -> Path:
        """Start, checkpoint, resume, stop, error."""
        return self.root / "events.jsonl"

    @property
    def checkpoints(self) -> Path:
        """Saved states."""
        return self.root / "checkpoints"

    @property
    def models(self) -> Path:
        """One JSON per member of the front, and best.json."""
        return self.root / "models"

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON object of the run.

        Raises:
            CheckpointError: missing or damaged.
        """
        try:
            value = json.loads(self.read_text(name))
        except ValueError as problem:
            text = f"cannot be read as JSON ({type(problem).__name__})"
            raise CheckpointError(text, where=self.where(name)) from None
        if not isinstance(value, dict):
            raise CheckpointError("expected a JSON object", where=self.where(name))
        return value

    def update_run_json(self, **changes: Any) -> None:
        """Change some keys of run.json."""
        write_json(self.root / "run.json", self.read_json("run.json") | changes)

    def stop_requested(self) -> bool:
        """Whether `evo stop` asked this run to end."""
        return (self.root / STOP_REQUEST).exists()

    def clear_stop_request(self) -> None:
        """Forget an earlier `evo stop`."""
        (self.root / STOP_REQUEST).unlink(missing_ok=True)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process.

        Raises:
            CheckpointError: another process has it.
        """
        with self._open_lock() as file:
            if not _locked(file, fcntl.LOCK_EX, LOCK_ATTEMPTS):
                raise CheckpointError(
                    "another process is running this; wait for it or evo stop it", where=str(self.root)
                )
            yield

    def is_locked(self) -> bool:
        """Whether a live process holds the run."""
        try:
            with self._open_lock() as file:
                return not _locked(file, fcntl.LOCK_SH, 1)
        except StorageError:
            return False  # a directory we may not write to: nobody here can say, so take it as idle

    def _open_lock(self) -> Any:
        try:
            return (self.root / ".lock").open("a")
        except OSError as problem:
            raise StorageError.of(problem, self.root / ".lock") from None


def _locked(file: Any, kind: int, attempts: int) -> bool:
    """Try to lock an open file."""
    for attempt in range(attempts):
        if attempt:
            time.sleep(0.01)
        with contextlib.suppress(OSError):
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return True
    return False


def open_run(path: Path) -> RunDir:
    """An existing run directory.

    Raises:
        UsageError: `path` is not one.
    """
    if not (path / "run.json").is_file():
        what = "is not a run directory (it has no run.json)" if path.is_dir() else "does not exist"
        raise UsageError(f"{what}; expected a folder that evo run made", where=str(path))
    return RunDir(path)


def new_path(root: Path, name: str, seed: int, identity_hash: str) -> Path:
    """A fresh path ``root/name/<utc>-s<seed>-<hash6>``; runs started in the same second get -2, -3, ..."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    base = root / name / f"{stamp}-s{seed}-{identity_hash[:6]}"
    path, number = base, 1
    while path.exists():
        number += 1
        path = base.with_name(f"{base.name}-{number}")
    return path


def create(path: Path, fill: Callable[[RunDir], None]) -> RunDir:
    """Make a run directory that is resumable from its first moment: filled under another name, then renamed.

    Raises:
        FolderTakenError: the folder exists and is not empty.
        UsageError: it cannot be made.
    """
    path = path if path.name else path.absolute()  # the current folder, given as "."
    hidden = path.parent / f".{path.name}.{secrets.token_hex(4)}.tmp"
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise OSError(errno.ENOTEMPTY, "not empty")
        hidden.mkdir(parents=True)
        for folder in ("checkpoints", "models"):
            (hidden / folder).mkdir()
        fill(RunDir(hidden))
        hidden.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        shutil.rmtree(hidden, ignore_errors=True)
        if problem.errno == errno.ENOTEMPTY:
            text = "already exists and is not empty; evo resume it or choose another --run-dir"
            raise FolderTakenError(text, where=str(path)) from None
        reason = problem.strerror or str(problem)
        raise UsageError(
            f"the run directory cannot be made ({reason}); choose another output.root or --run-dir", where=str(path)
        ) from None
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    return RunDir(path)
