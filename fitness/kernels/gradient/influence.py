"""How often a cover's value changes when one input is flipped, exact on a sample.

f(x with input i flipped) = OR of the terms without i that hold, and of the terms with i whose literal of i is the only
one that fails (algorithmically: the true and near planes, K W words per input).
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.two_level.fails import LENGTHS, TERMS, fail_planes
from fitness.kernels.words import COUNTS, MATRIX, SHARED, popcount


@kernel(types.void(MATRIX, TERMS, LENGTHS, SHARED, COUNTS))
def count_changes(lits, terms, lengths, within, changes):
    """changes[i] = samples of `within` whose value changes with input i; int64[n], written.

    terms: int32[K, >= longest] with lengths int64[K], no input twice in one term.
    """
    n, n_words, k_terms = lits.shape[0] // 2, len(within), len(lengths)
    true, near = np.empty((k_terms, n_words), np.uint64), np.empty((k_terms, n_words), np.uint64)
    ge1, ge2, flipped = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    fail_planes(lits, terms, lengths, within, true, near, ge1, ge2)
    opposite_at = np.full((n, k_terms), -1, np.int64)
    for k in range(k_terms):
        for j in range(lengths[k]):
            literal = terms[k, j]
            opposite_at[literal % n, k] = literal + n if literal < n else literal - n
    for i in range(n):
        flipped[:] = 0
        for k in range(k_terms):
            fails = opposite_at[i, k]
            if fails < 0:
                for w in range(n_words):
                    flipped[w] |= true[k, w]
            else:
                for w in range(n_words):
                    flipped[w] |= near[k, w] & lits[fails, w]
        total = np.uint64(0)
        for w in range(n_words):
            total += popcount(flipped[w] ^ ge1[w])
        changes[i] = np.int64(total)
