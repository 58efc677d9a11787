"""The bits of single rows side by side: columns turned over, and those of some rows turned back.

Blocks of 64 rows by 64 columns are transposed in six steps, halves of halves exchanged (Warren, "Hacker's Delight",
section 7-3).
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.luts.pick import ROWS
from fitness.kernels.words import INT, MATRIX, VECTOR

LOW = np.array(
    [0xFFFFFFFF, 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF, 0x0F0F0F0F0F0F0F0F, 0x3333333333333333, 0x5555555555555555],
    dtype=np.uint64,
)


@kernel(types.void(VECTOR))
def _transposed(block):
    """Bit b of block[i] becomes bit i of block[b]."""
    half = 32
    for level in range(6):
        low, shift, start = LOW[level], np.uint64(half), 0
        while start < 64:
            for i in range(start, start + half):
                swapped = ((block[i] >> shift) ^ block[i + half]) & low
                block[i] ^= swapped << shift
                block[i + half] ^= swapped
            start += 2 * half
        half >>= 1


@kernel(types.void(MATRIX, INT, types.uint64[:, ::1]))
def by_rows(columns, n_rows, found):
    """found[r, k] = bit r of the columns 64 k to 64 k + 63, the first lowest."""
    block = np.empty(64, np.uint64)
    for first in range(0, len(columns), 64):
        m = min(64, len(columns) - first)
        for w in range(columns.shape[1]):
            block[:] = 0
            for i in range(m):
                block[i] = columns[first + i, w]
            _transposed(block)
            for b in range(min(64, n_rows - 64 * w)):
                found[64 * w + b, first >> 6] = block[b]


@kernel(types.void(MATRIX, ROWS, INT, types.uint64[:, ::1]))
def gathered(rows, chosen, n, found):
    """found[k] = column k on the first n of the chosen rows, packed; padding is zero; rows: see `by_rows`."""
    block = np.empty(64, np.uint64)
    for w in range((n + 63) >> 6):
        m = min(64, n - 64 * w)
        for k in range(rows.shape[1]):
            block[:] = 0
            for b in range(m):
                block[b] = rows[chosen[64 * w + b], k]
            _transposed(block)
            for i in range(min(64, len(found) - 64 * k)):
                found[64 * k + i, w] = block[i]
