"""Making run directories: filled under a hidden name and then renamed, so that one exists whole or not at all.

A killed start leaves its hidden folder ``.NAME.xxxxxxxx.tmp``. Whoever makes one holds a lock inside it until it has
its name; so the next start beside it knows those whose maker is gone, and removes them.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from evo.errors import CheckpointError, UsageError
from evo.storage.folder import Folder
from evo.storage.known import CHECKPOINTS, FOLDERS, GROWING, LOCK, MODELS, REPLACED, ROWS, UNFINISHED
from evo.storage.run_dir import RunDir, locked
from evo.storage.steps import open_file, open_folder

_HIDDEN = re.compile(r"\..+\.[0-9a-f]{8}\.tmp", re.DOTALL)
#: What a folder under construction may hold.
_OWN = {*FOLDERS, *GROWING, *REPLACED, *ROWS, LOCK}
#: Seconds after which one without a lock has no maker any more that is about to lock it.
_OLD = 3600.0


class FolderTakenError(UsageError):
    """The folder a run was to be made in exists and is not empty."""


def new_path(root: Path, name: str, seed: int, identity_hash: str) -> Path:
    """A fresh path ``root/name/<utc>-s<seed>-<hash6>``; runs started in the same second get -2, -3, ..."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    base = root / name / f"{stamp}-s{seed}-{identity_hash[:6]}"
    path, number = base, 1
    while is_taken(path):
        number += 1
        path = base.with_name(f"{base.name}-{number}")
    return path


def is_taken(path: Path) -> bool:
    """Whether there is anything of that name."""
    return path.exists() or path.is_symlink()


def create(path: Path, fill: Callable[[RunDir], None]) -> RunDir:
    """Make a run directory that is resumable from its first moment.

    Raises:
        FolderTakenError: the folder exists and is not empty.
        UsageError: it cannot be made.
    """
    try:
        target = _target(path)
        sweep(target.parent)
        with _hidden(target) as hidden:
            fill(RunDir(hidden))
            hidden.rename(target)
            _sync(target.parent)
    except OSError as problem:
        if problem.errno == errno.ENOTEMPTY or (problem.errno == errno.EEXIST and is_taken(path)):
            text = "already exists and is not empty; evo resume it or choose another --run-dir"
            raise FolderTakenError(text, where=str(path)) from None
        reason = problem.strerror or str(problem)
        text = f"the run directory cannot be made ({reason}); choose another output.root or --run-dir"
        raise UsageError(text, where=str(path)) from None
    return RunDir(path if path.name else target)  # the folder that "." named is gone


def sweep(parent: Path) -> None:
    """Remove hidden folders that this user's killed starts left in `parent`; never a link, never a live one."""
    with contextlib.suppress(CheckpointError):
        for name in Folder(parent).names():
            if _HIDDEN.fullmatch(name):
                with contextlib.suppress(CheckpointError, OSError):
                    _remove_dead(parent / name)


def _target(path: Path) -> Path:
    """Where a run directory is made: the path, or what a link that the user named leads to."""
    path = path if path.name else path.absolute()  # the current folder, given as "."
    path = path.resolve() if path.is_symlink() else path
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise OSError(errno.ENOTEMPTY, "not empty")
    return path


@contextlib.contextmanager
def _hidden(target: Path) -> Iterator[Path]:
    """A locked folder beside `target`, with the folders of a run; removed if it does not get another name."""
    hidden, lock = _locked_folder(target)
    try:
        for folder in (CHECKPOINTS, MODELS):
            RunDir(hidden).make(folder)
        yield hidden
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _locked_folder(target: Path) -> tuple[Path, int]:
    """A new folder and the descriptor of its lock."""
    while True:
        hidden = target.parent / f".{target.name}.{secrets.token_hex(4)}.tmp"
        hidden.mkdir(parents=True)
        lock = open_file(hidden, LOCK, os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock).st_nlink:  # else another start took it for dead before it was locked
            return hidden, lock
        os.close(lock)


def _remove_dead(hidden: Path) -> None:
    """Remove a hidden folder if it is a run under construction of this user whose maker is gone."""
    entry, names = hidden.lstat(), Folder(hidden).names()
    own = all(name in _OWN or UNFINISHED.fullmatch(name) for name in names)
    if not (stat.S_ISDIR(entry.st_mode) and entry.st_uid == os.geteuid() and own):
        return
    if LOCK not in names:
        if time.time() - entry.st_mtime > _OLD:
            shutil.rmtree(hidden)
        return
    lock = open_file(hidden, LOCK, os.O_RDONLY)
    try:
        if locked(lock, fcntl.LOCK_EX, 1):
            shutil.rmtree(hidden)
    finally:
        os.close(lock)


def _sync(folder: Path) -> None:
    """Make a rename inside `folder` durable."""
    descriptor = open_folder(folder)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
