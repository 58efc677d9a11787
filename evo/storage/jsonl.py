"""Journals: files of one JSON object per line that only grow.

A kill can tear the last line. Readers therefore skip a last line that does not end in a newline, and a resumed run cuts
it off before it appends. A line in the middle that is not JSON is damage and is reported, never skipped silently.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from evo.errors import CheckpointError, StorageError
from evo.storage.atomic import dump_json


class Journal:
    """An open journal; every `append` is one write of one whole line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: BinaryIO = path.open("ab", buffering=0)
        except OSError as problem:
            raise StorageError.of(problem, path) from None

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one line.

        Raises:
            StorageError: the disk is full.
        """
        line = (dump_json(record) + "\n").encode()
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as problem:
            raise StorageError.of(problem, self.path) from None

    def size(self) -> int:
        """Length in bytes."""
        return os.fstat(self._file.fileno()).st_size

    def sync(self) -> None:
        """Flush to disk."""
        try:
            os.fsync(self._file.fileno())
        except OSError as problem:
            raise StorageError.of(problem, self.path) from None

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()


def read_journal(path: Path) -> list[dict[str, Any]]:
    """All whole lines of a journal; none if the file does not exist.

    Raises:
        CheckpointError: a line that is not a JSON object.
    """
    if not path.exists():
        return []
    records = []
    lines = path.read_bytes().split(b"\n")[:-1]  # what follows the last newline is torn, or nothing
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
        except ValueError:
            raise CheckpointError("this line is not JSON; the file is damaged", where=f"{path}:{number}") from None
        records.append(record)
    return records


def cut_torn_line(path: Path) -> int:
    """Remove a last line without newline; returns how many bytes were cut."""
    if not path.exists():
        return 0
    content = path.read_bytes()
    keep = content.rfind(b"\n") + 1
    if keep < len(content):
        os.truncate(path, keep)
    return len(content) - keep


def cut_to(path: Path, length: int) -> int:
    """Cut a journal to its first `length` bytes; returns how many whole or torn lines were dropped."""
    content = path.read_bytes() if path.exists() else b""
    dropped = content[length:]
    if dropped:
        os.truncate(path, length)
    return dropped.count(b"\n") + (0 if dropped.endswith(b"\n") or not dropped else 1)
