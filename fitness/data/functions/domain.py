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
    return np.stack(np.unravel_index(codes, tuple(radices)), axis=1).astype(np.uint16)


def _distinct(rng: np.random.Generator, radices: Sequence[int], count: int, found: Digits) -> Digits:
    """`found` followed by `count` rows that differ from it and from each other."""
    wanted = len(found) + count
    while len(found) < wanted:
        drawn = rng.integers(0, np.array(radices), size=(wanted - len(found), len(radices))).astype(np.uint16)
        both = np.concatenate([found, drawn])
        _, first = np.unique(both, axis=0, return_index=True)
        found = both[np.sort(first)]
    return found
