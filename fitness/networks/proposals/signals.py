"""What screens read of a pool and a target: bits of chosen literals, known rows, and samples of equal weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.target import Rows, Target
from genomes.bits import Bools, Words, unpack

Bytes = NDArray[np.uint8]


class Grown(NamedTuple):
    """What an operator has put into a pool. literal: its answer; parts: literals of units on the way, the last last."""

    literal: int
    parts: tuple[int, ...] = ()


def input_literals(pool: Pool) -> list[int]:
    """The literal of every input."""
    return list(range(2, 2 * pool.first, 2))


def columns_of(pool: Pool, literals: Sequence[int]) -> Words:
    """uint64[len(literals), W]: where each literal holds."""
    chosen = np.array(literals, dtype=np.int64)
    columns: Words = pool.columns[chosen >> 1]
    columns[chosen & 1 == 1] ^= pool.valid
    return columns


def bits_of(pool: Pool, literals: Sequence[int], rows: Rows) -> Bytes:
    """uint8[len(rows), len(literals)]: the value of each literal on `rows`."""
    values = unpack(columns_of(pool, literals), pool.n_rows)[:, rows]
    return np.ascontiguousarray(values.T).view(np.uint8)


def known_rows(target: Target) -> Rows:
    """All rows that an operator may look at, ascending."""
    return np.union1d(target.grow, target.prune)


def spread(rows: Rows, n: int) -> Rows:
    """At most n of `rows`, at equal distances."""
    return rows if len(rows) <= n else rows[np.arange(n) * len(rows) // n]


def drawn_by_weight(weights: NDArray[np.int64], n: int) -> Rows:
    """n row numbers at equal distances of weight: a row of mean weight once, one of twice that two times.

    Systematic sampling (Madow, 1949) without a random start, in whole numbers; rows of equal weight come once each
    where n is their number.
    """
    total = np.cumsum(weights, dtype=np.int64)
    if len(total) == 0 or total[-1] <= 0 or n == 0:
        return np.zeros(0, dtype=np.intp)
    whole = int(total[-1])
    places = np.array([(2 * i + 1) * whole // (2 * n) for i in range(n)], dtype=np.int64)
    return np.searchsorted(total, places, side="right")


def row_scale(weights: NDArray[np.int64]) -> float:
    """What a unit of weight counts for in rows, so that tests see as many rows as there are in effect (Kish, 1965)."""
    squares = int((weights.astype(object) ** 2).sum()) if len(weights) else 0
    return int(weights.sum()) / squares if squares else 1.0


def wanted_bytes(target: Target, rows: Rows) -> Bytes:
    """uint8[len(rows)]: what is wanted."""
    wanted: Bools = np.ascontiguousarray(target.wanted[rows])
    return wanted.view(np.uint8)
