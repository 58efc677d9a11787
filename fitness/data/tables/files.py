"""Which kind of table a file is, told by its first bytes and its name, and what is refused before it is read."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fitness.containers.bound import bound, too_large
from fitness.containers.regular import open_regular
from fitness.data.files import PACKED
from fitness.data.tables.held import INPUT, held_input, looks_like_json, shown_name
from fitness.errors import ContainerError

PIECE = 2**20
#: First bytes of what is no table, and what it is.
REFUSED = {
    **PACKED,
    b"PK\x03\x04": "a zip file or a workbook (xlsx); unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old workbook (xls); save the sheet as CSV",
    b"SQLite format 3": "an SQLite database; save the table as CSV",
    b"\x93NUMPY": "a NumPy array; save it with np.savez(file, X=..., y=...) and use source: npz",
    b"%PDF": "a PDF file; save the table as CSV",
    b"<!DOCTYPE": "a web page; download the table itself",
    b"<html": "a web page; download the table itself",
    b"\x89HDF": "an HDF5 file; save the table as Parquet or CSV",
    b"ARROW1": "an Arrow file; save it as Parquet",
    b"Obj\x01": "an Avro file; save it as Parquet",
    b"ORC": "an ORC file; save it as Parquet",
    b"\x80\x04\x95": "a pickle, which is not opened; save the table as Parquet or CSV",
}
_GZIP, _ZSTD, _UTF16 = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", (b"\xff\xfe", b"\xfe\xff")
_JSON = re.compile(r"\.(json|jsonl|ndjson)(\.gz|\.zst)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableFile:
    """path: as DuckDB opens it; shown: in messages; format: csv, parquet or json; packed: none, gzip or zstd."""

    path: str
    shown: str
    format: str
    packed: str
    utf16: bool


def unpacked(file: TableFile) -> IO[bytes]:
    """The bytes of a file that is not packed, or by gzip."""
    return gzip.open(file.path, "rb") if file.packed == "gzip" else Path(file.path).open("rb")  # type: ignore[return-value]


@contextmanager
def table_file(path: str, limit: int | None) -> Iterator[TableFile]:
    """The file behind `path`, "-" being standard input.

    limit: bytes that it may unpack to; see `fitness.containers.bound.bound`.

    Raises:
        ContainerError: missing, no regular file, empty, too large, damaged, or of another kind, which is named.
    """
    if path != "-":
        yield look(path, shown_name(path), limit)
        return
    with held_input(limit) as held:
        yield look(held.path, INPUT, limit)


def look(path: str, shown: str, limit: int | None) -> TableFile:
    """What a file is; see `table_file`."""
    head = _head(path, shown, limit)
    packed = "gzip" if head.startswith(_GZIP) else "zstd" if head.startswith(_ZSTD) else "none"
    if shown.endswith(".gz") and packed != "gzip":
        raise ContainerError("the name ends in .gz but this is no gzip file; rename or compress it", where=shown)
    if packed == "gzip":
        head = _gzip_head(path, bound(limit), shown)
    for magic, what in REFUSED.items():
        if head.lower().startswith(magic.lower()):
            raise ContainerError(f"this is {what}", where=shown)
    if head.startswith(b"PAR1"):
        return TableFile(path, shown, "parquet", "none", False)
    json = _JSON.search(shown) is not None or (shown == INPUT and looks_like_json(head))
    return TableFile(path, shown, "json" if json else "csv", packed, head.startswith(_UTF16))


def _head(path: str, shown: str, limit: int | None) -> bytes:
    with open_regular(path, limit, shown) as (file, _):
        head = file.read(64)
    if not head:
        raise ContainerError("the file is empty", where=shown)
    return head


def _gzip_head(path: str, most: int, shown: str) -> bytes:
    """The first bytes of what is packed; the whole is unpacked once, piece by piece, to find damage and bombs."""
    size, head = 0, b""
    try:
        with gzip.open(path, "rb") as file:
            while piece := file.read(min(PIECE, most + 1 - size)):
                head = head or piece[:64]
                size += len(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ContainerError("truncated or damaged gzip file; fetch or compress it again", where=shown) from None
    if size > most:
        raise too_large(None, most, shown)
    if head.startswith(_GZIP):
        raise ContainerError("a gzip file inside a gzip file; unpack it once", where=shown)
    if not head:
        raise ContainerError("the file is empty", where=shown)
    return head
