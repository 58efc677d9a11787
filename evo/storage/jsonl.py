"""Writing journals: files of one JSON object per line that only grow.

A kill can tear the last line. Readers skip it (`evo.storage.lines`), and a resumed run cuts it off before it appends.
metrics.jsonl carries state: a checkpoint holds for one beginning of it, and a run that cannot write it ends. The others
only inform: what cannot be written into them is reported once, and the run continues.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from evo.errors import CheckpointError, StorageError
from evo.storage.digest import Digest
from evo.storage.folder import Folder
from evo.storage.lines import ENDS, blocks
from evo.storage.texts import dump_json


class Journal:
    """An open journal that carries state; every `append` is one write of one whole line.

    Args:
        folder: where it is.
        name: its name there.
        digest: of what it holds already.
    """

    def __init__(self, folder: Folder, name: str, digest: Digest) -> None:
        self.path, self._digest = folder.root / name, digest
        self._file = folder.appendable(name)

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one line.

        Raises:
            StorageError: the disk is full.
        """
        line = _line(record)
        try:
            _write(self._file, line)
        except OSError as problem:
            raise StorageError.of(problem, self.path) from None
        self._digest.add(line)

    @property
    def digest(self) -> Digest:
        """Of all it holds now."""
        return self._digest.copy()

    def sync(self) -> None:
        """Flush to disk."""
        try:
            os.fsync(self._file.fileno())
        except OSError as problem:
            raise StorageError.of(problem, self.path) from None

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()


class Informal:
    """An open journal that only informs: where it cannot be written, `tell` gets one line, once, and nothing is raised.

    A last line without newline is cut off before anything is added.
    """

    def __init__(self, folder: Folder, name: str, tell: Callable[[str], None]) -> None:
        self.path, self._tell = folder.root / name, tell
        self._file: BinaryIO | None = None
        try:
            cut_torn_line(folder, name)
            self._file = folder.appendable(name)
        except (CheckpointError, StorageError) as problem:
            self._complain(problem.message)

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one line, whole or not at all."""
        if self._file is None:
            return
        before = os.fstat(self._file.fileno()).st_size
        try:
            _write(self._file, _line(record))
        except OSError as problem:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file.fileno(), before)
            self._complain(problem.strerror or str(problem))

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._file is not None:
            self._file.close()

    def _complain(self, reason: str) -> None:
        self._tell(f"warning: {self.path.name} cannot be written ({reason}); the run continues without it")
        self._tell = _nothing


def _nothing(_: str) -> None:
    """From the second time on."""


def _line(record: Mapping[str, Any]) -> bytes:
    return (dump_json(record) + "\n").encode()


def _write(file: BinaryIO, line: bytes) -> None:
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def cut_torn_line(folder: Folder, name: str) -> None:
    """Remove a last line without newline; one that is longer than any of evo's is ended instead."""
    size = folder.size(name)
    for n_bytes in ENDS if size else ():
        end = folder.read_end(name, n_bytes)
        keep = end.rfind(b"\n") + 1
        if keep or len(end) < n_bytes:
            if keep < len(end):
                folder.truncate(name, size - len(end) + keep)
            return
    if size:
        with folder.appendable(name) as file:
            file.write(b"\n")


def cut_to(folder: Folder, name: str, length: int) -> int:
    """Cut a journal to its first `length` bytes; returns how many whole or torn lines were dropped."""
    if folder.size(name) <= length:
        return 0
    dropped, block = 0, b""
    with folder.opened(name) as file:
        file.seek(length)
        for block in blocks(file):
            dropped += block.count(b"\n")
    folder.truncate(name, length)
    return dropped + (not block.endswith(b"\n"))
