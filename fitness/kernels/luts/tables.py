"""Tables over all rows: which entry a row looks at, what it asks for there, and the votes that it gets."""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.luts.pick import ROWS, SIGNAL
from fitness.kernels.words import MATRIX

CELLS = types.uint8[::1]
#: SPREAD[b]: the eight bits of b, each in a byte of its own, the lowest lowest.
SPREAD = np.array([sum((byte >> b & 1) << 8 * b for b in range(8)) for byte in range(256)], dtype=np.uint64)


@kernel(types.void(MATRIX, ROWS, CELLS))
def cells(columns, read, found):
    """found[r] = the number that the columns `read` spell in row r, the first lowest; at most 8 columns."""
    n, byte = len(found), np.uint64(255)
    for w in range(n >> 6):
        for part in range(0, 64, 8):
            eight = np.uint64(0)
            for k in range(len(read)):
                eight |= SPREAD[(columns[read[k], w] >> np.uint64(part)) & byte] << np.uint64(k)
            for b in range(8):
                found[64 * w + part + b] = np.uint8((eight >> np.uint64(8 * b)) & byte)
    for r in range(n - (n & 63), n):
        cell = np.uint64(0)
        for k in range(len(read)):
            cell |= ((columns[read[k], r >> 6] >> np.uint64(r & 63)) & np.uint64(1)) << np.uint64(k)
        found[r] = np.uint8(cell)


@kernel(types.void(CELLS, SIGNAL, types.int64[::1]))
def asked(found, signal, sums):
    """sums[i] = what the rows that look at entry i ask for."""
    sums[:] = 0
    for r in range(len(found)):
        sums[found[r]] += np.int64(signal[r])


@kernel(types.void(CELLS, types.int16[::1], types.int16[::1]))
def voted(found, entries, votes):
    """votes[r] += entries[found[r]]."""
    for r in range(len(found)):
        votes[r] += entries[found[r]]
