"""The bytes of regular files. A FIFO, a device or a socket would hang the reader or never end."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import IO

from fitness.containers.bound import bound, too_large
from fitness.errors import ContainerError

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


@contextlib.contextmanager
def open_regular(path: str, limit: int | None = None, shown: str | None = None) -> Iterator[tuple[IO[bytes], int]]:
    """The regular file `path`, links followed, of at most `limit` bytes (see `bound`), and its size.

    shown: what it is called in messages; default its path.

    Raises:
        ContainerError: missing, no regular file, unreadable, or too large.
    """
    where = path if shown is None else shown
    try:
        # Looking first: opening a device may already do something. Then again at what was opened.
        _require_regular(os.stat(path).st_mode, where)  # noqa: PTH116 - a Path would turn "" into "."
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _require_regular(status.st_mode, where)
            if status.st_size > bound(limit):
                raise too_large(status.st_size, bound(limit), where)
            yield file, status.st_size
    except FileNotFoundError:
        raise ContainerError("no such file", where=where) from None
    except OSError as problem:
        raise ContainerError(f"cannot be read: {problem.strerror or problem}", where=where) from None
    except ValueError:  # a NUL or a lone surrogate
        raise ContainerError("cannot be read: no file can have this name", where=where) from None


def read_regular(path: str, limit: int | None = None) -> bytes:
    """The content of the regular file `path`; see `open_regular`."""
    most = bound(limit)
    with open_regular(path, limit) as (file, size):
        content = file.read(size + 1) or b""
        while len(content) > size and (more := file.read(min(2**24, most + 1 - len(content)))):
            content += more  # it grows, or is of a kind that does not tell its size
    if len(content) > most:
        raise too_large(None, most, path)
    return content


def _require_regular(mode: int, path: str) -> None:
    if not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "something else")
        raise ContainerError(f"expected a file, got {kind}", where=path)
