"""Which columns a table reads: greedily, level by level, on rows drawn by how much they still ask for.

All cells of a level split by the same column (an oblivious tree: Kohavi, "Bottom-Up Induction of Oblivious Read-Once
Decision Graphs", ECML 1994), as a table has one set of inputs. The gain of a column is the sum over cells of
(p - q)^2 / (p + q + SMOOTH) for p rows that ask for a vote and q that ask for none.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT, SHARED, VECTOR, popcount

SMOOTH = 4.0
SIGNAL = types.Array(types.int16, 1, "C", readonly=True)
ROWS = types.Array(types.int64, 1, "C", readonly=True)


@kernel(INT(SIGNAL, INT, types.float64, types.int64[::1], VECTOR))
def drawn(signal, wanted, first, rows, signs):
    """About `wanted` ascending rows, by chances as large as their signals (systematic sampling); returns how many.

    first: in [0, 1), where the first falls in the first step; signs: which of the rows ask for a vote, packed.
    """
    n_rows = len(signal)
    sums = np.empty((n_rows + 63) >> 6, np.int64)
    total = np.int64(0)
    for w in range(len(sums)):
        part = np.int32(0)
        for r in range(64 * w, min(n_rows, 64 * w + 64)):
            part += abs(np.int32(signal[r]))
        sums[w] = part
        total += sums[w]
    signs[:] = 0
    step = max(1.0, np.float64(total) / np.float64(wanted))
    at, passed, n = first * step, 0.0, 0
    for w in range(len(sums)):
        if passed + np.float64(sums[w]) <= at:
            passed += np.float64(sums[w])
            continue
        for r in range(64 * w, min(n_rows, 64 * w + 64)):
            asked = np.int64(signal[r])
            passed += np.float64(abs(asked))
            if passed > at and n < len(rows):
                rows[n] = r
                if asked > 0:
                    signs[n >> 6] |= np.uint64(1) << np.uint64(n & 63)
                n += 1
                while at < passed:
                    at += step
    return n


@kernel(types.float64(SHARED, types.uint64[:, :, ::1], INT, INT, types.int64[:, ::1]))
def _gain(column, cells, n_cells, n_words, counts):
    """The gain of splitting every cell by a column; counts: of the cells."""
    gain = 0.0
    for c in range(n_cells):
        if counts[c, 0] + counts[c, 1] == 0:
            continue
        yes, no = cells[c, 0], cells[c, 1]
        p, q = np.uint64(0), np.uint64(0)
        for w in range(n_words):
            p += popcount(column[w] & yes[w])
            q += popcount(column[w] & no[w])
        p1, q1 = np.float64(np.int64(p)), np.float64(np.int64(q))
        p0, q0 = np.float64(counts[c, 0]) - p1, np.float64(counts[c, 1]) - q1
        gain += (p1 - q1) * (p1 - q1) / (p1 + q1 + SMOOTH) + (p0 - q0) * (p0 - q0) / (p0 + q0 + SMOOTH)
    return gain


@kernel(types.void(types.uint64[:, :, ::1], INT, INT, types.int64[:, ::1]))
def _count(cells, n_cells, n_words, counts):
    for c in range(n_cells):
        for side in range(2):
            total = np.uint64(0)
            for w in range(n_words):
                total += popcount(cells[c, side, w])
            counts[c, side] = np.int64(total)


@kernel(types.void(types.uint64[:, ::1], ROWS, SHARED, INT, types.int64[::1]))
def picked(columns, some, signs, n, chosen):
    """chosen[l] = the column, one of `some`, that level l splits by; columns: [columns, words] of n rows."""
    n_words, depth = (n + 63) >> 6, len(chosen)
    cells = np.zeros((1 << depth, 2, n_words), np.uint64)
    counts = np.zeros((1 << depth, 2), np.int64)
    for w in range(n_words):
        valid = ~np.uint64(0)
        if 64 * (w + 1) > n:
            valid = (np.uint64(1) << np.uint64(n & 63)) - np.uint64(1)
        cells[0, 0, w], cells[0, 1, w] = signs[w] & valid, ~signs[w] & valid
    for level in range(depth):
        n_cells = 1 << level
        _count(cells, n_cells, n_words, counts)
        best, at = -1.0, some[0]
        for k in some:
            gain = _gain(columns[k], cells, n_cells, n_words, counts)
            if gain > best:
                best, at = gain, k
        chosen[level] = at
        column = columns[at]
        for c in range(n_cells):
            for side in range(2):
                for w in range(n_words):
                    cells[c + n_cells, side, w] = cells[c, side, w] & column[w]
                    cells[c, side, w] &= ~column[w]
