"""Set cover over a pool of terms by large-neighbourhood search: how covers recombine.

Terms are rows of a store, and a pool is a list of such rows. From a cover given as rows, rounds of: drop up to 30 %
of its terms at random, add greedily whatever pays most (new positives - kappa new negatives - lambda (literals + 1),
prices blurred by up to 50 %), drop what no longer pays, keep the result if it is not worse. The first round drops
nothing. A term's new positives only shrink while a cover grows, so the last count bounds the next one and most terms
need no count at all (lazy greedy; Minoux 1978).
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from fitness.kernels.words import COUNTS, INT, SHARED, VECTOR, below, count_words, popcount, uniform

_COVERS = types.Array(types.uint64, 2, "C", readonly=True)
_CHOSEN = types.int64[::1]
_POOL = types.Array(types.int64, 1, "C", readonly=True)
_REAL = types.float64
_GAIN = 1e-9


@njit(INT(SHARED, VECTOR, INT, INT), cache=True, nogil=True)
def new_in(cover, covered, first, last):
    """Samples of `cover` in words [first, last) that are not in `covered`."""
    count = np.uint64(0)
    for w in range(first, last):
        count += popcount(cover[w] & ~covered[w])
    return np.int64(count)


@njit(_REAL(_COVERS, COUNTS, _CHOSEN, INT, INT, INT, _REAL, _REAL, VECTOR), cache=True, nogil=True)
def objective(covers, lengths, chosen, k, wp, n_positives, kappa, lam, covered):
    """Missed positives + kappa covered negatives + lambda (literals + terms); `covered` is overwritten."""
    covered[:] = 0
    price = 0.0
    for c in range(k):
        price += lam * (lengths[chosen[c]] + 1)
        for w in range(len(covered)):
            covered[w] |= covers[chosen[c], w]
    missed = n_positives - count_words(covered, 0, wp)
    return missed + kappa * count_words(covered, wp, len(covered)) + price


@njit(
    INT(_COVERS, COUNTS, COUNTS, _POOL, INT, _REAL, _REAL, _REAL, _CHOSEN, INT, VECTOR, VECTOR), cache=True, nogil=True
)
def _greedy(covers, lengths, positives, pool, wp, kappa, lam, blur, chosen, k, covered, state):
    """Add terms while one pays and there is room; returns k."""
    size = len(pool)
    price, weight, bound = np.empty(size), np.empty(size), np.empty(size)
    for t in range(size):
        factor = 1.0 + blur * uniform(state)
        row = pool[t]
        price[t], weight[t], bound[t] = lam * (lengths[row] + 1) * factor, kappa * factor, positives[row]
    while k < len(chosen):
        best, pick = _GAIN, -1
        for t in range(size):
            if bound[t] - price[t] <= best:
                continue
            row = pool[t]
            p = new_in(covers[row], covered, 0, wp)
            bound[t] = p
            if p - price[t] <= best:
                continue
            gain = p - weight[t] * new_in(covers[row], covered, wp, len(covered)) - price[t]
            if gain > best:
                best, pick = gain, t
        if pick < 0:
            return k
        chosen[k] = pool[pick]
        k += 1
        bound[pick] = 0
        for w in range(len(covered)):
            covered[w] |= covers[pool[pick], w]
    return k


@njit(INT(_COVERS, COUNTS, INT, _REAL, _REAL, _CHOSEN, INT, VECTOR, VECTOR), cache=True, nogil=True)
def _prune(covers, lengths, wp, kappa, lam, chosen, k, once, twice):
    """Drop terms that cost more than what they alone cover is worth, the worst first; returns k."""
    while k > 0:
        once[:] = 0
        twice[:] = 0
        for c in range(k):
            for w in range(len(once)):
                twice[w] |= once[w] & covers[chosen[c], w]
                once[w] |= covers[chosen[c], w]
        worst, place = -_GAIN, -1
        for c in range(k):
            p = new_in(covers[chosen[c]], twice, 0, wp)
            q = new_in(covers[chosen[c]], twice, wp, len(twice))
            worth = p - kappa * q - lam * (lengths[chosen[c]] + 1)
            if worth < worst:
                worst, place = worth, c
        if place < 0:
            return k
        k -= 1
        chosen[place] = chosen[k]
    return k


@njit(INT(_COVERS, COUNTS, COUNTS, _POOL, INT, INT, _REAL, _REAL, _CHOSEN, INT, INT, VECTOR), cache=True, nogil=True)
def recombine(covers, lengths, positives, pool, wp, n_positives, kappa, lam, chosen, k, rounds, state):
    """Improve the cover ``chosen[:k]`` (rows int64, in place, room for len(chosen) terms); returns the new k.

    covers: uint64[rows, W]; lengths, positives: int64[rows]; pool: the rows to choose from; state: random stream.
    """
    n_words = covers.shape[1]
    covered, twice = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    best, best_k = chosen.copy(), k
    best_value = objective(covers, lengths, chosen, k, wp, n_positives, kappa, lam, covered)
    for r in range(rounds + 1):
        chosen[:] = best
        k = best_k
        if r > 0 and k > 0:
            for _ in range(1 + below(state, max(1, k * 3 // 10))):
                place = below(state, k)
                k -= 1
                chosen[place] = chosen[k]
        covered[:] = 0
        for c in range(k):
            for w in range(n_words):
                covered[w] |= covers[chosen[c], w]
        k = _greedy(covers, lengths, positives, pool, wp, kappa, lam, 0.5 if r > 0 else 0.0, chosen, k, covered, state)
        k = _prune(covers, lengths, wp, kappa, lam, chosen, k, covered, twice)
        value = objective(covers, lengths, chosen, k, wp, n_positives, kappa, lam, covered)
        if value <= best_value:
            best, best_k, best_value = chosen.copy(), k, value
    chosen[:] = best
    return best_k
