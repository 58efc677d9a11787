"""Containers that lie: npz archives of data and of weights, idx files, gzip."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzz.changes_bytes import RAW, on_disk, unpacked
from benchmarks.fuzz.data_sources import UNPACK_LIMIT, idx_bytes, packed

#: A pickle that makes the canary when it is read.
EVIL = b"\x80\x03cpathlib\nPath\nX\x12\x00\x00\x00../outside/canary\x85R.ctouch\n."
EVIL_CALL = b"cposix\nsystem\n(S'touch ../outside/canary'\ntR."
SHAPES: tuple[Any, ...] = (
    (10**18,), (10**18, 4), (2**62, 2), (2**31, 2**31), (0,), (0, 0), (0, 2**62), (), (60,), (60, 4, 1), (4, 60),
    (1,) * 64, (1,) * 65, (-1, 4),
    (60, -4), (True, 4), (10**300, 10**300), "60", None, (60.0, 4), ("60", 4), (60, 4, ()), (239,), (241,),
)  # fmt: skip
DTYPES: tuple[Any, ...] = (
    "<f8", ">f8", "<f4", ">f2", "<i8", ">i4", "<u2", "|b1", "|u1", "|i1", "<c16", "<M8[s]", "<M8[10000000000s]",
    "<m8[us]", "|O", "O8", "<U0", "<U1",
    ">U3", "<U1000000000", "|S0", "|S8", "|V8", "<f16", "f", "q", "object", "int; import os", "z9", "", "<f8,<f8",
    [("a", "<f8")], [("a", "|O")],
    [("a", [("b", "<f8")])], [("a", "<f8", (2, 2))], ("<f8", (2,)), ("<f8", (10**9,)), [], {}, 5, None, "T",
    "<U" + "9" * 50,
)  # fmt: skip


def npy(descr: Any, shape: Any, data: bytes, *, fortran: Any = False, version: tuple[int, int] = (1, 0)) -> bytes:
    """An npy file whose header says what it is told to."""
    header = repr({"descr": descr, "fortran_order": fortran, "shape": shape}).encode("latin-1", "replace")
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + size + header + data


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def write(path: Path, named: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in named.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)  # a ZipInfo holds no time of day


def _changed(path: Path, rng: random.Random, content: Callable[[bytes], bytes]) -> str:
    """One member replaced; its name."""
    named = members(path)
    name = rng.choice(sorted(named))
    write(path, named | {name: content(named[name])})
    return name


def header(path: Path, rng: random.Random) -> str:
    """Dtype and shape that lie, over the bytes that were there."""
    descr, shape = rng.choice(DTYPES), rng.choice(SHAPES)
    if rng.random() < 0.5:
        descr = rng.choice(["<f8", "<f4"])
    elif rng.random() < 0.5:
        shape = (60, 4)
    fortran, version = rng.choice([False, True, 1, None, "yes"]), rng.choice([(1, 0), (1, 0), (2, 0), (3, 0), (9, 9)])
    length = rng.choice([0, 8, 480, 1920, 1920, 1920, 10_000])
    name = _changed(path, rng, lambda _: npy(descr, shape, b"\1" * length, fortran=fortran, version=version))
    return f"{name} says {str(descr)[:30]} {str(shape)[:40]} {fortran} {version} over {length} bytes"


def fitting(path: Path, rng: random.Random) -> str:
    """A header that fits its bytes, of any dtype."""
    descr = rng.choice(
        ["<f8", ">f8", "<f4", ">f2", "<i8", ">i4", "|b1", "|u1", "<c16", "<M8[s]", "<U2", ">U2", "|S8", "|V8", "<f16"]
    )
    itemsize, shape = np.dtype(descr).itemsize, rng.choice([(60, 4), (60,), (5, 4), (2, 5), (5,), (1, 1), (), (60, 0)])
    data = rng.randbytes(int(np.prod(shape)) * itemsize)
    name = _changed(path, rng, lambda _: npy(descr, shape, data, fortran=rng.random() < 0.5))
    return f"{name} is random {descr}{list(shape)}"


def headless(path: Path, rng: random.Random) -> str:
    text = rng.choice([
        b"", b"hello", b"\x93NUMPY", b"\x93NUMPY\1\0", b"\x93NUMPY\1\0\xff\xff", b"\x93NUMPY\2\0\xff\xff\xff\xff{",
        EVIL_CALL, EVIL,
        b"\x93NUMPY\1\0" + struct.pack("<H", 9000) + b"(" * 9000,
        b"\x93NUMPY\1\0" + struct.pack("<H", 60000) + b"-" * 60000 + b"1",
        b"\x93NUMPY\1\0" + struct.pack("<H", 40) + b"{'descr': 1 if True else 2, 'shape': ()}",
        b"\x93NUMPY\1\0" + struct.pack("<H", 5) + b"\xff\xfe\0\0\0",
        b"\x93NUMPY\1\0" + struct.pack("<H", 70) + b"__import__('pathlib').Path('../outside/canary').touch()".ljust(70),
    ])  # fmt: skip
    return f"{_changed(path, rng, lambda _: text)} holds {text[:30]!r}"


def objects(path: Path, rng: random.Random) -> str:
    evil = rng.choice([EVIL, EVIL_CALL])
    return f"{_changed(path, rng, lambda _: npy('|O', (60, 4), evil))} holds a pickle that runs code"


def inner(path: Path, rng: random.Random) -> str:
    """Any damage of a member, packed soundly."""
    said = []

    def damaged(content: bytes) -> bytes:
        made, what = rng.choice(RAW)(content, rng)
        said.append(what)
        return made

    return f"{_changed(path, rng, damaged)}: {''.join(said)}"


def method(path: Path, rng: random.Random) -> str:
    kind = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    write(path, members(path), kind)
    return f"packed by method {kind}"


def directory(path: Path, rng: random.Random) -> str:
    """A field of the zip directory, or of the header before a member, that lies."""
    data = bytearray(path.read_bytes())
    field = rng.choice(
        ["flags", "method", "crc", "packed size", "size", "offset", "name length", "extra length", "disk"]
    )
    local = {"flags": 6, "method": 8, "crc": 14, "packed size": 18, "size": 22, "name length": 26, "extra length": 28}
    central = {name: place + 2 for name, place in local.items()} | {"offset": 42, "disk": 34}
    places = [(b"PK\1\2", central)] if field in ("offset", "disk") or rng.random() < 0.6 else [(b"PK\3\4", local)]
    wide = field in ("crc", "packed size", "size", "offset")
    value = (
        rng.choice([0, 1, 9, 12, 14, 93, 99, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, 10_000_000, UNPACK_LIMIT + 1])
        if wide
        else rng.choice([0, 1, 9, 12, 14, 93, 0xFFFF])
    )
    start = data.find(places[0][0], rng.choice([0, 0, len(data) // 2]))
    at = max(start, 0) + places[0][1][field]
    data[at : at + (4 if wide else 2)] = struct.pack("<I" if wide else "<H", value)
    path.write_bytes(bytes(data))
    return f"{field} of the {'directory' if central in places[0] else 'member'} is {value}"


def twice(path: Path, rng: random.Random) -> str:
    named = members(path)
    name = rng.choice(sorted(named))
    with zipfile.ZipFile(path, "a") as archive, _silent():
        archive.writestr(zipfile.ZipInfo(rng.choice([name, name.removesuffix(".npy")])), named[name])
    return f"{name} is there twice"


def _silent() -> Any:
    import warnings  # noqa: PLC0415

    return warnings.catch_warnings(action="ignore")


def names(path: Path, rng: random.Random) -> str:
    named = members(path)
    new = rng.choice(
        [
            "../../outside/x.npy",
            "/etc/x.npy",
            "x" * 60_000,
            "\x1b[31m.npy",
            "\u202e.npy",
            "weights_99.npy",
            "weights_-1.npy",
            "bias_0.npy",
            ".npy",
        ]
    )
    old = rng.choice(sorted(named))
    write(path, {new if name == old else name: content for name, content in named.items()})
    return f"{old} is called {new[:30]!r}"


def many(path: Path, rng: random.Random) -> str:
    n = rng.choice([2000, 20_000])
    write(path, members(path) | {f"more_{i}.npy": b"" for i in range(n)})
    return f"{n:,} more members"


def bomb(path: Path, rng: random.Random) -> str:
    """Kilobytes that unpack to more than the config allows, and honestly say so, or do not."""
    array = np.zeros((UNPACK_LIMIT // 16, 4))
    named = members(path)
    name = rng.choice(sorted(named))
    content = io.BytesIO()
    np.save(content, array)
    write(path, named | {name: content.getvalue()})
    if rng.random() < 0.5:
        return f"{name} unpacks to {array.nbytes:,} bytes"
    real = len(content.getvalue())
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", real), struct.pack("<I", 2048)))
    return f"{name} unpacks to {array.nbytes:,} bytes, and says 2,048"


def layout(path: Path, rng: random.Random) -> str:
    """Arrays that NumPy reads as well as any: another order, byte order, or size of numbers."""
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    changes: dict[str, Callable[[Any], Any]] = {
        "Fortran order": np.asfortranarray,
        "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
        "float16": lambda a: a.astype(np.float16) if a.dtype.kind == "f" else a,
        "long double": lambda a: a.astype(np.longdouble) if a.dtype.kind == "f" else a,
        "a view": lambda a: a[::-1],
        "integers": lambda a: (a * 3).astype(np.int16) if a.dtype.kind == "f" else a,
        "huge": lambda a: a.astype(np.float64) * 1e300 if a.dtype.kind == "f" else a,
        "NaN": lambda a: np.where(a > a.min(), a, np.nan) if a.dtype.kind == "f" else a,
        "a column": lambda a: a.reshape(-1, 1),
    }
    what = rng.choice(sorted(changes))
    path.write_bytes(packed(**{name: changes[what](array) for name, array in arrays.items()}))
    return f"arrays as {what}"


#: Every change of an archive; the more ways it has, the more often.
NPZ = [
    *[header, directory] * 3,
    *[fitting, headless, inner, bomb, layout] * 2,
    *[objects, method, twice, names, many],
]


def idx_header(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    axes = rng.choice([0, 1, 2, 3, 3, 3, 4, 8, 9, 64, 65, 255])
    sizes = [rng.choice([0, 1, 2, 60, 2**31, 2**32 - 1]) for _ in range(axes)]
    kind = rng.choice([8, 8, 8, 8, 9, 11, 13, 14, 0, 255])
    rest = rng.choice([b"", content[16:], b"\0" * 240])
    return bytes([0, 0, kind, axes]) + struct.pack(f">{axes}I", *sizes) + rest, f"type {kind}, shape {sizes[:5]}"


def idx_shape(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    """A header that fits its bytes."""
    shape = rng.choice(
        [
            (60,),
            (60, 4),
            (60, 2, 2, 1),
            (1, 2000, 1000),
            (60, 0, 2),
            (0, 2, 2),
            (60, 1),
            (61, 2, 2),
            (1,) * 65,
            (60, *(1,) * 60),
            (2, 1100, 1000),
        ]
    )
    return idx_bytes(np.zeros(shape, np.uint8) if len(shape) <= 64 else 0)[:3] + bytes([len(shape)]) + struct.pack(
        f">{len(shape)}I", *shape
    ) + rng.randbytes(int(np.prod(shape))), f"images {list(shape)[:5]}"


def idx_bomb(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    n = UNPACK_LIMIT // 4 + rng.choice([-100_000, 1000])
    return bytes([0, 0, 8, 3]) + struct.pack(">3I", n, 2, 2) + b"\0" * (4 * n), f"{n:,} black images"


IDX = [unpacked(change) for change in (idx_header, idx_header, idx_shape, idx_shape, idx_bomb)]


def gzip_twice(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    return gzip.compress(content, 1, mtime=0), "packed twice"


def gzip_members(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    n = rng.choice([2, 1000])
    empty = gzip.compress(b"", mtime=0)
    return rng.choice([content + empty * n, empty * n + content, content + content]), f"{n} members"


def gzip_tail(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    more = rng.choice([b"\0" * 100, b"garbage", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\0\0\0\0\0", b"\n"])
    return content + more, f"{more[:10]!r} behind the end"


def gzip_bomb(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Megabytes of zeros, at once or in many members."""
    pieces = rng.choice([1, 50])
    one = gzip.compress(b"\0" * (200_000_000 // pieces), 1, mtime=0)
    return rng.choice([one * pieces, content + one * pieces]), f"200 MB in {pieces} members"


def gzip_flags(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    flags = rng.randrange(256)
    return content[:3] + bytes([flags]) + content[4:], f"flags {flags:#x}"


def zlib_stream(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    raw = gzip.decompress(content)
    return rng.choice([zlib.compress(raw), raw, b"BZh9" + raw, b"PK\3\4" + raw]), "another format by the name of gzip"


GZIP = [on_disk(change) for change in (gzip_twice, gzip_members, gzip_tail, gzip_bomb, gzip_flags, zlib_stream)]
