"""Set cover over a pool of terms by large-neighbourhood search: how covers recombine.

Terms are rows of a store, and a pool is a list of such rows. From a cover given as rows, rounds of: drop up to 30 %
of its terms at random, add greedily whatever pays most (new positives - kappa new negatives - lambda (literals + 1),
prices blurred by up to 50 %), drop what no longer pays, keep the result if it is not worse. The first round drops
nothing. Most terms need no count at all (lazy greedy; Minoux 1978): a term's new positives only shrink while a cover
grows, and its new negatives shrink by no more than what the cover gained of them, so the last counts bound the gain.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.plane_vectors import masked_count_in
from fitness.kernels.words import COUNTS, INT, SHARED, VECTOR, below, popcount, uniform, weigh_words

_COVERS = types.Array(types.uint64, 2, "C", readonly=True)
_CHOSEN = types.int64[::1]
_POOL = types.Array(types.int64, 1, "C", readonly=True)
_REAL = types.float64
_VALUES = types.float64[::1]
_PLANES = types.uint64[:, ::1]
_GAIN = 1e-9


@kernel(INT(_COVERS, INT, _COVERS, INT, SHARED, INT, INT))
def _weigh_both(masks, k, others, row, weights, first, last):
    """What the samples of masks[k] & others[row] in words [first, last) weigh."""
    if len(weights) == 0:
        return masked_count_in(masks, k, others, row, first, last)
    total = np.uint64(0)
    for w in range(first, last):
        total += popcount(masks[k, w] & others[row, w]) * weights[w]
    return np.int64(total)


@kernel(_REAL(_COVERS, COUNTS, _CHOSEN, INT, INT, SHARED, INT, _REAL, _REAL, VECTOR))
def objective(covers, lengths, chosen, k, wp, weights, n_positives, kappa, lam, covered):
    """Missed positives + kappa covered negatives + lambda (literals + terms); `covered` is overwritten."""
    covered[:] = 0
    price = 0.0
    for c in range(k):
        price += lam * (lengths[chosen[c]] + 1)
        for w in range(len(covered)):
            covered[w] |= covers[chosen[c], w]
    missed = n_positives - weigh_words(covered, weights, 0, wp)
    return missed + kappa * weigh_words(covered, weights, wp, len(covered)) + price


@kernel(types.void(_VALUES, _VALUES, _VALUES, _VALUES, _REAL, _VALUES))
def _bound(most, least, weight, price, fewer, bound):
    """bound[t] = the most that term t can gain, where `least` may have shrunk by `fewer`."""
    for t in range(len(bound)):
        least[t] = max(0.0, least[t] - fewer)
        bound[t] = most[t] - weight[t] * least[t] - price[t]


@kernel(
    types.Tuple((INT, INT))(_COVERS, _POOL, INT, SHARED, _PLANES, _VALUES, _VALUES, _VALUES, _VALUES, INT, _VALUES),
)
def _best(covers, pool, wp, weights, free, most, least, weight, price, first, bound):
    """(the term that gains most, the first of equals, -1 if none gains; the best of the others) as places in the pool.

    Terms are counted only where their bound allows it, and then `most`, `least` and `bound` are what was counted. The
    term at `first` comes first: if it is nearly the best, few others need to be counted.
    """
    n_words = free.shape[1]
    best, pick, other = _GAIN, len(pool), 0
    for place in range(-1, len(pool)):
        t = first if place < 0 else place
        if place != first and (bound[t] > best or (bound[t] == best and t < pick)):
            row = pool[t]
            most[t] = _weigh_both(covers, row, free, 0, weights, 0, wp)
            bound[t] = most[t] - weight[t] * least[t] - price[t]
            if bound[t] > best or (bound[t] == best and t < pick):
                least[t] = _weigh_both(covers, row, free, 0, weights, wp, n_words)
                bound[t] = most[t] - weight[t] * least[t] - price[t]
                if bound[t] > best or (bound[t] == best and t < pick):
                    if pick < len(pool):
                        other = pick
                    best, pick = bound[t], t
        if bound[t] > bound[other] and t != pick:
            other = t
    return np.int64(pick if pick < len(pool) else -1), np.int64(other)


@kernel(
    INT(_COVERS, COUNTS, _POOL, INT, SHARED, _REAL, _REAL, _REAL, _CHOSEN, INT, _PLANES, _VALUES, _VALUES, VECTOR),
)
def _greedy(covers, lengths, pool, wp, weights, kappa, lam, blur, chosen, k, free, most, least, state):
    """Add terms while one pays and there is room; returns k.

    most, least: float64[pool], bounds of what each term adds: positives at most and negatives at least;
    free: uint64[1, W], the samples that are not covered.
    """
    size = len(pool)
    price, weight, bound = np.empty(size), np.empty(size), np.empty(size)
    for t in range(size):
        factor = 1.0 + blur * uniform(state)
        price[t], weight[t] = lam * (lengths[pool[t]] + 1) * factor, kappa * factor
    _bound(most, least, weight, price, 0.0, bound)
    first = np.argmax(bound) if size > 0 else 0
    while k < len(chosen) and size > 0:
        pick, first = _best(covers, pool, wp, weights, free, most, least, weight, price, first, bound)
        if pick < 0:
            return k
        chosen[k] = pool[pick]
        k += 1
        for w in range(free.shape[1]):
            free[0, w] &= ~covers[pool[pick], w]
        fewer = least[pick]
        most[pick] = 0.0
        if fewer > 0:
            _bound(most, least, weight, price, fewer, bound)
        else:
            bound[pick] = -price[pick]
    return k


@kernel(INT(_COVERS, COUNTS, INT, SHARED, _REAL, _REAL, _CHOSEN, INT, VECTOR, _PLANES))
def _prune(covers, lengths, wp, weights, kappa, lam, chosen, k, once, alone):
    """Drop terms that cost more than what they alone cover is worth, the worst first; returns k."""
    while k > 0:
        once[:] = 0
        alone[:] = np.uint64(0xFFFFFFFFFFFFFFFF)
        for c in range(k):
            for w in range(len(once)):
                alone[0, w] &= ~(once[w] & covers[chosen[c], w])
                once[w] |= covers[chosen[c], w]
        worst, place = -_GAIN, -1
        for c in range(k):
            p = _weigh_both(covers, chosen[c], alone, 0, weights, 0, wp)
            q = _weigh_both(covers, chosen[c], alone, 0, weights, wp, len(once))
            worth = p - kappa * q - lam * (lengths[chosen[c]] + 1)
            if worth < worst:
                worst, place = worth, c
        if place < 0:
            return k
        k -= 1
        chosen[place] = chosen[k]
    return k


@kernel(
    INT(_COVERS, COUNTS, COUNTS, COUNTS, _POOL, INT, SHARED, INT, _REAL, _REAL, _CHOSEN, INT, INT, VECTOR),
)
def recombine(
    covers, lengths, positives, negatives, pool, wp, weights, n_positives, kappa, lam, chosen, k, rounds, state
):
    """Improve the cover ``chosen[:k]`` (rows int64, in place, room for len(chosen) terms); returns the new k.

    covers: uint64[rows, W]; lengths, positives, negatives: int64[rows]; pool: the rows to choose from; state: random
    stream.
    """
    n_words = covers.shape[1]
    covered, free = np.empty(n_words, np.uint64), np.empty((1, n_words), np.uint64)
    best, best_k = chosen.copy(), k
    best_value = objective(covers, lengths, chosen, k, wp, weights, n_positives, kappa, lam, covered)
    p_all, q_all = positives[pool].astype(np.float64), negatives[pool].astype(np.float64)
    # bounds of what each term adds to a cover that the best one is part of, with `held` positives
    held = weigh_words(covered, weights, 0, wp)
    top, low = p_all, np.maximum(0.0, q_all - weigh_words(covered, weights, wp, n_words))
    full = 64 * np.int64(wp if len(weights) == 0 else weights[:wp].sum())  # also of the samples that are not there
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
        most = np.minimum(p_all, top + (held - weigh_words(covered, weights, 0, wp)))
        least = np.maximum(low, q_all - weigh_words(covered, weights, wp, n_words))
        blur = 0.5 if r > 0 else 0.0
        free[0] = ~covered
        k = _greedy(covers, lengths, pool, wp, weights, kappa, lam, blur, chosen, k, free, most, least, state)
        greedy = full - weigh_words(free[0], weights, 0, wp)
        k = _prune(covers, lengths, wp, weights, kappa, lam, chosen, k, covered, free)
        value = objective(covers, lengths, chosen, k, wp, weights, n_positives, kappa, lam, covered)
        if value <= best_value:
            best, best_k, best_value = chosen.copy(), k, value
            top, low, held = most, least, greedy
    chosen[:] = best
    return best_k
