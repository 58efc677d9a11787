"""Reading whole data files with one-line errors; nothing else in this package opens a data file itself."""

from __future__ import annotations

from fitness.containers.gzipped import gunzip
from fitness.containers.regular import read_regular
from fitness.errors import ContainerError, DataError

#: First bytes of what is packed in a way that is not read, and what it is.
PACKED = {
    b"BZh": "a bzip2 file; unpack it, or pack it with gzip",
    b"\xfd7zXZ": "an xz file; unpack it, or pack it with gzip",
}
#: First bytes of what is no text, and what it is.
MAGICS = {
    **PACKED,
    b"\x1f\x8b": "a gzip file; its name must end in .gz",
    b"\x28\xb5\x2f\xfd": "a zstd file; unpack it, or pack it with gzip",
    b"PK\x03\x04": "a zip file (or a workbook); unpack it, or save it as CSV",
    b"PAR1": "a Parquet file; save it as CSV",
    b"\xff\xfe": "UTF-16 text; save the file as UTF-8",
    b"\xfe\xff": "UTF-16 text; save the file as UTF-8",
}


def read_bytes(path: str, limit: int | None = None) -> bytes:
    """The content of `path`, decompressed when the name ends in ``.gz``, of at most `limit` bytes.

    Args:
        path: a regular file.
        limit: None for a quarter of the memory, see `fitness.containers.bound`.

    Raises:
        DataError: missing, a folder, a pipe or a device, unreadable, damaged gzip, too large, or empty.
    """
    content = read_regular(path, limit)
    if content and path.endswith(".gz"):
        content = gunzip(content, limit=limit, where=path)
    if not content:
        raise ContainerError("the file is empty", where=path)
    return content


def read_text(path: str, limit: int | None = None) -> str:
    """The content of `path` as text; a byte-order mark is dropped.

    Raises:
        DataError: as `read_bytes`, or not UTF-8 (what it is instead, or the line of the first bad byte).
    """
    content = read_bytes(path, limit)
    for magic, what in MAGICS.items():
        if content.startswith(magic):
            raise ContainerError(f"this is {what}", where=path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError("not UTF-8 text; save the file as UTF-8", where=f"{path}:{line}") from None
