"""Affine parities over GF(2): y = parity of some literals, complemented or not, found by Gaussian elimination.

The rows [x | 1 | y] of a sample are equations over the field of two elements. As many as 4 n + 64 rows settle n
coefficients, and what they say is verified on every row that may be seen: one wrong label and the answer is None.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import columns_of, input_literals, known_rows, spread
from fitness.networks.target import Target
from genomes.bits import Words, pack, unpack
from genomes.circuits.graph import TRUE
from genomes.deadline import look

#: Rows that must agree beyond those that settle the coefficients: a chance of 2**-16 where labels are coins.
EVIDENCE = 16
_ONE = np.uint64(1)


def affine(pool: Pool, target: Target, literals: Sequence[int] | None = None) -> int | None:
    """The literal of one XOR unit that is right on all grow and prune rows, or None.

    literals: what it may read, by default the inputs. Where fewer than `EVIDENCE` rows speak for it beyond those that
    determine it, the answer is None too, unless all 2**n rows are there.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    rows, n = known_rows(target), len(literals)
    if len(rows) == 0:
        return None
    columns = columns_of(pool, literals)
    chosen, rank = solved(_equations(columns, target, spread(rows, 4 * n + 64), pool.n_rows), n)
    if chosen is None or (len(rows) - rank < EVIDENCE and len(rows) < 1 << n):
        return None
    read = [literal for literal, used in zip([*literals, TRUE], chosen, strict=True) if used]
    column = np.bitwise_xor.reduce(columns[np.flatnonzero(chosen[:n])], axis=0, initial=np.uint64(0))
    says = unpack(column[None], pool.n_rows)[0][rows] ^ bool(chosen[n])
    return pool.xor(*read) if np.array_equal(says, target.wanted[rows]) else None


def _equations(columns: Words, target: Target, rows: NDArray[np.intp], n_rows: int) -> Words:
    """uint64[len(rows), words]: bits x_1 ... x_n, 1, y of each row."""
    bits = np.ones((len(rows), len(columns) + 2), dtype=np.bool_)
    bits[:, :-2] = unpack(columns, n_rows)[:, rows].T
    bits[:, -1] = target.wanted[rows]
    return pack(bits)


def solved(equations: Words, n: int) -> tuple[NDArray[np.bool_] | None, int]:
    """bool[n + 1], the coefficients (free ones are 0), or None, and the rank; overwrites `equations`."""
    pivots, rank = [], 0
    for place in range(n + 1):
        if place % 64 == 0:
            look()
        word, bit = place // 64, np.uint64(place % 64)
        holds = equations[:, word] >> bit & _ONE == 1
        below = np.flatnonzero(holds[rank:])
        if len(below) == 0:
            continue
        pivot = rank + int(below[0])
        equations[[rank, pivot]] = equations[[pivot, rank]]
        holds[[rank, pivot]] = holds[[pivot, rank]]
        holds[rank] = False
        equations[holds] ^= equations[rank]
        pivots.append(place)
        rank += 1
    right = equations[:, (n + 1) // 64] >> np.uint64((n + 1) % 64) & _ONE == 1
    if right[rank:].any():
        return None, rank
    chosen = np.zeros(n + 1, dtype=np.bool_)
    chosen[pivots] = right[:rank]
    return chosen, rank
