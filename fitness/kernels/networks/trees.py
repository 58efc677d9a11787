"""Decision trees on bits: counting, splitting and pruning.

Rows are spread out as bytes, ``held[row, signal]``, 0 or -1, so that what a node needs of all signals is one pass over
the lines of its rows, vectorised over signals; rows of one class stand together in every node, so that a line is added
once. Where all rows weigh 1, the sums of up to 255 rows are bytes too. Impurities are quotients of whole numbers, each
operation rounded by itself: the same tree on every machine. Ties go to the signal that comes first.

A tree is int32[nodes, 4]: the signal that is tested (LEAF for none), the child where it is false, the child where it is
true, the parent; and int64[nodes, 2]: the weight of the rows of each class. Children come after their parents.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT, MATRIX

LEAF, TEST, LOW, HIGH, PARENT = -1, 0, 1, 2, 3
HELD = types.Array(types.int8, 2, "C", readonly=True)
ROWS = types.Array(types.int64, 1, "C", readonly=True)
_BYTES, _NODES, _SUMS, _FLOATS = types.uint8[::1], types.int32[:, ::1], types.int64[:, ::1], types.float64[::1]
_MOST = np.inf


@kernel(types.void(MATRIX, ROWS, types.int8[:, ::1], INT))
def spread(columns, rows, held, at):
    """held[r, at + k] = -1 where columns[k] holds in row rows[r], else 0."""
    for r in range(len(rows)):
        word, bit = rows[r] >> 6, np.uint64(rows[r] & 63)
        line = held[r]
        for k in range(columns.shape[0]):
            line[at + k] = -np.int64((columns[k, word] >> bit) & np.uint64(1))


@kernel(types.void(HELD, INT, ROWS, types.int64[::1], INT, INT, _BYTES, COUNTS))
def _tally(held, n, weights, order, start, stop, few, sums):
    """sums[s] = weight of the rows order[start:stop] where signal s holds; no weights: rows are counted."""
    sums[:n] = 0
    if len(weights):
        for k in range(start, stop):
            line, weight = held[order[k]], weights[order[k]]
            for s in range(n):
                sums[s] += weight & line[s]
        return
    for first in range(start, stop, 255):
        few[:n] = 0
        for k in range(first, min(first + 255, stop)):
            line = held[order[k]]
            for s in range(n):
                few[s] -= line[s]
        for s in range(n):
            sums[s] += few[s]


@kernel(INT(HELD, INT, types.int64[::1], types.int64[::1], INT, INT, INT))
def parted(held, signal, order, spare, start, stop, at):
    """Rows order[start:stop] to spare: from `at` on where the signal is false, then true; returns where these start."""
    last = at
    for k in range(start, stop):
        if held[order[k], signal] == 0:
            spare[last] = order[k]
            last += 1
    end = last
    for k in range(start, stop):
        if held[order[k], signal] != 0:
            spare[end] = order[k]
            end += 1
    return last


@kernel(INT(COUNTS, COUNTS, INT, INT, INT, INT, _FLOATS))
def _purest(negatives, positives, n, n_negative, n_positive, least, impure):
    """The signal that leaves the least gini impurity; LEAF where no signal leaves `least` rows on both sides."""
    total = n_negative + n_positive
    for s in range(n):
        q, p = negatives[s], positives[s]
        q0, p0 = n_negative - q, n_positive - p
        high, low = np.float64(q + p), np.float64(total - q - p)
        there = np.float64(q) * np.float64(p) / max(high, 1.0)
        elsewhere = np.float64(q0) * np.float64(p0) / max(low, 1.0)
        impure[s] = there + elsewhere if min(high, low) >= least else _MOST
    best, found = _MOST, LEAF
    for s in range(n):
        if impure[s] < best:
            best, found = impure[s], s
    return np.int64(found)


@kernel(INT(HELD, INT, ROWS, types.int64[::1], INT, INT, INT, _NODES, _SUMS))
def grow(held, n, weights, order, n_negative, deepest, least, nodes, sums):
    """A gini tree (Breiman et al., 1984) on the first n signals, until leaves are pure; returns its nodes.

    weights: int64[rows], or none where all are 1; order: the rows, those of the negative class first, moved about;
    deepest: most tests on a path; least: weight of a leaf. Tests that leave as much impurity as before are taken: what
    only pairs of signals say is found behind them. Written: nodes, sums, of 2 rows - 1 nodes.
    """
    n_rows = len(order)
    few, impure = np.empty(n, np.uint8), np.empty(n, np.float64)
    negatives, positives = np.empty(n, np.int64), np.empty(n, np.int64)
    spare, stack = np.empty(n_rows, np.int64), np.empty((n_rows + 1, 5), np.int64)
    stack[0] = (0, 0, n_negative, n_rows, 0)
    nodes[0] = (LEAF, LEAF, LEAF, LEAF)
    known, waiting = 1, 1
    while waiting:
        waiting -= 1
        node, start, middle, stop, depth = stack[waiting]
        for side in range(2):
            first, last = (start, middle) if side == 0 else (middle, stop)
            total = last - first
            if len(weights):
                total = 0
                for k in range(first, last):
                    total += weights[order[k]]
            sums[node, side] = total
        if depth == deepest or start == middle or middle == stop or sums[node, 0] + sums[node, 1] < 2 * least:
            continue
        _tally(held, n, weights, order, start, middle, few, negatives)
        _tally(held, n, weights, order, middle, stop, few, positives)
        signal = _purest(negatives, positives, n, sums[node, 0], sums[node, 1], least, impure)
        if signal == LEAF:
            continue
        low = parted(held, signal, order, spare, start, middle, start)
        high = parted(held, signal, order, spare, middle, stop, middle)
        at = start
        for first, last in ((start, low), (middle, high), (low, middle), (high, stop)):
            for k in range(first, last):
                order[at] = spare[k]
                at += 1
        n_low = low - start + high - middle
        nodes[node, TEST], nodes[node, LOW], nodes[node, HIGH] = signal, known, known + 1
        nodes[known] = (LEAF, LEAF, LEAF, node)
        nodes[known + 1] = (LEAF, LEAF, LEAF, node)
        stack[waiting] = (known, start, low, start + n_low, depth + 1)
        stack[waiting + 1] = (known + 1, start + n_low, start + n_low + middle - low, stop, depth + 1)
        known, waiting = known + 2, waiting + 2
    return known


@kernel(types.void(HELD, ROWS, types.Array(types.boolean, 1, "C", readonly=True), _NODES, _SUMS))
def pour(held, weights, wanted, nodes, sums):
    """sums[node, class] += weight of the rows (int64[rows], bool[rows]) that reach each node."""
    for r in range(len(wanted)):
        node, side = 0, np.int64(wanted[r])
        sums[0, side] += weights[r]
        while nodes[node, TEST] != LEAF:
            node = nodes[node, HIGH] if held[r, nodes[node, TEST]] else nodes[node, LOW]
            sums[node, side] += weights[r]


@kernel(INT(_NODES, types.int8[::1], _SUMS))
def cut_back(nodes, values, sums):
    """Reduced-error pruning (Quinlan, 1987): a node whose leaf is wrong no more often than its subtree becomes one.

    values: int8[nodes], what each node says as a leaf; sums: see `pour`, of the rows that prune; returns the weight of
    those that the tree gets wrong.
    """
    wrong = np.empty(len(nodes), np.int64)
    for node in range(len(nodes) - 1, -1, -1):
        wrong[node] = sums[node, 1 - values[node]]
        if nodes[node, TEST] != LEAF:
            below = wrong[nodes[node, LOW]] + wrong[nodes[node, HIGH]]
            if wrong[node] <= below:
                nodes[node, TEST] = LEAF
            else:
                wrong[node] = below
    return wrong[0]
