"""Ways inside a folder that is not trusted: from descriptor to descriptor, through no link, to regular files only."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from evo.errors import CheckpointError

Wanted = Literal["file", "folder"]

_STEP = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

#: What an entry may be beside a regular file.
_KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class MissingError(CheckpointError):
    """A file of a run directory that is not there."""


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a name below the root; "" is the root itself.

    Raises:
        CheckpointError: it leads out of the folder, or is no name at all.
    """
    parts = tuple(name.split("/")) if name else ()
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise CheckpointError(f"{name!r} is no name of a file in a run directory")
    return parts


def open_folder(root: Path, parts: tuple[str, ...] = ()) -> int:
    """The descriptor of a folder; of its path only the root may be a link.

    Raises:
        OSError: a part is missing, or no folder.
    """
    descriptor = os.open(root, _STEP)
    for part in parts:
        try:
            below = os.open(part, _STEP | os.O_NOFOLLOW, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor


@contextlib.contextmanager
def holder(root: Path, name: str) -> Iterator[tuple[int, str]]:
    """The descriptor of the folder that holds `name`, and the last part of `name`."""
    *folders, last = parts_of(name)
    descriptor = open_folder(root, tuple(folders))
    try:
        yield descriptor, last
    finally:
        os.close(descriptor)


def status(root: Path, name: str) -> os.stat_result | None:
    """What an entry is, links not followed; None if there is none.

    Raises:
        OSError: its folder cannot be reached.
    """
    try:
        with holder(root, name) as (folder, last):
            return os.stat(last, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def open_file(root: Path, name: str, flags: int, *, alone: bool = False) -> int:
    """The descriptor of a regular file; `alone`: one with no other name.

    Raises:
        CheckpointError: it is something else. OSError: it cannot be opened.
    """
    with holder(root, name) as (folder, last):
        with contextlib.suppress(FileNotFoundError):  # looked at first: to open a device may do something
            regular(os.stat(last, dir_fd=folder, follow_symlinks=False), root, name)
        descriptor = os.open(last, flags | _FILE, 0o666, dir_fd=folder)
    try:
        entry = regular(os.fstat(descriptor), root, name)
        if alone:
            sole(entry, root, name)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def create_file(folder: int, name: str) -> int:
    """The descriptor of a file that was not there before, in the folder of a descriptor.

    Raises:
        OSError: it was, or cannot be made.
    """
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o666, dir_fd=folder)


def regular(entry: os.stat_result, root: Path, name: str) -> os.stat_result:
    """`entry` itself.

    Raises:
        CheckpointError: it is no regular file.
    """
    if not stat.S_ISREG(entry.st_mode):
        raise misplaced(entry.st_mode, "file", root / name)
    return entry


def sole(entry: os.stat_result, root: Path, name: str) -> None:
    """Raise CheckpointError for a file with another name: its content would change under that name too."""
    if entry.st_nlink > 1:
        text = "has another name (a hard link), whose content would change too; put a copy of it in its place"
        raise CheckpointError(text, where=str(root / name))


def misplaced(mode: int, wanted: Wanted, path: Path) -> CheckpointError:
    """Something of another kind than evo puts there."""
    kind = _KINDS.get(stat.S_IFMT(mode), "something else")
    link = f" (evo follows no link inside a run directory; put the {wanted} itself there)"
    return CheckpointError(f"is {kind}, not a {wanted}{link if stat.S_ISLNK(mode) else ''}", where=str(path))


def wrong_step(root: Path, name: str, wanted: Wanted) -> CheckpointError | None:
    """The first step on the way to `name` that is of the wrong kind."""
    parts = parts_of(name)
    for depth in range(1, len(parts) + 1):
        here = "/".join(parts[:depth])
        with contextlib.suppress(OSError):
            entry = status(root, here)
            kind: Wanted = wanted if depth == len(parts) else "folder"
            sound = stat.S_ISREG if kind == "file" else stat.S_ISDIR
            if entry is not None and not sound(entry.st_mode):
                return misplaced(entry.st_mode, kind, root / here)
    return None


def unreadable(problem: OSError, root: Path, name: str, wanted: Wanted) -> CheckpointError:
    """Why an entry cannot be read, in one line."""
    wrong = wrong_step(root, name, wanted)
    if wrong is not None:
        return wrong
    kind = MissingError if problem.errno == errno.ENOENT else CheckpointError
    return kind(f"cannot be read ({problem.strerror or problem})", where=str(root / name))
