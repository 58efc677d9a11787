"""Block-coordinate descent of a cover by the exact one-flip gradient.

One term at a time, restricted to A, the samples that no other term covers. With the term's fail counter in two planes,
true T (no failing literal) and near O (exactly one fails), every move is exact, b(D) = positives - kappa negatives:
  add l:       value b(T & A & l)                      remove l:  value b((T | (O & fails l)) & A)
  swap l -> m: value b((T | (O & fails l)) & A & m)    drop:      value 0
each less lambda times the literals of the result + 1. One count over all inputs prices all adds; swaps of l need that
of O & fails l besides, sample by sample where it is sparse (`tally`); a negated literal needs no count of its own
(total minus count). The steepest move is taken until none gains; a term whose value is not positive is dropped.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.tally import HIGH, INDEX, SPARE, tally
from fitness.kernels.two_level.term_planes import TERM, opposite, term_planes
from fitness.kernels.words import (
    COUNTS,
    FLAGS,
    INT,
    LITERALS,
    MATRIX,
    SHARED,
    VECTOR,
    mixed,
    shuffle,
    weigh_words,
)

_PLANES = types.uint64[:, ::1]
NO_MOVE, ADD, REMOVE = -2, -1, -1
_GAIN = 1e-9


@kernel(
    types.UniTuple(INT, 2)(_PLANES, INT, MATRIX, MATRIX, INT, SHARED, INDEX, INDEX, _PLANES, _PLANES, INT),
)
def _count(masks, k, rows, samples, wp, weights, words, numbers, adders, counts, at):
    """Samples of masks[k] per input where it is 1, on-set in counts[at], off-set in counts[at + 1]; both totals."""
    n_on = tally(masks, k, 0, wp, rows, samples, weights, words, numbers, adders, counts[at])
    return n_on, tally(masks, k, wp, masks.shape[1], rows, samples, weights, words, numbers, adders, counts[at + 1])


@kernel(types.Tuple((types.float64, INT))(_PLANES, FLAGS, INT, INT, types.float64))
def _best_literal(counts, legal, positives, negatives, kappa):
    """(value, literal) of the legal literal m that makes b(D & m) largest; literal -1 where none is legal.

    counts: D's samples per input, on-set and off-set, in two parts; positives, negatives: D's samples.
    """
    n = len(legal) // 2
    best, literal = -1e300, -1
    for i in range(n):
        p, q = np.int64(counts[0, i] + counts[2, i]), np.int64(counts[1, i] + counts[3, i])
        value = p - kappa * q
        if value > best and legal[i]:
            best, literal = value, i
        value = (positives - p) - kappa * (negatives - q)
        if value > best and legal[n + i]:
            best, literal = value, n + i
    return best, np.int64(literal)


@kernel(INT(TERM, INT, INT, INT))
def moved(term, length, place, literal):
    """The term (in place) after the move `literal` at `place` (ADD, or where one is exchanged or, by REMOVE, lost);
    returns its length."""
    if place == ADD:
        term[length] = literal
        return length + 1
    if literal == REMOVE:
        term[place] = term[length - 1]
        return length - 1
    term[place] = literal
    return length


@kernel(
    types.Tuple((INT, types.float64))(
        MATRIX, MATRIX, MATRIX, FLAGS, INT, SHARED, SHARED, TERM, INT, types.float64, types.float64, _PLANES, INDEX,
        INDEX, _PLANES, _PLANES
    ),
)  # fmt: skip
def descend_term(
    lits, rows, samples, legal, wp, weights, free, term, length, kappa, lam, planes, words, numbers, adders, counts
):  # fmt: skip
    """Steepest moves on one term (in place) within `free`; returns (length, value).

    Written: planes uint64[3, W], counts uint64[4, 64 V], and words, numbers, adders (see `tally`).
    """
    n, n_words = rows.shape[1], len(free)
    true, near = planes[0], planes[1]
    while True:
        term_planes(lits, term, length, free, true, near)
        p, q = _count(planes, 0, rows, samples, wp, weights, words, numbers, adders, counts, 0)
        now = p - kappa * q - lam * (length + 1)
        best, place, literal = now + _GAIN, np.int64(NO_MOVE), np.int64(-1)
        counts[2:] = 0
        most, added = _best_literal(counts, legal, p, q, kappa)
        if length < len(term) and most - lam * (length + 2) > best:
            best, place, literal = most - lam * (length + 2), np.int64(ADD), added
        for j in range(length):
            fails = lits[opposite(term[j], n)]
            for w in range(n_words):
                planes[2, w] = near[w] & fails[w]
            more_p, more_q = weigh_words(planes[2], weights, 0, wp), weigh_words(planes[2], weights, wp, n_words)
            gain = (p + more_p) - kappa * (q + more_q) - lam * length
            if gain > best:
                best, place, literal = gain, np.int64(j), np.int64(REMOVE)
            if most + more_p - lam * (length + 1) <= best:
                continue  # an exchange keeps at most what the best literal keeps of `true`, and all that is gained
            _count(planes, 2, rows, samples, wp, weights, words, numbers, adders, counts, 2)
            gain, other = _best_literal(counts, legal, p + more_p, q + more_q, kappa)
            if gain - lam * (length + 1) > best:
                best, place, literal = gain - lam * (length + 1), np.int64(j), other
        if place == NO_MOVE:
            return np.int64(length), now
        length = moved(term, length, place, literal)


@kernel(
    INT(
        MATRIX, MATRIX, MATRIX, FLAGS, INT, SHARED, SHARED, LITERALS, COUNTS, INT, types.float64, types.float64, INT,
        VECTOR
    ),
)  # fmt: skip
def descend(lits, rows, samples, legal, wp, weights, valid, terms, lengths, k, kappa, lam, sweeps, state):
    """Descent of the first k terms (in place), in random order, until a sweep changes nothing; returns the terms left.

    legal: bool[2n], the literals that may be added; terms: int32[>= k, longest], no term gets longer; lengths:
    int64[>= k]; valid: uint64[W] real samples; state: random stream.
    """
    n_words, width = len(valid), samples.shape[1]
    words, numbers = np.empty(n_words + 1, np.int64), np.empty(64 * n_words + SPARE, np.int64)
    adders, counts = np.empty((HIGH + 4, width), np.uint64), np.empty((4, 64 * width), np.uint64)
    planes, free, before = np.empty((3, n_words), np.uint64), np.empty(n_words, np.uint64), np.empty_like(terms[0])
    covers, behind = np.empty((k, n_words), np.uint64), np.zeros((k + 1, n_words), np.uint64)
    for t in range(k):
        term_planes(lits, terms[t], lengths[t], valid, covers[t], planes[1])
    alive = np.ones(k, np.bool_)
    for _ in range(sweeps):
        order = np.arange(k)
        shuffle(state, order)
        changed = False
        for i in range(k - 1, -1, -1):  # behind[i]: what the terms from the i-th of this sweep on cover
            for w in range(n_words):
                behind[i, w] = behind[i + 1, w]
            if alive[order[i]]:
                for w in range(n_words):
                    behind[i, w] |= covers[order[i], w]
        rest = valid.copy()  # samples that no term before in this sweep covers
        for i in range(k):
            t = order[i]
            if not alive[t]:
                continue
            for w in range(n_words):
                free[w] = rest[w] & ~behind[i + 1, w]
            old = lengths[t]
            before[:old] = terms[t, :old]
            lengths[t], value = descend_term(
                lits, rows, samples, legal, wp, weights, free, terms[t], old, kappa, lam, planes, words, numbers,
                adders, counts,
            )  # fmt: skip
            alive[t] = value > 0
            if not alive[t] or lengths[t] != old or (before[:old] != terms[t, :old]).any():
                changed = True
                term_planes(lits, terms[t], lengths[t], valid, covers[t], planes[1])
            if alive[t]:
                for w in range(n_words):
                    rest[w] &= ~covers[t, w]
        if not changed:
            break
    left = 0
    for t in range(k):
        if alive[t]:
            terms[left] = terms[t]
            lengths[left] = lengths[t]
            left += 1
    return left


@kernel(
    types.Tuple((types.float64, types.uint64))(
        MATRIX, INT, SHARED, SHARED, INT, LITERALS, COUNTS, INT, types.float64, types.float64
    ),
)
def cover_value(lits, wp, weights, valid, n_on, terms, lengths, k, kappa, lam):
    """Objective of a cover, missed + kappa wrong + lam (literals + terms), and a hash of the samples it covers."""
    n_words = len(valid)
    covered, true, near = np.zeros(n_words, np.uint64), np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    price = 0.0
    for t in range(k):
        term_planes(lits, terms[t], lengths[t], valid, true, near)
        price += lam * (lengths[t] + 1)
        for w in range(n_words):
            covered[w] |= true[w]
    missed = n_on - weigh_words(covered, weights, 0, wp)
    return missed + kappa * weigh_words(covered, weights, wp, n_words) + price, mixed(covered)
