"""The run directory: where everything a run knows is written, and the lock that lets one process at a time do it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.errors import CheckpointError, StorageError, UsageError
from evo.storage.folder import Folder, MissingError
from evo.storage.known import LOCK, RUN, STOP_REQUEST
from evo.storage.steps import open_file
from evo.storage.texts import json_file, read_object

#: Attempts, 10 ms apart, to get a lock that `evo status` may be holding while it looks.
LOCK_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class RunDir(Folder):
    """One run directory."""

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON object of the run.

        Raises:
            CheckpointError: missing or damaged.
        """
        try:
            return read_object(self.read_bytes(name))
        except ValueError as problem:
            raise CheckpointError(f"cannot be read as JSON ({problem})", where=self.where(name)) from None

    def update_run_json(self, **changes: Any) -> None:
        """Change some keys of run.json."""
        self.replace(RUN, json_file(self.read_json(RUN) | changes))

    def request_stop(self) -> None:
        """Ask the process that holds the run to end it."""
        self.replace(STOP_REQUEST, b"")

    def stop_requested(self) -> bool:
        """Whether `evo stop` asked this run to end."""
        return self.exists(STOP_REQUEST)

    def clear_stop_request(self) -> None:
        """Forget an earlier `evo stop`."""
        self.remove(STOP_REQUEST)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process.

        Raises:
            CheckpointError: another process has it.
        """
        try:
            descriptor = open_file(self.root, LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as problem:
            raise StorageError.of(problem, self.root / LOCK) from None
        try:
            if not locked(descriptor, fcntl.LOCK_EX, LOCK_ATTEMPTS):
                text = "another process is running this; wait for it or evo stop it"
                raise CheckpointError(text, where=str(self.root))
            yield
        finally:
            os.close(descriptor)

    def is_locked(self) -> bool:
        """Whether a live process holds the run; changes nothing."""
        try:
            with self.opened(LOCK) as file:
                return not locked(file.fileno(), fcntl.LOCK_SH, 1)
        except CheckpointError:
            return False  # no lock, or one that nobody here can look at: taken as idle


def locked(descriptor: int, kind: int, attempts: int) -> bool:
    """Try to lock an open file."""
    for attempt in range(attempts):
        if attempt:
            time.sleep(0.01)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return True
    return False


def is_run(path: Path) -> bool:
    """Whether there is a run directory."""
    return RunDir(path).exists(RUN)


def open_run(path: Path) -> RunDir:
    """An existing run directory.

    Raises:
        UsageError: `path` is not one. CheckpointError: its run.json is no regular file.
    """
    run = RunDir(path)
    try:
        with run.opened(RUN):
            return run
    except CheckpointError as problem:
        what = _instead(path, problem)
        if what is None:
            raise
    raise UsageError(f"{what}; expected a folder that evo run made", where=str(path))


def _instead(path: Path, problem: CheckpointError) -> str | None:
    """What the user named instead of a run directory; None if it is one."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    except OSError:
        return None
    if not is_folder:
        return "is not a folder"
    return "is not a run directory (it has no run.json)" if isinstance(problem, MissingError) else None
