"""Descent of the terms of a vote by the exact one-flip gradient.

One term at a time, the others fixed. `turned` says at which samples its votes, if the term held there, would lower
the loss (better) or raise it (worse). For one vote, or for the error as the loss, that is the change itself and all
moves are exact; several votes are judged by its direction, so the caller compares before and after. With T the
samples where the term holds and O those where exactly one literal fails, and b(D) = |D & better| - |D & worse|,
groups of samples weighted:
  add l:       b(T & l)                          remove l:  b(T | (O & fails l))
  swap l -> m: b((T | (O & fails l)) & m)        drop:      0
each less lambda times the literals of the result + 1, as in `descent` for covers.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.two_level.descent import ADD, NO_MOVE, REMOVE, moved
from fitness.kernels.two_level.term_planes import TERM, opposite, term_planes
from fitness.kernels.votes.search import EXTRA_VOTE, LOSS, count_votes, turned, worth
from fitness.kernels.words import COUNTS, INT, LITERALS, MATRIX, SHARED, VECTOR, popcount, shuffle

_INTS = types.Array(types.int64, 1, "C", readonly=True)
_GROUPS = types.Array(types.int64, 2, "C", readonly=True)
_REALS = types.Array(types.float64, 1, "C", readonly=True)
_VALUES = types.float64[::1]
_PLANES = types.uint64[:, ::1]
_REAL = types.float64
_GAIN = 1e-9


@kernel(types.Tuple((_REAL, INT))(SHARED, SHARED, SHARED, MATRIX, _GROUPS, _REALS, _VALUES, COUNTS))
def best_literal(mask, better, worse, rows, starts, weights, values, saved):
    """(b(mask & m), m) of the literal m that makes it largest, over both polarities of every input."""
    n = rows.shape[1]
    values[:] = 0.0
    for g in range(len(weights)):
        saved[:] = 0
        for w in range(starts[g, 0], starts[g + 1, 0]):
            up, down, row = mask[w] & better[w], mask[w] & worse[w], rows[w]
            if up != 0:
                for i in range(n):
                    saved[i] += popcount(up & row[i])
            if down != 0:
                for i in range(n):
                    saved[i] -= popcount(down & row[i])
        for i in range(n):
            values[i] += weights[g] * saved[i]
    total = worth(mask, better, worse, starts, weights)
    best, literal = -1e300, -1
    for i in range(n):
        if values[i] > best:
            best, literal = values[i], i
        if total - values[i] > best:
            best, literal = total - values[i], n + i
    return best, np.int64(literal)


@kernel(
    types.Tuple((INT, _REAL))(
        MATRIX, MATRIX, SHARED, SHARED, SHARED, _GROUPS, _REALS, TERM, INT, INT, _REAL, _PLANES, _VALUES, COUNTS
    ),
)
def descend_vote(lits, rows, valid, better, worse, starts, weights, term, length, longest, lam, planes, values, saved):
    """Steepest moves on one term (in place); returns (length, value)."""
    n = rows.shape[1]
    true, near, mask = planes[0], planes[1], planes[2]
    while True:
        term_planes(lits, term, length, valid, true, near)
        now = worth(true, better, worse, starts, weights) - lam * (length + 1)
        best, place, literal = now + _GAIN, np.int64(NO_MOVE), np.int64(-1)
        if length < longest:
            gain, added = best_literal(true, better, worse, rows, starts, weights, values, saved)
            if gain - lam * (length + 2) > best:
                best, place, literal = gain - lam * (length + 2), np.int64(ADD), added
        for j in range(length):
            fails = lits[opposite(term[j], n)]
            for w in range(len(valid)):
                mask[w] = true[w] | (near[w] & fails[w])
            gain = worth(mask, better, worse, starts, weights) - lam * length
            if gain > best and length > 1:
                best, place, literal = gain, np.int64(j), np.int64(REMOVE)
            gain, other = best_literal(mask, better, worse, rows, starts, weights, values, saved)
            if gain - lam * (length + 1) > best:
                best, place, literal = gain - lam * (length + 1), np.int64(j), other
        if place == NO_MOVE:
            return np.int64(length), now
        length = moved(term, length, place, literal)


@kernel(INT(LITERALS, COUNTS, COUNTS, COUNTS, INT))
def _compacted(terms, lengths, classes, votes, k):
    """The first k terms without those that have no vote, in place; how many they are."""
    kept = 0
    for t in range(k):
        if votes[t] > 0:
            terms[kept] = terms[t]
            lengths[kept], classes[kept], votes[kept] = lengths[t], classes[t], votes[t]
            kept += 1
    return kept


@kernel(
    INT(
        MATRIX, MATRIX, SHARED, _GROUPS, _INTS, _REALS, LOSS, INT, _REAL, INT, LITERALS, COUNTS, COUNTS, COUNTS, INT,
        INT, VECTOR
    ),
)  # fmt: skip
def descend_votes(
    lits, rows, valid, starts, rank, weights, loss, sign, lam, longest, terms, lengths, classes, votes, k, sweeps, state
):
    """Descent of the first k terms (in place) for loss + lam (literals + terms), until a sweep changes nothing.

    terms: int32[>= k, longest]; lengths, classes, votes: int64[>= k], what each term is and votes for, how often. Terms
    without literals stay as they are. Returns the number of terms left.
    """
    n, n_words = rows.shape[1], len(valid)
    values, saved = np.empty(n), np.empty(n, np.int64)
    turns = np.empty((4, n_words), np.uint64)
    planes, covers = np.empty((3, n_words), np.uint64), np.empty((k, n_words), np.uint64)
    before = np.empty(terms.shape[1], np.int32)
    counts = np.zeros((len(rank), 64 * n_words), np.int32)
    for t in range(k):
        term_planes(lits, terms[t], lengths[t], valid, covers[t], planes[1])
        count_votes(counts, covers[t], classes[t], sign * votes[t])
    for _ in range(sweeps):
        order = np.arange(k)
        shuffle(state, order)
        changed = False
        for t in order:
            if votes[t] == 0 or lengths[t] == 0:
                continue
            count_votes(counts, covers[t], classes[t], -sign * votes[t])
            turned(counts, valid, starts, rank, classes[t], sign * votes[t], loss, turns)
            old = lengths[t]
            before[:old] = terms[t, :old]
            lengths[t], value = descend_vote(
                lits, rows, valid, turns[0], turns[1], starts, weights, terms[t], old, longest, lam, planes, values,
                saved,
            )  # fmt: skip
            if value + _GAIN < lam * EXTRA_VOTE * (votes[t] - 1):
                votes[t] = 0
                changed = True
                continue
            if lengths[t] != old or (before[:old] != terms[t, :old]).any():
                changed = True
                term_planes(lits, terms[t], lengths[t], valid, covers[t], planes[1])
            count_votes(counts, covers[t], classes[t], sign * votes[t])
        if not changed:
            break
    return _compacted(terms, lengths, classes, votes, k)
