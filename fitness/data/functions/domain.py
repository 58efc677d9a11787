"""Rows of a finite domain: all of them, or distinct ones drawn from the seed.

A row is a vector of digits; digit i takes values below `radices[i]`. A small domain is numbered and permuted; a large
one is drawn digit by digit and repeats are dropped. Training rows depend on `samples` alone and test rows are
further ones, so asking for more test rows leaves the training set as it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError
from genomes.streams import Role, stream

MAX_WHOLE = 2**20
MAX_NUMBERED = 2**22
#: Rows drawn at a time.
ROW_BLOCK = 4096
#: Base of the hash (SplitMix64's increment, odd).
HASH = 0x9E3779B97F4A7C15

Digits = NDArray[np.uint16]


def rows(radices: Sequence[int], samples: int | None, test_samples: int | None, seed: int, where: str) -> Digits:
    """uint16[samples + test_samples, digits], all distinct, test rows last; without `samples` the domain in order.

    Raises:
        DataError: more rows asked for than there are, or a whole domain of more than 2^20.
    """
    size = math.prod(radices)
    if samples is None:
        return _whole(radices, size, test_samples, where)
    total = samples + (test_samples or 0)
    if total > size:
        raise DataError(f"{total} distinct rows asked for, the function has only {size}; ask for fewer", where=where)
    if size <= max(MAX_NUMBERED, 2 * total):
        return _digits(stream(seed, Role.FUNCTION).permutation(size)[:total], radices)
    nothing = np.empty((0, len(radices)), dtype=np.uint16)
    train = _distinct(stream(seed, Role.FUNCTION), radices, samples, nothing)
    return train if not test_samples else _distinct(stream(seed, Role.TEST_ROWS), radices, test_samples, train)


def _whole(radices: Sequence[int], size: int, test_samples: int | None, where: str) -> Digits:
    if test_samples:
        raise DataError("test_samples needs samples: without it every row is taken already", where=where)
    if size > MAX_WHOLE:
        rows_text = f"2^{size.bit_length() - 1}" if size.bit_count() == 1 else str(size)
        raise DataError(
            f"the function has {rows_text} rows, at most {MAX_WHOLE} without data.samples; set it", where=where
        )
    return _digits(np.arange(size), radices)


def _digits(codes: NDArray[np.intp], radices: Sequence[int]) -> Digits:
    """Row numbers as digits, the first the most significant."""
    digits, rest = np.empty((len(codes), len(radices)), dtype=np.uint16), codes
    for place in reversed(range(len(radices))):
        rest, digits[:, place] = np.divmod(rest, radices[place])
    return digits


def _distinct(rng: np.random.Generator, radices: Sequence[int], count: int, drawn: Digits) -> Digits:
    """`found` followed by `count` rows that differ from it and from each other."""
    wanted = len(drawn) + count
    while len(drawn) < wanted:
        both = np.concatenate([drawn, _drawn(rng, radices, wanted - len(drawn))])
        drawn = both[_first_of_each(both, radices)]
    return drawn


def _first_of_each(rows: Digits, radices: Sequence[int]) -> NDArray[np.intp]:
    """Where each different row stands first, ascending: intp[different rows].

    Rows of a domain of less than 2^64 rows are told apart by their numbers, others by a hash: where two of a million
    are equal, the rows themselves are compared.
    """
    exact = math.prod(radices) < 2**64
    keys = np.zeros(len(rows), dtype=np.uint64)
    for place, radix in enumerate(radices):
        keys *= np.uint64(radix if exact else HASH)
        keys += rows[:, place]
    order = np.argsort(keys, kind="stable")
    new = np.concatenate([[True], np.diff(keys[order]) != 0])
    if not exact and not new.all():
        return np.sort(np.unique(rows, axis=0, return_index=True)[1])
    return np.sort(order[new])


def _drawn(rng: np.random.Generator, radices: Sequence[int], count: int) -> Digits:
    """uint16[count, digits], the same as if drawn at once: a block at a time, because draws are four times as large."""
    digits, bounds = np.empty((count, len(radices)), dtype=np.uint16), np.array(radices)
    for start in range(0, count, ROW_BLOCK):
        block = digits[start : start + ROW_BLOCK]
        block[:] = rng.integers(0, bounds, size=block.shape)
    return digits
