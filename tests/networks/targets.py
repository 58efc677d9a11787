"""Pools and targets of made rows, for tests of proposals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.target import Target
from genomes.bits import pack, unpack

Flags = NDArray[np.bool_]


def pool_of(inputs: Flags) -> Pool:
    return Pool(pack(np.ascontiguousarray(inputs.T)), len(inputs))


def target_of(wanted: Flags, n_known: int, weights: NDArray[np.int64] | None = None) -> Target:
    """60 of 100 of the first rows grow, the others of these prune."""
    weights = np.ones(len(wanted), dtype=np.int64) if weights is None else weights
    known = np.flatnonzero(weights[:n_known])
    return Target(wanted, weights, known[known % 5 < 3], known[known % 5 >= 3])


def values(pool: Pool, literal: int) -> Flags:
    flags: Flags = unpack(pool.column(literal)[None], pool.n_rows)[0]
    return flags


def coins(rng: np.random.Generator, rows: int, n: int) -> Flags:
    return np.asarray(rng.random((rows, n)) < 0.5)
