"""The full one-flip gradient of one cover whose samples are sorted by label (formulas: docs/search.md).

First the true and near planes of all terms and the cover counters ge1, ge2. Then, term by term, near & ~ge1 is counted
per failing literal (removals: the one part that is dense, in vectors), and U_k = true & ~ge2, the few samples that k
alone covers, go through `tally` for all additions at once. Both stop and start at the border of the labels.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from fitness.kernels.fails import LENGTHS, TERMS, fail_planes, opposite
from fitness.kernels.plane_vectors import masked_count
from fitness.kernels.tally import HIGH, SPARE, signed_tally, tally
from fitness.kernels.words import INT, MATRIX, SHARED

_FLOAT = types.float64
_FLOATS = types.float64[:, ::1]


@njit(
    types.void(
        MATRIX, MATRIX, MATRIX, MATRIX, SHARED, INT, TERMS, LENGTHS, _FLOAT, _FLOAT,
        _FLOATS, _FLOATS, _FLOATS, types.float64[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def cover_gradient(
    lits, rows, samples, signed, valid, wp, terms, lengths, miss, wrong, add, remove, negate, drop
):  # fmt: skip
    """Change of miss * (missed wanted) + wrong * (covered unwanted) by every single move on a cover of K terms.

    lits, rows, samples, valid: see `fitness.gradient.layout`; signed: see `signed_tally`; words [0, wp) are wanted;
    terms: int32[K, >= longest] with lengths int64[K]. Written: add float64[K, 2n], remove and negate float64[K, L]
    (places behind a term's length are left alone), drop float64[K].
    """
    k_terms, n, n_words = len(lengths), rows.shape[1], len(valid)
    alone, near = np.empty((k_terms, n_words), np.uint64), np.empty((k_terms, n_words), np.uint64)
    ge1, ge2 = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    words, found = np.empty(n_words + 1, np.int64), np.empty(64 * n_words + SPARE, np.int64)
    planes = np.empty((HIGH + 4, samples.shape[1]), np.uint64)
    ones, zeros = np.empty(64 * samples.shape[1], np.uint64), np.empty(64 * samples.shape[1], np.uint64)
    fail_planes(lits, terms, lengths, valid, alone, near, ge1, ge2)
    for k in range(k_terms):
        length = lengths[k]
        for w in range(n_words):
            alone[k, w] &= ~ge2[w]
        for w in range(n_words):
            near[k, w] &= ~ge1[w]
        if miss == wrong:
            wanted, unwanted = signed_tally(alone, k, wp, rows, signed, words, found, planes, ones, zeros)
            for i in range(n):
                add[k, n + i] = miss * np.float64(np.int32(ones[i]) - np.int32(unwanted))
        else:
            wanted = tally(alone, k, 0, wp, rows, samples, words, found, planes, ones)
            unwanted = tally(alone, k, wp, n_words, rows, samples, words, found, planes, zeros)
            for i in range(n):
                add[k, n + i] = miss * np.float64(np.int32(ones[i])) - wrong * np.float64(np.int32(zeros[i]))
        gone = miss * wanted - wrong * unwanted
        drop[k] = gone
        for i in range(n):
            add[k, i] = gone - add[k, n + i]
        for j in range(length):
            fails = opposite(terms[k, j], n)
            p = masked_count(near, k, lits, fails, 0, wp)
            q = masked_count(near, k, lits, fails, wp, n_words)
            remove[k, j] = wrong * q - miss * p
            negate[k, j] = gone + remove[k, j]
