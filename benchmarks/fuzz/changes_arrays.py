"""Arrays of a run directory that say something else, with digests that fit: checkpoints, quarantined tasks, networks.

A change picks a file and an array in it, changes it, and writes the file again as evo would have: the SHA-256 beside a
checkpoint is made to match, so that nothing but the arrays themselves gives the change away.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
Change = Callable[[Path, random.Random], str]
#: A change in place of named arrays; returns what it did in words.
ArraysChange = Callable[[Arrays, random.Random], str]
INTEGERS = (
    0,
    1,
    -1,
    2,
    31,
    32,
    33,
    63,
    64,
    255,
    1 << 15,
    1 << 31,
    (1 << 31) - 1,
    1 << 40,
    (1 << 53) + 1,
    (1 << 63) - 1,
)
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, -1e300, np.nan, np.inf, -np.inf, 0.5, 2.0, 1e9)
DTYPES = ("i1", "i2", "i4", "i8", "u1", "u4", "u8", "f2", "f4", "f8", "c16", "?", "U3", "S8", "M8[s]")
#: Raw headers that no NumPy writes.
SHAPES = (
    "(1000000000000,)",
    "(-1,)",
    "(4611686018427387904, 4)",
    "(0, 99999999999999999999)",
    "()",
    "(1,) * 40",
    "(1.5,)",
)


def files(folder: Path) -> list[Path]:
    """Every file of arrays in a run directory, the newest checkpoint first and most often."""
    checkpoints = sorted((folder / "checkpoints").glob("gen_*.npz"), reverse=True)
    others = [*sorted((folder / "quarantine").glob("*.npz")), *folder.glob("network.npz")]
    return [*checkpoints[:1] * 3, *checkpoints[1:], *others]


def read(path: Path) -> Arrays:
    """All arrays of a file."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def packed(arrays: Arrays, *, compressed: bool = False) -> bytes:
    """The bytes of an npz file."""
    content = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(content, **arrays)  # type: ignore[arg-type]
    return content.getvalue()


def put(path: Path, content: bytes) -> None:
    """Replace a file and make the digest beside a checkpoint fit."""
    path.write_bytes(content)
    description = path.with_suffix(".json")
    if description.exists():
        facts = json.loads(description.read_text(encoding="utf-8"))
        description.write_text(json.dumps(facts | {"sha256": hashlib.sha256(content).hexdigest()}), encoding="utf-8")


def on_one(change: Callable[[NDArray[Any], random.Random], tuple[NDArray[Any], str]]) -> ArraysChange:
    """A change of one array of several."""

    def changed(arrays: Arrays, rng: random.Random) -> str:
        name = _filled(arrays, rng)
        arrays[name], words = change(arrays[name], rng)
        return f"{name} {words}"

    return changed


def _filled(arrays: Arrays, rng: random.Random) -> str:
    """The name of an array that holds something."""
    return rng.choice([name for name, array in arrays.items() if array.size] or sorted(arrays))


def in_file(change: ArraysChange) -> Change:
    """The change, of the arrays of one file of a run directory."""

    def changed(folder: Path, rng: random.Random) -> str:
        path = rng.choice(files(folder))
        arrays = read(path)
        words = change(arrays, rng)
        put(path, packed(arrays))
        return f"{path.relative_to(folder)}: {words}"

    return changed


