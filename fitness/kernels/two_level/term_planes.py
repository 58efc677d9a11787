"""Where a term holds and where it nearly does: its fail counter in two saturating planes.

A literal l fails where its opposite holds, and padding has both polarities 0, so nothing is ever complemented:
``two |= one & fails; one |= fails`` over a term's literals leaves the samples with at least one and with at least two
failing literals.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.plane_vectors import fail_block_1, fail_block_4, fail_block_16
from fitness.kernels.words import COUNTS, INT, LITERALS, MATRIX, SHARED, VECTOR

TERM = types.int32[::1]


@kernel(INT(INT, INT), inline="always")
def opposite(literal, n):
    """The literal of the same input, one of n, in the other polarity."""
    return literal + n if literal < n else literal - n


@kernel(types.void(MATRIX, TERM, INT, SHARED, VECTOR, VECTOR))
def term_planes(lits, term, length, within, true, near):
    """true: samples of `within` uint64[W] where none of the first `length` literals fails; near: where one does."""
    n_words, w = len(within), 0
    while w + 16 <= n_words:
        fail_block_16(lits, term, length, within, w, true, near)
        w += 16
    while w + 4 <= n_words:
        fail_block_4(lits, term, length, within, w, true, near)
        w += 4
    while w < n_words:
        fail_block_1(lits, term, length, within, w, true, near)
        w += 1


@kernel(types.void(MATRIX, SHARED, LITERALS, COUNTS, types.uint64[:, ::1]))
def fill_covers(lits, valid, terms, lengths, covers):
    """covers[t] = samples of `valid` where term t holds, uint64[T, W]."""
    near = np.empty(len(valid), np.uint64)
    for t in range(len(lengths)):
        term_planes(lits, terms[t], lengths[t], valid, covers[t], near)
