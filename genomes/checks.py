"""Arrays from disk, checked before anything computes with them.

Compiled kernels read and write wherever a number sends them, so a number that came from a file is checked first: the
array is there, of the type and shape that it must have, every value in range. What several arrays say together (offsets
that end where the rows end, terms that are terms) is checked by whoever knows what they mean, with the same errors.

How bytes become arrays, in the machine's byte order and laid out as kernels take them, is the business of
`fitness.containers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.errors import GenomeError

Arrays = Mapping[str, NDArray[Any]]
#: The largest whole number that counters may have: sums of them stay within int64, and floats hold it exactly.
MOST = 1 << 53
#: Characters of a name that messages quote.
_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Expected:
    """What an array must be.

    shape: length of every axis, None where any will do; low, high: the least and the largest value it may hold, by
    default whatever the type holds, but no infinity; nan: whether NaN may stand among them.
    """

    dtype: type[np.generic]
    shape: tuple[int | None, ...]
    low: float | None = None
    high: float | None = None
    nan: bool = False

    def __str__(self) -> str:
        axes = ", ".join("any" if size is None else str(size) for size in self.shape)
        return f"{np.dtype(self.dtype)}[{axes}]"


def check_array(arrays: Arrays, name: str, expected: Expected) -> NDArray[Any]:
    """The array `name`.

    Raises:
        GenomeError: it is missing, of another type or shape, or holds a value out of range.
    """
    if name not in arrays:
        raise GenomeError("this array is missing", where=name)
    array = arrays[name]
    if array.dtype != expected.dtype or not _fits(array.shape, expected.shape):
        got = f"{array.dtype}[{', '.join(map(str, array.shape))}]"
        raise GenomeError(f"expected {expected}, got {got}", where=name)
    _check_range(array, name, expected)
    return array


def check_names(arrays: Iterable[str], known: Iterable[str]) -> None:
    """Raise GenomeError where there is an array of a name that is not `known`."""
    unknown = sorted(set(arrays) - set(known))
    if unknown:
        shown = unknown[0] if len(unknown[0]) <= _QUOTED else unknown[0][:_QUOTED] + "..."
        raise GenomeError(f"there is no array of the name {shown!r} in such a file; it is damaged or of another run")


def check_offsets(offsets: NDArray[np.int64], n_rows: int, name: str, *, longest: int | None = None) -> None:
    """Raise GenomeError unless int64[n + 1] `offsets` cut `n_rows` rows into n parts of at most `longest`."""
    rises = (offsets[1:] >= offsets[:-1]).all()  # a difference could overflow
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != n_rows or not rises:
        raise GenomeError(f"expected numbers that rise from 0 to {n_rows}, the rows they cut", where=name)
    most = int(np.diff(offsets).max(initial=0))
    if longest is not None and most > longest:
        raise GenomeError(f"expected at most {longest} rows in each part, got {most}", where=name)


def check_count(count: int, least: int, most: int, what: str, name: str = "") -> None:
    """Raise GenomeError unless `count` lies from `least` to `most`."""
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise GenomeError(f"expected {wanted} {what}, got {count}", where=name)


@contextmanager
def within(prefix: str) -> Iterator[None]:
    """Put `prefix` before the names in errors about arrays that have shorter names in the block."""
    try:
        yield
    except GenomeError as problem:
        raise GenomeError(problem.message, where=f"{prefix}{problem.where}") from None


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    if len(shape) != len(expected):
        return False
    return all(wanted in (None, size) for size, wanted in zip(shape, expected, strict=True))


def _check_range(array: NDArray[Any], name: str, expected: Expected) -> None:
    low, high = _range(expected)
    if expected.nan:
        array = array[~np.isnan(array)]
    if array.size == 0:
        return
    least, most = array.min(), array.max()  # NaN if any is
    if not (low <= least and most <= high):
        got = most if low <= least else least
        raise GenomeError(f"expected values from {low} to {high}, got {got}", where=name)


def _range(expected: Expected) -> tuple[Any, Any]:
    """The least and the largest value allowed."""
    kind = np.dtype(expected.dtype)
    if kind.kind == "b":
        return False, True
    limits = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    low = limits.min if expected.low is None else expected.low
    high = limits.max if expected.high is None else expected.high
    return low, high