def _elements(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    """Some elements, one more often than all of them, are random, extreme or those of a neighbour."""
    flat, size = array.flatten(), array.size
    rows = sorted(rng.sample(range(size), min(size, rng.choice((1, 1, 1, 2, 5, size)))))
    with np.errstate(all="ignore"):
        for row in rows:
            flat[row] = _value(flat, rng)
    return flat.reshape(array.shape), f"[{rows[0] if rows else ''}...] x {len(rows)} set"


def _value(flat: NDArray[Any], rng: random.Random) -> Any:
    kind, near = flat.dtype.kind, rng.random() < 0.3
    if near and kind in "iuf":
        return flat[rng.randrange(len(flat))] + flat.dtype.type(rng.choice((1, 2)))
    if kind == "f":
        return rng.choice((*FLOATS, rng.uniform(-10, 10)))
    if kind in "iu":
        whole = rng.choice((*INTEGERS, rng.getrandbits(64), rng.randrange(100)))
        return np.array([whole % (1 << 64)], dtype=np.uint64).astype(flat.dtype)[0]
    return rng.choice(("mask", "network", "round", "candidates", "")) if kind == "U" else bool(rng.getrandbits(1))


def _bits(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    content = bytearray(array.tobytes())
    for _ in range(rng.choice((1, 1, 8))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return np.frombuffer(bytes(content), dtype=array.dtype).reshape(array.shape), "with flipped bits"


def _dtype(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    dtype = rng.choice(DTYPES)
    with np.errstate(all="ignore"):
        try:
            return array.astype(dtype), f"as {dtype}"
        except (ValueError, TypeError):
            return np.zeros(array.shape, dtype), f"as zeros of {dtype}"


def _laid_out(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    if rng.random() < 0.5:
        return array.astype(array.dtype.newbyteorder(">")), "big-endian"
    return np.asfortranarray(array), "in Fortran order"


def _shape(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    ways: list[Callable[[NDArray[Any]], NDArray[Any]]] = [
        np.ravel, lambda a: a[None], lambda a: a[..., None], np.transpose, lambda a: a.reshape(-1)[:1].reshape(()),
        lambda a: np.atleast_1d(a)[:0],
    ]  # fmt: skip
    changed = rng.choice(ways)(array)
    return np.ascontiguousarray(changed).reshape(changed.shape), f"of shape {changed.shape}"


def _length(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    flat = np.atleast_1d(array)
    if rng.random() < 0.5:
        return flat[: rng.randrange(len(flat))].copy(), "cut short"
    times = rng.choice((1, 1, 1000))
    return np.concatenate([flat, *[flat[-1:]] * times]), f"longer by {times}"


def _order(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    flat = np.atleast_1d(array)
    rows = list(range(len(flat)))
    rng.shuffle(rows)
    return flat[rows] if rng.random() < 0.5 else flat[::-1].copy(), "in another order"


def _same_rows(array: NDArray[Any], rng: random.Random) -> tuple[NDArray[Any], str]:
    changed = np.atleast_1d(array).copy()
    changed[rng.randrange(len(changed))] = changed[rng.randrange(len(changed))]
    return changed, "with a row twice"


def _swap(arrays: Arrays, rng: random.Random) -> str:
    first, second = rng.sample(sorted(arrays), 2)
    arrays[first], arrays[second] = arrays[second], arrays[first]
    return f"{first} and {second} exchanged"


def _drop(arrays: Arrays, rng: random.Random) -> str:
    name = rng.choice(sorted(arrays))
    del arrays[name]
    return f"without {name}"


def _add(arrays: Arrays, rng: random.Random) -> str:
    source = rng.choice(sorted(arrays))
    name = rng.choice(
        ("memory.more", "island.0.best", "island.7.counters", "island.x.best", "island." * 900 + "best", "x" * 5000,
         f"memory.{source}", f"island.0.island.0.{source}", "weights_9", "\x1b[31m\nred", source + ".npy")
    )  # fmt: skip
    arrays[name] = arrays[source]
    return f"with {name[:30]!r} like {source}"


def _mix(arrays: Arrays, rng: random.Random) -> str:
    return "; ".join(on_one(rng.choice((_elements, _bits, _order)))(arrays, rng) for _ in range(rng.randrange(2, 6)))


def from_another(folder: Path, rng: random.Random) -> str:
    """One file of arrays in the place of another."""
    path, other = rng.choice(files(folder)), rng.choice(files(folder))
    put(path, other.read_bytes())
    return f"{path.relative_to(folder)}: the content of {other.name}"


def in_all(folder: Path, rng: random.Random) -> str:
    """The same array changed in every checkpoint, so that none is left to go back to."""
    name, seed = "", rng.random()
    for path in sorted((folder / "checkpoints").glob("gen_*.npz")):
        arrays, same = read(path), random.Random(seed)
        name = name or _filled(arrays, same)
        if name in arrays and arrays[name].size:
            arrays[name], _ = _elements(arrays[name], same)
        put(path, packed(arrays))
    return f"{name} in all checkpoints"


def bomb(folder: Path, rng: random.Random) -> str:
    """A member of zeros that unpacks to some hundred times the file, or a file that is only compressed."""
    path = rng.choice(files(folder))
    arrays = read(path)
    if rng.random() < 0.5:
        put(path, packed(arrays, compressed=True))
        return f"{path.relative_to(folder)}: compressed"
    name = rng.choice(sorted(arrays))
    arrays[name] = np.zeros((60_000_000 // arrays[name].dtype.itemsize, *arrays[name].shape[1:2]), arrays[name].dtype)
    put(path, packed(arrays, compressed=True))
    return f"{path.relative_to(folder)}: {name} is a bomb"


def raw_header(folder: Path, rng: random.Random) -> str:
    """A header that promises a shape, order or type which the bytes do not have."""
    path = rng.choice(files(folder))
    arrays = read(path)
    name, shape = rng.choice(sorted(arrays)), rng.choice(SHAPES)
    descr = rng.choice((repr(arrays[name].dtype.str), "'|O'", "'<i8'", "[('a', '<i8')]", "'<i0'"))
    text = f"{{'descr': {descr}, 'fortran_order': {rng.choice((True, False))}, 'shape': {shape}, }}"
    head = text.ljust(117).encode() + b"\n"
    member = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + arrays.pop(name).tobytes()
    put(path, with_member(packed(arrays), f"{name}.npy", member))
    return f"{path.relative_to(folder)}: {name} with the header {text}"


def member_twice(folder: Path, rng: random.Random) -> str:
    """Two members of one name."""
    path = rng.choice(files(folder))
    arrays = read(path)
    name = rng.choice(sorted(arrays))
    content = io.BytesIO()
    np.save(content, np.zeros_like(arrays[name]))
    put(path, with_member(packed(arrays), f"{name}.npy", content.getvalue()))
    return f"{path.relative_to(folder)}: {name} twice"


def with_member(content: bytes, name: str, member: bytes) -> bytes:
    """An archive with one more member."""
    file = io.BytesIO(content)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")  # of a name that is there already
        archive.writestr(zipfile.ZipInfo(name), member)
    return file.getvalue()


def description(folder: Path, rng: random.Random) -> str:
    """A value in the description of the newest checkpoint that it cannot have."""
    path = sorted((folder / "checkpoints").glob("gen_*.json"))[-1]
    facts = json.loads(path.read_text(encoding="utf-8"))
    name = rng.choice(sorted(facts))
    facts[name] = rng.choice((float("nan"), float("inf"), -1, -1.5, True, None, [], "", "0" * 64, 10**400, 1e300, {}))
    path.write_text(json.dumps(facts), encoding="utf-8")
    return f"{path.name}: {name} {str(facts[name])[:20]}"


#: Changes of arrays as they are in memory, some more often than others.
OF_ARRAYS: list[ArraysChange] = [
    *[on_one(_elements)] * 6, *[on_one(_bits)] * 2, on_one(_dtype), on_one(_laid_out), on_one(_shape), on_one(_length),
    on_one(_order), on_one(_same_rows), _swap, _drop, _add, *[_mix] * 2,
]  # fmt: skip
CHANGES: list[Change] = [
    *map(in_file, OF_ARRAYS), from_another, in_all, bomb, raw_header, member_twice, description,
]  # fmt: skip
