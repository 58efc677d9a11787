"""Fail counters of terms and cover counters of a list of terms, in two saturating planes each.

A literal l fails where its opposite holds, and padding has both polarities 0, so nothing is ever complemented:
``two |= one & fails; one |= fails`` over a term's literals leaves the samples with at least one and with at least two
failing literals. The same two lines over the terms give ge1, ge2: covered at least once, at least twice.
"""

from __future__ import annotations

from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.plane_vectors import fail_block_1, fail_block_4, fail_block_16
from fitness.kernels.words import INT, MATRIX, SHARED, VECTOR

TERMS = types.Array(types.int32, 2, "C", readonly=True)
LENGTHS = types.Array(types.int64, 1, "C", readonly=True)
PLANES = types.uint64[:, ::1]


@kernel(INT(INT, INT), inline="always")
def opposite(literal, n):
    """The literal of the same input in the other polarity."""
    return literal + n if literal < n else literal - n


@kernel(types.void(MATRIX, TERMS, LENGTHS, SHARED, PLANES, PLANES, VECTOR, VECTOR))
def fail_planes(lits, terms, lengths, within, true, near, ge1, ge2):
    """true[k]: samples of `within` where no literal of term k fails; near[k]: where exactly one does.

    terms: int32[K, >= longest] with lengths int64[K]. Written: true, near uint64[K, W]; ge1, ge2 uint64[W], the
    samples that at least one, at least two terms hold.
    """
    ge1[:] = 0
    ge2[:] = 0
    n_words = len(within)
    for k in range(len(lengths)):
        w = 0
        while w + 16 <= n_words:
            fail_block_16(lits, terms, k, lengths[k], within, w, true, near, ge1, ge2)
            w += 16
        while w + 4 <= n_words:
            fail_block_4(lits, terms, k, lengths[k], within, w, true, near, ge1, ge2)
            w += 4
        while w < n_words:
            fail_block_1(lits, terms, k, lengths[k], within, w, true, near, ge1, ge2)
            w += 1
