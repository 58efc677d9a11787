"""Changes that know nothing of the file: damage of disks, transfers and editors."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

Bytes = Callable[[bytes, random.Random], tuple[bytes, str]]


def flip(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    data, times = bytearray(content), rng.randint(1, 20)
    for _ in range(times):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data), f"{times} bytes changed"


def flip_head(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    data = bytearray(content)
    place = rng.randrange(min(len(data), 160))
    data[place] = rng.randrange(256)
    return bytes(data), f"byte {place} changed to {data[place]}"


def flip_tail(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    data = bytearray(content)
    place = rng.randrange(max(0, len(data) - 160), len(data))
    data[place] = rng.randrange(256)
    return bytes(data), f"byte {place} of {len(data)} changed to {data[place]}"


def truncate(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    length = rng.randrange(len(content))
    return content[:length], f"cut to {length} bytes"


def append(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    more = rng.choice([b"\0", b"\n", b"garbage", content, rng.randbytes(50), b"\x1f\x8b"])
    return content + more * rng.randint(1, 3), "something appended"


def blank(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    start, length = rng.randrange(len(content)), rng.randint(1, 100)
    return content[:start] + b"\0" * length + content[start + length :], f"{length} zeros at {start}"


def remove(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    start, length = rng.randrange(len(content)), rng.randint(1, 20)
    return content[:start] + content[start + length :], f"{length} bytes left out at {start}"


def insert(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randint(1, 20)) + content[start:], f"bytes put in at {start}"


def replace(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    magic = rng.choice(
        [b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"\x93NUMPY", b"BZh9", b"\0\0\x08\x03", b"x"]
    )
    return magic + rng.randbytes(rng.choice([0, 10, 1000])), f"random bytes behind {magic!r}"


RAW: tuple[Bytes, ...] = (flip, flip_head, flip_tail, truncate, append, blank, remove, insert, replace)


def on_disk(change: Bytes) -> Callable[[Path, random.Random], str]:
    """The change of a file as it lies there."""

    def changed(path: Path, rng: random.Random) -> str:
        content, what = change(path.read_bytes(), rng)
        path.write_bytes(content)
        return what

    return changed


def unpacked(change: Bytes) -> Callable[[Path, random.Random], str]:
    """The change of what a file holds: inside of gzip where its name says so."""

    def changed(path: Path, rng: random.Random) -> str:
        packed = path.name.endswith(".gz")
        content, what = change(gzip.decompress(path.read_bytes()) if packed else path.read_bytes(), rng)
        path.write_bytes(gzip.compress(content, 1, mtime=0) if packed else content)
        return f"{what}, in gzip" if packed else what

    return changed


CHANGES = [wrap(change) for change in RAW for wrap in (on_disk, unpacked)]
