"""Trees for boosting on bits: splits by Newton's gain, in whole numbers.

Every row has a gradient g and a curvature h (h >= 0), whole numbers in the same unit; a row's two are one word,
g 2**32 + h, so that what a node needs of all signals is one sum a signal: as long as neither sum reaches 2**31 they can
be told apart. Rows are lines of bytes and trees are arrays as in `trees`.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.networks.trees import HELD, HIGH, LEAF, LOW, ROWS, TEST, parted
from fitness.kernels.words import COUNTS, INT

_NODES, _SUMS, _FLOATS = types.int32[:, ::1], types.int64[:, ::1], types.float64[::1]
_TREE = types.Array(types.int32, 2, "C", readonly=True)


@kernel(INT(HELD, INT, ROWS, COUNTS, INT, INT, COUNTS))
def _tally(held, n, words, order, start, stop, sums):
    """sums[s] = words of the rows order[start:stop] where signal s holds; returns that of all."""
    sums[:n] = 0
    total, k = 0, start
    while k + 4 <= stop:
        a, b, c, d = order[k], order[k + 1], order[k + 2], order[k + 3]
        one, two, three, four = held[a], held[b], held[c], held[d]
        at_one, at_two, at_three, at_four = words[a], words[b], words[c], words[d]
        total += at_one + at_two + at_three + at_four
        for s in range(n):
            sums[s] += (at_one & one[s]) + (at_two & two[s]) + (at_three & three[s]) + (at_four & four[s])
        k += 4
    while k < stop:
        line, word = held[order[k]], words[order[k]]
        total += word
        for s in range(n):
            sums[s] += word & line[s]
        k += 1
    return total


@kernel(INT(COUNTS, INT, INT, INT, INT, _FLOATS))
def _steepest(sums, n, total, ridge, least, gains):
    """The signal with the largest G**2 / (H + ridge) of both sides; LEAF where none gains with `least` on both."""
    whole, curved = np.float64(total >> 32), np.float64(total & 0xFFFFFFFF)
    for s in range(n):
        g, h = np.float64(sums[s] >> 32), np.float64(sums[s] & 0xFFFFFFFF)
        there = g * g / (h + ridge)
        elsewhere = (whole - g) * (whole - g) / (curved - h + ridge)
        gains[s] = there + elsewhere if min(h, curved - h) >= least else -1.0
    best, found = whole * whole / (curved + ridge), LEAF
    for s in range(n):
        if gains[s] > best:
            best, found = gains[s], s
    return np.int64(found)


@kernel(INT(HELD, INT, ROWS, COUNTS, INT, INT, INT, _NODES, _SUMS, types.int32[::1]))
def grow_boosted(held, n, words, order, deepest, ridge, least, nodes, sums, reached):
    """A tree on the first n signals; returns its nodes.

    words: int64[rows], see the head of this module; order: the rows, moved about; ridge > 0: added to curvatures;
    least: curvature of a leaf. Written: nodes, of 2**(deepest + 1) - 1 at most; sums[node] = its rows' G and H;
    reached[row]: the leaf of each row in `order`.
    """
    gains, spare = np.empty(n, np.float64), np.empty(len(order), np.int64)
    tallies, stack = np.empty((deepest + 2, n), np.int64), np.empty((deepest + 2, 4), np.int64)
    stack[0] = (0, 0, len(order), 0)
    nodes[0] = (LEAF, LEAF, LEAF, LEAF)
    known, waiting = 1, 1
    while waiting:
        waiting -= 1
        node, start, stop, depth = stack[waiting]
        total = _tally(held, n if depth < deepest else 0, words, order, start, stop, tallies[0])
        sums[node, 0], sums[node, 1] = total >> 32, total & 0xFFFFFFFF
        signal = LEAF if depth == deepest else _steepest(tallies[0], n, total, ridge, least, gains)
        if signal == LEAF:
            for k in range(start, stop):
                reached[order[k]] = node
            continue
        middle = parted(held, signal, order, spare, start, stop, start)
        order[start:stop] = spare[start:stop]
        nodes[node, TEST], nodes[node, LOW], nodes[node, HIGH] = signal, known, known + 1
        nodes[known] = (LEAF, LEAF, LEAF, node)
        nodes[known + 1] = (LEAF, LEAF, LEAF, node)
        stack[waiting] = (known, start, middle, depth + 1)
        stack[waiting + 1] = (known + 1, middle, stop, depth + 1)
        known, waiting = known + 2, waiting + 2
    return known


@kernel(types.void(HELD, _TREE, types.int32[::1]))
def reach(held, nodes, reached):
    """reached[row]: the leaf of every row of `held`."""
    for r in range(len(reached)):
        node = 0
        while nodes[node, TEST] != LEAF:
            node = nodes[node, HIGH] if held[r, nodes[node, TEST]] else nodes[node, LOW]
        reached[r] = node
