"""The bytes of regular files. A FIFO, a device or a socket would hang the reader or never end."""

from __future__ import annotations

import os
import stat

from fitness.containers.bound import bound, too_large
from fitness.errors import ContainerError

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def read_regular(path: str, limit: int | None = None) -> bytes:
    """The content of the regular file `path`, links followed, of at most `limit` bytes (see `bound`).

    Raises:
        ContainerError: missing, no regular file, unreadable, or too large.
    """
    try:
        # Looking first: opening a device may already do something. Then again at what was opened.
        _require_regular(os.stat(path).st_mode, path)  # noqa: PTH116 - a Path would turn "" into "."
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _require_regular(status.st_mode, path)
            most = bound(limit)
            if status.st_size > most:
                raise too_large(status.st_size, most, path)
            content = file.read(status.st_size + 1) or b""
            while len(content) > status.st_size and (more := file.read(min(2**24, most + 1 - len(content)))):
                content += more  # it grows, or is of a kind that does not tell its size
    except FileNotFoundError:
        raise ContainerError("no such file", where=path) from None
    except OSError as problem:
        raise ContainerError(f"cannot be read: {problem.strerror or problem}", where=path) from None
    except ValueError:  # a NUL or a lone surrogate
        raise ContainerError("cannot be read: no file can have this name", where=path) from None
    if len(content) > most:
        raise too_large(None, most, path)
    return content


def _require_regular(mode: int, path: str) -> None:
    if not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "something else")
        raise ContainerError(f"expected a file, got {kind}", where=path)
