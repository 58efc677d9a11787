"""Every single move on a term, from what turning the term on or off is worth at each sample.

Any consumer of terms (an OR, several ORs, votes) says at which samples a term that turns on changes the objective, and
at which samples one that turns off does, as planes with a value each: a sample's change is the sum of the values of its
planes. Then, with T the samples where the term holds and O those where exactly one literal fails:
  drop: off over T                          add l:      off over T & fails l
  remove l: on over O & fails l             negate l:   off over T, and on over O & fails l
  swap l -> m: off over T & fails m, and on over O & fails l & m
This is exact because a flipped literal changes one term, and nothing else that its consumer sees.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.plane_vectors import masked_count
from fitness.kernels.simd.tally import HIGH, INDEX, SPARE, tally
from fitness.kernels.two_level.fails import LENGTHS, PLANES, TERMS, fail_planes, opposite
from fitness.kernels.words import INT, MATRIX, SHARED, VECTOR

FLOATS = types.float64[::1]
TABLE = types.float64[:, ::1]
VALUES = types.Array(types.float64, 1, "C", readonly=True)


@kernel(types.void(MATRIX, INT, MATRIX, PLANES))
def meet(first, k, others, out):
    """out[q] = first[k] & others[q]."""
    for q in range(len(others)):
        for w in range(others.shape[1]):
            out[q, w] = first[k, w] & others[q, w]


@kernel(types.float64(MATRIX, MATRIX, MATRIX, VALUES, INDEX, INDEX, PLANES, VECTOR, FLOATS, INT))
def _add_values(masks, rows, samples, values, words, numbers, planes, counts, out, sign):
    """Adds to out float64[2n] the value of the masked samples where literal l fails (sign 1) or holds (sign -1).

    Returns the value of all of them.
    """
    n, total = rows.shape[1], 0.0
    for q in range(len(values)):
        m = tally(masks, q, 0, masks.shape[1], rows, samples, words, numbers, planes, counts)
        total += values[q] * m
        for i in range(n):
            ones = np.float64(np.int64(counts[i]))
            if sign > 0:
                out[i] += values[q] * (m - ones)
                out[n + i] += values[q] * ones
            else:
                out[i] += values[q] * ones
                out[n + i] += values[q] * (m - ones)
    return total


@kernel(
    types.void(
        MATRIX, MATRIX, MATRIX, TERMS, LENGTHS, INT, MATRIX, MATRIX, MATRIX, VALUES, MATRIX, VALUES,
        TABLE, TABLE, TABLE, FLOATS,
    ),
)  # fmt: skip
def term_moves(
    lits, rows, samples, terms, lengths, k, true, near, on, on_values, off, off_values, add, remove, negate, drop
):
    """Row k of add float64[K, 2n], remove and negate float64[K, L] and drop float64[K], all zero before.

    true, near: uint64[K, W]; on uint64[Q, W] with on_values float64[Q], off likewise; the rest as in `cover_gradient`.
    """
    n_words, width = true.shape[1], samples.shape[1]
    words, numbers = np.empty(n_words + 1, np.int64), np.empty(64 * n_words + SPARE, np.int64)
    planes, counts = np.empty((HIGH + 4, width), np.uint64), np.empty(64 * width, np.uint64)
    lost = np.empty((len(off), n_words), np.uint64)
    meet(true, k, off, lost)
    drop[k] = _add_values(lost, rows, samples, off_values, words, numbers, planes, counts, add[k], 1)
    gained = np.empty((len(on), n_words), np.uint64)
    meet(near, k, on, gained)
    for j in range(lengths[k]):
        fails = opposite(terms[k, j], rows.shape[1])
        for q in range(len(on)):
            remove[k, j] += on_values[q] * masked_count(gained, q, lits, fails)
        negate[k, j] = drop[k] + remove[k, j]


@kernel(
    types.void(
        MATRIX, MATRIX, MATRIX, SHARED, TERMS, LENGTHS, MATRIX, VALUES, MATRIX, VALUES, TABLE, TABLE, TABLE, FLOATS
    ),
)
def plane_gradient(
    lits, rows, samples, valid, terms, lengths, on, on_values, off, off_values, add, remove, negate, drop
):
    """`term_moves` of every term of one consumer."""
    shape = (len(lengths), len(valid))
    true, near = np.empty(shape, np.uint64), np.empty(shape, np.uint64)
    ge1, ge2 = np.empty(len(valid), np.uint64), np.empty(len(valid), np.uint64)
    fail_planes(lits, terms, lengths, valid, true, near, ge1, ge2)
    for k in range(len(lengths)):
        term_moves(
            lits, rows, samples, terms, lengths, k, true, near, on, on_values, off, off_values,
            add, remove, negate, drop,
        )  # fmt: skip


@kernel(
    types.void(MATRIX, MATRIX, MATRIX, SHARED, TERMS, LENGTHS, INT, MATRIX, VALUES, MATRIX, VALUES, TABLE),
)
def plane_swaps(lits, rows, samples, valid, terms, lengths, k, on, on_values, off, off_values, out):
    """out[j, m] += the change when literal j of term k becomes literal m; out: float64[lengths[k], 2n]."""
    n_words, width = len(valid), samples.shape[1]
    words, numbers = np.empty(n_words + 1, np.int64), np.empty(64 * n_words + SPARE, np.int64)
    planes, counts = np.empty((HIGH + 4, width), np.uint64), np.empty(64 * width, np.uint64)
    true, near = np.empty((1, n_words), np.uint64), np.empty((1, n_words), np.uint64)
    ge1, ge2 = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    fail_planes(lits, terms[k : k + 1], lengths[k : k + 1], valid, true, near, ge1, ge2)
    lost, gained = np.empty((len(off), n_words), np.uint64), np.empty((len(on), n_words), np.uint64)
    meet(true, 0, off, lost)
    close = np.empty((1, n_words), np.uint64)
    for j in range(lengths[k]):
        _add_values(lost, rows, samples, off_values, words, numbers, planes, counts, out[j], 1)
        fails = opposite(terms[k, j], rows.shape[1])
        for w in range(n_words):
            close[0, w] = near[0, w] & lits[fails, w]
        meet(close, 0, on, gained)
        _add_values(gained, rows, samples, on_values, words, numbers, planes, counts, out[j], -1)


@kernel(types.void(MATRIX, MATRIX, VALUES, FLOATS))
def cover_values(covers, planes, values, out):
    """out[c] = sum over q of values[q] * samples in both covers[c] and planes[q].

    covers: uint64[C, W], planes: uint64[Q, W]; out: float64[C]. With the on planes it prices new terms, with the off
    planes the dropping of present ones.
    """
    for c in range(len(covers)):
        total = 0.0
        for q in range(len(planes)):
            total += values[q] * masked_count(covers, c, planes, q)
        out[c] = total
