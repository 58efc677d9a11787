"""Writing files so that a kill, a full disk or a power cut leaves either the old file or the new one, never half."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evo.errors import StorageError

_NOT_ASCII = re.compile(r"[\x7f-\U0010ffff]")


def write_atomic(path: Path, content: bytes | str) -> None:
    """Replace `path` by `content`: written beside it, flushed to disk, renamed.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    payload = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise StorageError.of(problem, path) from None


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_unfinished(folder: Path) -> None:
    """Remove what a kill during `write_atomic` left in `folder`; only for the process that holds the run."""
    for path in folder.glob(".*.tmp"):
        if path.is_file():
            path.unlink(missing_ok=True)


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """JSON with keys in the given order, exact floats and no NaN; one line unless indented.

    Characters that do not print are escaped, so that nothing in it is obeyed by a terminal or ends a line.
    """
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return _NOT_ASCII.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def write_json(path: Path, value: Any) -> None:
    """`value` as indented JSON, atomically."""
    write_atomic(path, dump_json(value, indent=1) + "\n")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A CSV file with Unix line ends, atomically; None becomes an empty cell, floats keep every digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    write_atomic(path, text.getvalue())
