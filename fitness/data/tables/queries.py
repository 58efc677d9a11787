"""Which files a query may read: those that its text names in quotes, and what is said of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitness.data.tables.database import engine, one_line
from fitness.errors import DataError

WHERE = "data.query"
_QUOTED = re.compile(r"'((?:[^']|'')+)'" + r'|"((?:[^"]|"")+)"')
_REFUSED = re.compile(r"[Cc]annot access (?:file|directory) \"([^\"]*)\"")
_REMOTE = re.compile(r"[\w+.-]+://[^\s'\"]*")
_MISSING = re.compile(r"No files found that match the pattern \"([^\"]*)\"")


def named_files(query: str, folder: str) -> list[str]:
    """The files between quotes in a query, as written and with their whole paths, with what their patterns match.

    folder: where relative names begin.
    """
    files: list[str] = []
    base = Path(folder or ".").absolute()
    for name in _names(query):
        try:
            files += _files(name, base)
        except (OSError, ValueError):  # a text that is no name of a file
            continue
    return list(dict.fromkeys(files))


def _names(query: str) -> list[str]:
    return [single.replace("''", "'") or double.replace('""', '"') for single, double in _QUOTED.findall(query)]


def _files(name: str, base: Path) -> list[str]:
    whole = str(base / name)
    if not any(mark in name for mark in "*?["):
        return [name, whole] if Path(whole).is_file() else []
    root = Path("/") if name.startswith("/") else base
    matched = [str(path) for path in sorted(root.glob(name.lstrip("/"))) if path.is_file()]
    return [name, whole, *matched] if matched else []


@contextmanager
def explained_query(query: str, folder: str) -> Iterator[None]:
    """Raise what DuckDB says of a query as one line."""
    try:
        yield
    except engine().Error as problem:
        raise DataError(_said(str(problem), query, folder), where=WHERE) from None


def _said(message: str, query: str, folder: str) -> str:
    refused = _REFUSED.search(message) or _MISSING.search(message)
    name = refused[1] if refused else None
    remote = _REMOTE.search(name or message)
    if remote is not None:
        return f"only local files are read, got {remote[0]!r}"
    if name is None:
        return one_line(message)
    if name in _names(query):
        return f"no file {name!r} in {folder or '.'}; names begin there, data.folder names another folder"
    return f"reads {name!r}, which it does not name between quotes: only files that it names so are read"
