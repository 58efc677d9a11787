"""Terms shared by several outputs: cover counters per output, and a term's values summed over its outputs.

AND plane of K terms, OR plane ``uses[K, O]``. Turning term k on is good in the on-set of an output that uses it, where
that output is not covered, bad in its off-set where it is not covered; how many of its outputs gain at each sample is a
small number, added up once in bit-sliced counters, so a literal costs log2 O population counts instead of O.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.gradient.moves import FLOATS, TABLE, term_moves
from fitness.kernels.simd.plane_vectors import masked_count
from fitness.kernels.two_level.fails import LENGTHS, PLANES, TERMS, fail_planes
from fitness.kernels.words import INT, MATRIX, SHARED

USES = types.Array(types.boolean, 2, "C", readonly=True)


@kernel(types.void(MATRIX, USES, PLANES, PLANES))
def output_counters(true, uses, ge1, ge2):
    """ge1[o], ge2[o]: samples that at least one, at least two of the terms of output o hold."""
    ge1[:] = 0
    ge2[:] = 0
    for k in range(len(true)):
        for o in range(uses.shape[1]):
            if uses[k, o]:
                for w in range(true.shape[1]):
                    ge2[o, w] |= ge1[o, w] & true[k, w]
                    ge1[o, w] |= true[k, w]


@kernel(types.void(PLANES, INT, INT, MATRIX, INT, MATRIX, INT))
def _count_up(counter, first, size, plane, o, covered, c):
    """The bit-sliced counter in rows first .. first + size gains one where plane[o] & ~covered[c]."""
    for w in range(counter.shape[1]):
        carry = plane[o, w] & ~covered[c, w]
        for b in range(first, first + size):
            old = counter[b, w]
            counter[b, w] = old ^ carry
            carry &= old


@kernel(types.void(USES, INT, MATRIX, MATRIX, MATRIX, MATRIX, INT, PLANES, PLANES))
def shared_values(uses, k, on_set, off_set, ge1, ge2, size, on, off):
    """on, off uint64[2 size, W]: counters of good (lower half) and bad outputs of term k, `size` bits each.

    on_set, off_set: uint64[O, W], nothing set where an output does not care. Good to turn on is on_set & ~ge1, bad
    off_set & ~ge1; good to turn off is off_set & ~ge2, bad on_set & ~ge2 (where k holds, ~ge2 means that k is alone).
    """
    on[:] = 0
    off[:] = 0
    for o in range(uses.shape[1]):
        if uses[k, o]:
            _count_up(on, 0, size, on_set, o, ge1, o)
            _count_up(on, size, size, off_set, o, ge1, o)
            _count_up(off, 0, size, off_set, o, ge2, o)
            _count_up(off, size, size, on_set, o, ge2, o)


@kernel(
    types.void(
        MATRIX, MATRIX, MATRIX, SHARED, TERMS, LENGTHS, USES, MATRIX, MATRIX, TABLE, TABLE, TABLE, FLOATS, TABLE
    ),
)
def output_gradient(
    lits, rows, samples, valid, terms, lengths, uses, on_set, off_set, add, remove, negate, drop, toggle
):
    """Change of the wrong outputs, summed, by every move; toggle float64[K, O]: by flipping uses[k, o].

    on_set, off_set: see `shared_values`; the rest as in `plane_gradient`.
    """
    n_words, outputs, k_terms = len(valid), uses.shape[1], len(lengths)
    true, near = np.empty((k_terms, n_words), np.uint64), np.empty((k_terms, n_words), np.uint64)
    once, twice = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    ge1, ge2 = np.empty((outputs, n_words), np.uint64), np.empty((outputs, n_words), np.uint64)
    fail_planes(lits, terms, lengths, valid, true, near, once, twice)
    output_counters(true, uses, ge1, ge2)
    size = 0
    while outputs >> size:
        size += 1
    on, off = np.empty((2 * size, n_words), np.uint64), np.empty((2 * size, n_words), np.uint64)
    values, masks = np.empty(2 * size), np.empty((1, n_words), np.uint64)
    for b in range(size):
        values[b], values[size + b] = -(1 << b), 1 << b
    for k in range(k_terms):
        shared_values(uses, k, on_set, off_set, ge1, ge2, size, on, off)
        term_moves(
            lits, rows, samples, terms, lengths, k, true, near, on, values, off, values, add, remove, negate, drop
        )
        for o in range(outputs):
            covered = ge2[o] if uses[k, o] else ge1[o]
            for w in range(n_words):
                masks[0, w] = true[k, w] & ~covered[w]
            good: int = masked_count(masks, 0, on_set, o)
            bad: int = masked_count(masks, 0, off_set, o)
            toggle[k, o] = good - bad if uses[k, o] else bad - good
