"""How many bytes a file may unpack to."""

from __future__ import annotations

from fitness.errors import ContainerError
from fitness.machine.memory import memory

#: Share of the memory that one file may fill: what is made of it needs room beside it.
SHARE = 4


def bound(limit: int | None) -> int:
    """`limit` (bytes), never more than all memory; None: a quarter of it."""
    most = memory()
    return most // SHARE if limit is None else min(limit, most)


def require_bound(n_bytes: int, limit: int | None, where: str) -> None:
    """Raise ContainerError where a file unpacks to more bytes than `limit` allows (see `bound`)."""
    most = bound(limit)
    if n_bytes > most:
        raise too_large(n_bytes, most, where)


def too_large(n_bytes: int | None, most: int, where: str) -> ContainerError:
    """The error for `n_bytes` (None: nobody knows how many) where `most` may be unpacked."""
    size = "more" if n_bytes is None else f"{n_bytes:,} bytes, more"
    return ContainerError(f"unpacks to {size} than the {most:,} bytes of data.unpack_limit", where=where)
