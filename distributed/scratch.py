"""Folders of one process in the temporary folder, and the end of those whose process was killed.

A scratch folder has mode 0700 and a random name. Its process keeps the file `owner` in it locked; the system lets go of
a lock when its holder ends, however that ends, and not before. So whoever makes the next folder of a kind knows which
ones are left over. (A process id would say less: it is given again, and means nothing in another container that has
the same temporary folder.) What cannot be locked, has no owner yet or is not ours alone is never touched.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from genomes.private_folder import is_private

OWNER = "owner"
#: Where a folder goes if its path would be too long in the temporary folder.
SHORT = ("/tmp", "/var/tmp", "/dev/shm")
#: Characters that `tempfile.mkdtemp` adds to a prefix.
RANDOM = 8


def nothing(folder: Path) -> None:
    """Nothing has to end before a folder is removed."""


@contextlib.contextmanager
def scratch_folder(kind: str, *, longest: int | None = None, end: Callable[[Path], None] = nothing) -> Iterator[Path]:
    """A new folder `KIND-<random>`, removed afterwards; those that killed processes left are removed first.

    Args:
        kind: what it is for, the beginning of its name.
        longest: bytes that its path may have; the temporary folder is TMPDIR where that leaves room for it.
        end: called with a folder that is left over, before that is removed.

    Raises:
        OSError: no folder can be made anywhere.
    """
    places = _places()
    for place in places:
        for folder, lock in _left_over(place, kind):
            end(folder)
            _remove(folder)
            os.close(lock)
    folder = _made(places, kind, longest)
    lock = -1
    try:
        lock = _own(folder)
        yield folder
    finally:
        _remove(folder)
        if lock >= 0:
            os.close(lock)


def _places() -> list[Path]:
    """Folders in which scratch folders may be, TMPDIR first."""
    return list(dict.fromkeys(Path(name) for name in (tempfile.gettempdir(), *SHORT)))


def _made(places: list[Path], kind: str, longest: int | None) -> Path:
    """A new private folder in the first of `places` that has room for its path and is safe."""
    tried = list[str]()
    for place in places:
        if longest is not None and len(os.fsencode(place)) + 1 + len(kind) + 1 + RANDOM > longest:
            tried.append(f"{place}: its path is too long")
        elif not _names_are_kept(place):
            tried.append(f"{place}: others may rename what is in it")
        else:
            try:
                return Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=place))
            except OSError as problem:
                tried.append(f"{place}: {problem.strerror}")
    raise OSError(errno.ENOENT, f"no place for a temporary folder ({'; '.join(tried)}); set TMPDIR to one")


def _names_are_kept(place: Path) -> bool:
    """Whether only the owner of an entry of `place` can rename it."""
    try:
        mode = place.stat().st_mode
    except OSError:
        return True  # what is wrong shows when the folder is made
    return not mode & stat.S_IWOTH or bool(mode & stat.S_ISVTX)


def _own(folder: Path) -> int:
    """Descriptor of the locked owner file, which has its name only once it is locked."""
    path = folder / f".{OWNER}"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    os.write(lock, f"process {os.getpid()} on {os.uname().nodename}\n".encode())
    with contextlib.suppress(OSError):  # without locks here, this folder is never swept
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.rename(folder / OWNER)
    return lock


def _left_over(place: Path, kind: str) -> Iterator[tuple[Path, int]]:
    """Folders of this user and kind that nobody owns any more, with the lock that now is ours."""
    with contextlib.suppress(OSError):
        for folder in sorted(place.glob(f"{kind}-*")):
            lock = _taken(folder / OWNER) if is_private(folder) else None
            if lock is not None:
                yield folder, lock


def _taken(owner: Path) -> int | None:
    """The lock of an owner that is gone."""
    try:
        lock = os.open(owner, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _remove(folder: Path) -> None:
    """The owner goes last: if this process is killed, or somebody still writes here, the next one goes on."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name == OWNER:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if all(path.name == OWNER for path in folder.iterdir()):
            (folder / OWNER).unlink(missing_ok=True)
            folder.rmdir()
