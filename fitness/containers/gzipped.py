"""Gzip, unpacked piece by piece up to a bound."""

from __future__ import annotations

import gzip
import io
import zlib

from fitness.containers.bound import bound, too_large
from fitness.errors import ContainerError

MAGIC = b"\x1f\x8b"
PIECE = 2**20


def gunzip(content: bytes, *, limit: int | None = None, where: str = "") -> bytes:
    """The bytes in a gzip file of one or several members; `limit` as in `bound`.

    Raises:
        ContainerError: not gzip, damaged, truncated, followed by something else, packed twice, or too large.
    """
    if not content.startswith(MAGIC):
        raise ContainerError("the name ends in .gz but this is no gzip file; rename or compress it", where=where)
    most, unpacked = bound(limit), bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while piece := file.read(min(PIECE, most + 1 - len(unpacked))):
                unpacked += piece
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ContainerError("truncated or damaged gzip file; fetch or compress it again", where=where) from None
    if len(unpacked) > most:
        raise too_large(None, most, where)
    if unpacked.startswith(MAGIC):
        raise ContainerError("a gzip file inside a gzip file; unpack it once", where=where)
    return bytes(unpacked)
