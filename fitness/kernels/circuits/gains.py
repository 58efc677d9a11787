"""What columns agree with: samples on which a column should hold, less those on which it should not, weighted.

Two masks say where a signal should and should not hold; everywhere else it does not matter. Weights are whole numbers,
bit by bit: pair k of masks counts 2**b, and a sample of weight 5 stands in the pairs of bits 0 and 2.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT, MATRIX, popcount

_SCALES = types.Array(types.int64, 1, "C", readonly=True)


@kernel(types.void(MATRIX, MATRIX, _SCALES, MATRIX, INT, COUNTS))
def agree_all(wanted, unwanted, scales, rows, n, sums):
    """sums[c] = sum over k of scales[k] (samples of wanted[k], less those of unwanted[k], where column c holds).

    wanted, unwanted: uint64[K, W]; rows: uint64[W, nodes], word by word the columns side by side, of which n count.
    """
    sums[:n] = 0
    for k in range(len(wanted)):
        scale = scales[k]
        for w in range(len(rows)):
            more, less = wanted[k, w], unwanted[k, w]
            if more != 0 or less != 0:
                row = rows[w]
                for c in range(n):
                    sums[c] += scale * (np.int64(popcount(more & row[c])) - np.int64(popcount(less & row[c])))


@kernel(types.void(MATRIX, MATRIX, _SCALES, MATRIX, COUNTS))
def agree_each(wanted, unwanted, scales, columns, sums):
    """The same for columns uint64[n, W], one after the other."""
    for c in range(len(columns)):
        total = np.int64(0)
        for k in range(len(wanted)):
            part = np.int64(0)
            for w in range(columns.shape[1]):
                column = columns[c, w]
                part += np.int64(popcount(wanted[k, w] & column)) - np.int64(popcount(unwanted[k, w] & column))
            total += scales[k] * part
        sums[c] = total
