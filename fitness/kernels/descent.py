"""Block-coordinate descent of a cover by the exact one-flip gradient.

One term at a time, restricted to A, the samples that no other term covers. With the term's fail counter in two planes,
true T (no failing literal) and near O (exactly one fails), every move is exact, b(D) = positives - kappa negatives:
  add l:       value b(T & A & l)                      remove l:  value b((T | (O & fails l)) & A)
  swap l -> m: value b((T | (O & fails l)) & A & m)    drop:      value 0
each less lambda times the literals of the result + 1. One count over all inputs prices all adds, one per literal all
swaps; a negated literal needs no count of its own (total minus count). The steepest move is taken until none gains; a
term whose value is not positive is dropped.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from fitness.kernels.fails import fail_planes
from fitness.kernels.words import (
    COUNTS,
    FLAGS,
    INT,
    LITERALS,
    MATRIX,
    SHARED,
    VECTOR,
    count_inputs,
    count_words,
    mixed,
    shuffle,
)

_TERM = types.int32[::1]
_PLANES = types.uint64[:, ::1]
_NO_MOVE = -2
_ADD = -1
_REMOVE = -1
_GAIN = 1e-9


@njit(types.void(MATRIX, _TERM, INT, SHARED, VECTOR, VECTOR), cache=True, nogil=True)
def term_planes(lits, term, length, within, true, near):
    """true: samples of `within` where no literal fails; near: where exactly one does."""
    n_words = len(within)
    once, twice = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    fail_planes(
        lits, term.reshape(1, -1), np.full(1, length), within, true.reshape(1, -1), near.reshape(1, -1), once, twice
    )


@njit(
    types.Tuple((types.float64, INT))(SHARED, MATRIX, FLAGS, INT, types.float64, VECTOR, VECTOR), cache=True, nogil=True
)
def best_literal(mask, rows, legal, wp, kappa, ones, zeros):
    """(value, literal) of the legal literal m that makes b(mask & m) largest; literal -1 where none is legal."""
    n = rows.shape[1]
    positives = count_inputs(mask, rows, 0, wp, ones)
    negatives = count_inputs(mask, rows, wp, len(mask), zeros)
    best, literal = -1e300, -1
    for i in range(n):
        p, q = np.int64(ones[i]), np.int64(zeros[i])
        value = p - kappa * q
        if value > best and legal[i]:
            best, literal = value, i
        value = (positives - p) - kappa * (negatives - q)
        if value > best and legal[n + i]:
            best, literal = value, n + i
    return best, np.int64(literal)


@njit(
    types.Tuple((INT, types.float64))(
        MATRIX, MATRIX, FLAGS, INT, SHARED, _TERM, INT, types.float64, types.float64, _PLANES, VECTOR, VECTOR
    ),
    cache=True,
    nogil=True,
)
def descend_term(lits, rows, legal, wp, free, term, length, kappa, lam, planes, ones, zeros):
    """Steepest moves on one term (in place) within `free`; returns (length, value)."""
    n, n_words = rows.shape[1], len(free)
    true, near, mask = planes[0], planes[1], planes[2]
    while True:
        term_planes(lits, term, length, free, true, near)
        now = count_words(true, 0, wp) - kappa * count_words(true, wp, n_words) - lam * (length + 1)
        best, place, literal = now + _GAIN, np.int64(_NO_MOVE), np.int64(-1)
        if length < len(term):
            gain, added = best_literal(true, rows, legal, wp, kappa, ones, zeros)
            if gain - lam * (length + 2) > best:
                best, place, literal = gain - lam * (length + 2), np.int64(_ADD), added
        for j in range(length):
            opposite = term[j] + n if term[j] < n else term[j] - n
            for w in range(n_words):
                mask[w] = true[w] | (near[w] & lits[opposite, w])
            gain = count_words(mask, 0, wp) - kappa * count_words(mask, wp, n_words) - lam * length
            if gain > best:
                best, place, literal = gain, np.int64(j), np.int64(_REMOVE)
            gain, other = best_literal(mask, rows, legal, wp, kappa, ones, zeros)
            if gain - lam * (length + 1) > best:
                best, place, literal = gain - lam * (length + 1), np.int64(j), other
        if place == _NO_MOVE:
            return np.int64(length), now
        if place == _ADD:
            term[length] = literal
            length += 1
        elif literal == _REMOVE:
            term[place] = term[length - 1]
            length -= 1
        else:
            term[place] = literal


@njit(
    INT(MATRIX, MATRIX, FLAGS, INT, SHARED, LITERALS, COUNTS, INT, types.float64, types.float64, INT, VECTOR),
    cache=True,
    nogil=True,
)
def descend(lits, rows, legal, wp, valid, terms, lengths, k, kappa, lam, sweeps, state):
    """Descent of the first k terms (in place), in random order, until a sweep changes nothing; returns the terms left.

    legal: bool[2n], the literals that may be added; terms: int32[>= k, longest], no term gets longer; lengths:
    int64[>= k]; valid: uint64[W] real samples; state: random stream.
    """
    n, n_words = rows.shape[1], len(valid)
    ones, zeros = np.empty(n, np.uint64), np.empty(n, np.uint64)
    planes, free = np.empty((3, n_words), np.uint64), np.empty(n_words, np.uint64)
    covers, before = np.empty((k, n_words), np.uint64), np.empty(terms.shape[1], np.int32)
    for t in range(k):
        term_planes(lits, terms[t], lengths[t], valid, covers[t], planes[1])
    alive = np.ones(k, np.bool_)
    for _ in range(sweeps):
        order = np.arange(k)
        shuffle(state, order)
        changed = False
        for t in order:
            if not alive[t]:
                continue
            free[:] = valid
            for u in range(k):
                if u != t and alive[u]:
                    for w in range(n_words):
                        free[w] &= ~covers[u, w]
            old = lengths[t]
            before[:old] = terms[t, :old]
            lengths[t], value = descend_term(
                lits, rows, legal, wp, free, terms[t], old, kappa, lam, planes, ones, zeros
            )
            alive[t] = value > 0
            if not alive[t] or lengths[t] != old or (before[:old] != terms[t, :old]).any():
                changed = True
                term_planes(lits, terms[t], lengths[t], valid, covers[t], planes[1])
        if not changed:
            break
    left = 0
    for t in range(k):
        if alive[t]:
            terms[left] = terms[t]
            lengths[left] = lengths[t]
            left += 1
    return left


@njit(types.void(MATRIX, SHARED, LITERALS, COUNTS, INT, INT, _PLANES), cache=True, nogil=True)
def fill_covers(lits, valid, terms, lengths, first, last, covers):
    """covers[t] = samples of `valid` where term t holds, for t in [first, last)."""
    near = np.empty(len(valid), np.uint64)
    for t in range(first, last):
        term_planes(lits, terms[t], lengths[t], valid, covers[t], near)


@njit(
    types.Tuple((types.float64, types.uint64))(
        MATRIX, INT, SHARED, INT, LITERALS, COUNTS, INT, types.float64, types.float64
    ),
    cache=True,
    nogil=True,
)
def cover_value(lits, wp, valid, n_wanted, terms, lengths, k, kappa, lam):
    """Objective of a cover, missed + kappa wrong + lam (literals + terms), and a hash of the samples it covers."""
    n_words = len(valid)
    covered, true, near = np.zeros(n_words, np.uint64), np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    price = 0.0
    for t in range(k):
        term_planes(lits, terms[t], lengths[t], valid, true, near)
        price += lam * (lengths[t] + 1)
        for w in range(n_words):
            covered[w] |= true[w]
    return n_wanted - count_words(covered, 0, wp) + kappa * count_words(covered, wp, n_words) + price, mixed(covered)
