"""Reading whole files with one-line errors; nothing else in this package opens a data file itself."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from fitness.errors import DataError


def read_bytes(path: str) -> bytes:
    """The content of `path`, decompressed when the name ends in ``.gz``.

    Raises:
        DataError: missing, a folder, unreadable, damaged gzip, or empty.
    """
    raw = _raw(path)
    content = _gunzip(path, raw) if path.endswith(".gz") else raw
    if not content:
        raise DataError("the file is empty", where=path)
    return content


def read_text(path: str) -> str:
    """The content of `path` as text; a byte-order mark is dropped.

    Raises:
        DataError: as `read_bytes`, or not UTF-8 (with the line of the first bad byte).
    """
    content = read_bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError("not UTF-8 text; save the file as UTF-8", where=f"{path}:{line}") from None


def _raw(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise DataError("no such file", where=path) from None
    except IsADirectoryError:
        raise DataError("expected a file, got a folder", where=path) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"cannot be read: {reason}", where=path) from None


def _gunzip(path: str, raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw)
    except gzip.BadGzipFile:
        raise DataError("the name ends in .gz but this is no gzip file; rename or compress it", where=path) from None
    except (EOFError, zlib.error):
        raise DataError("truncated or damaged gzip file; fetch or compress it again", where=path) from None
