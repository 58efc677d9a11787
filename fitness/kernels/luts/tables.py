"""Tables over all rows: which entry a row looks at, what it asks for there, and the votes that it gets."""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.luts.pick import ROWS, SIGNAL
from fitness.kernels.words import MATRIX

CELLS = types.uint8[::1]


@kernel(types.void(MATRIX, ROWS, CELLS))
def cells(columns, read, found):
    """found[r] = the number that the columns `read` spell in row r, the first lowest; at most 8 columns."""
    n = len(found)
    for w in range((n + 63) >> 6):
        m = min(64, n - 64 * w)
        row = found[64 * w : 64 * w + m]
        row[:] = 0
        for k in range(len(read)):
            word, place = columns[read[k], w], np.uint64(k)
            for b in range(m):
                row[b] |= np.uint8(((word >> np.uint64(b)) & np.uint64(1)) << place)


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
