"""Where compiled kernels are kept: the first of four places that can be used.

    NUMBA_CACHE_DIR     if it is set
    __pycache__         beside the sources (below PYTHONPYCACHEPREFIX where that is set)
    the user's cache    evo in XDG_CACHE_HOME, by default in ~/.cache
    a private folder    evo-kernels-UID in the temporary folder, mode 0700

In a place, each set of kernels has a folder of its own, `evo-kernels-DIGEST`. A place is passed over where that folder
cannot be made or written, where there is no room, and where others could put programs into it. One that holds what is
wanted is read even if it cannot be written: an image of a container can bring its kernels along.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import importlib.util
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fitness.compiling import sources
from genomes.private_folder import private_folder

PREFIX = "evo-kernels"
#: Bytes that must be free for kernels (all of them have some 6 MB).
ROOM = 8 << 20
#: Folders with other digests that stay in a place, the last used ones, and seconds since their use before they go.
KEPT, UNUSED = 8, 86_400.0


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for caches. beside: whether whoever can write there can change the sources themselves."""

    root: Path
    beside: bool = False

    @property
    def folder(self) -> Path:
        """Where the kernels of these sources, versions and processor are."""
        return self.root / f"{PREFIX}-{sources.digest()}"

    def holds(self, names: Iterable[str]) -> bool:
        """Whether all of these modules are here and nobody else can have put them here."""
        return all(stamp(self.folder, name).exists() for name in names) and self.refused() is None

    def unusable(self) -> str | None:
        """Why nothing can be compiled into this place, in a few words; makes its folder where it can."""
        try:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            reason = self.refused()
            if reason is None:
                _check_room(self.folder)
        except OSError as problem:
            return problem.strerror or str(problem)
        return reason

    def refused(self) -> str | None:
        """Why what lies here must not be run, in a few words."""
        if self.beside:
            safe = all(_as_safe_as(path, sources.FOLDER) for path in (self.root, self.folder))
        else:
            above = self.folder.resolve().parents
            safe = _own(self.folder) and not any(_open_to_all(path) for path in above)
        return None if safe else "others can write there"


def stamp(folder: Path, name: str) -> Path:
    """The file that says that a module's kernels are all in `folder`."""
    return folder / f"{name}.ready"


def places() -> Iterator[Place]:
    """All places, the preferred one first; the last is made when it is reached."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        yield Place(Path(os.environ["NUMBA_CACHE_DIR"]).absolute())
    bytecode = Path(importlib.util.cache_from_source(str(sources.FOLDER / "__init__.py"))).absolute().parent
    yield Place(bytecode, beside=bytecode.parent == sources.FOLDER)
    yield from _users()
    with contextlib.suppress(OSError):
        yield Place(_temporary())


def place_of(names: Iterable[str]) -> Place | None:
    """The first place that holds these modules or can be used to compile them; None where there is none."""
    wanted = tuple(names)
    return next((place for place in places() if place.holds(wanted) or place.unusable() is None), None)


def passed_over(chosen: Place | None) -> str | None:
    """Why the place that NUMBA_CACHE_DIR names was not chosen; None where it was, or names none."""
    first = next(places())
    return first.unusable() if os.environ.get("NUMBA_CACHE_DIR") and first != chosen else None


def sweep(place: Place) -> None:
    """Remove this user's folders with other digests that were not used for long."""
    others = [path for path in place.root.glob(f"{PREFIX}-{'[0-9a-f]' * 16}") if path != place.folder and _own(path)]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT:]:
        if time.time() - path.stat().st_mtime > UNUSED:
            shutil.rmtree(path, ignore_errors=True)


def tidy(place: Place) -> None:
    """Remove the files that a worker was writing when it was ended; only while no other compiles into the place."""
    for path in place.folder.glob("*.tmp.*"):
        path.unlink(missing_ok=True)


def used(place: Place) -> None:
    """Remember that the folder was used."""
    with contextlib.suppress(OSError):
        os.utime(place.folder)


def _users() -> Iterator[Place]:
    """The user's cache; XDG_CACHE_HOME counts if it is absolute, as its specification says."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if named.is_absolute():
        yield Place(named / "evo")
    with contextlib.suppress(RuntimeError):  # HOME is not set, and the system knows no home of this user
        home = Path(os.environ["HOME"]) if "HOME" in os.environ else Path.home()
        if home.is_absolute() and home.is_dir():
            yield Place(home / ".cache" / "evo")


@cache
def _temporary() -> Path:
    """The user's private folder in the temporary one; one that is only for this process goes when it ends."""
    folder = private_folder(PREFIX)
    if folder != Path(tempfile.gettempdir()) / f"{PREFIX}-{os.geteuid()}":
        atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _check_room(folder: Path) -> None:
    """Raises OSError where a file cannot be made, or has no room."""
    with tempfile.TemporaryFile(dir=folder) as file:
        if hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(file.fileno(), 0, ROOM)
            except OSError as problem:
                if problem.errno not in (errno.EINVAL, errno.EOPNOTSUPP):  # file systems that cannot say
                    raise


def _own(folder: Path) -> bool:
    """Whether it is a folder of this user or of root that others cannot write to."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    others = stat.S_IWGRP | stat.S_IWOTH
    return stat.S_ISDIR(status.st_mode) and status.st_uid in (0, os.geteuid()) and not status.st_mode & others


def _open_to_all(folder: Path) -> bool:
    """Whether everybody can replace what lies in a folder."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def _as_safe_as(folder: Path, model: Path) -> bool:
    """Whether only those can write to a folder who can write to `model` anyway."""
    try:
        status, trusted = folder.lstat(), model.stat()
    except OSError:
        return False
    others = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    group = not others & stat.S_IWGRP or status.st_gid == trusted.st_gid
    owners = (0, os.geteuid(), trusted.st_uid)
    return stat.S_ISDIR(status.st_mode) and status.st_uid in owners and not others & ~trusted.st_mode and group
