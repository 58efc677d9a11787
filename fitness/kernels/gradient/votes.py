"""Votes of terms, 64 samples at a time, and where one vote more or less changes what is right.

A class's count is the number of its true cubes, bit-sliced: votes[c, b] holds bit b. The class with the largest score
wins, a tie goes to the first in `prior`; the score is the count, or minus the count where `fewest` is set (clauses of
a product of sums are stored complemented, so true cubes are violated clauses). Only the best of the other classes
matters to a class whose count moves by one: the class wins with score s against s' of that rival if s > s', or if
s = s' and it stands before the rival in `prior`. Hence
  one vote more wins: s > s' | s = s' | (s + 1 = s' & before)
  one vote less wins: (s > s' & s - 1 != s') | (s - 1 = s' & before)
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.two_level.fails import PLANES
from fitness.kernels.words import INT, MATRIX, VECTOR

OFFSETS = types.Array(types.int64, 1, "C", readonly=True)
VOTES = types.uint64[:, :, ::1]
READ_VOTES = types.Array(types.uint64, 3, "C", readonly=True)
#: Rows of `class_planes`.
ON_GOOD, ON_BAD, OFF_GOOD, OFF_BAD = 0, 1, 2, 3


@kernel(types.void(VOTES, INT, MATRIX, INT))
def add_vote(votes, c, covers, t):
    """Class c gains one vote where covers[t] holds; votes has a plane to spare for the sum."""
    for w in range(covers.shape[1]):
        carry = covers[t, w]
        for b in range(votes.shape[1]):
            old = votes[c, b, w]
            votes[c, b, w] = old ^ carry
            carry &= old


@kernel(types.void(VOTES, INT, MATRIX, INT))
def take_vote(votes, c, covers, t):
    """Inverse of `add_vote`."""
    for w in range(covers.shape[1]):
        borrow = covers[t, w]
        for b in range(votes.shape[1]):
            old = votes[c, b, w]
            votes[c, b, w] = old ^ borrow
            borrow &= ~old


@kernel(types.void(MATRIX, OFFSETS, VOTES))
def count_votes(covers, offsets, votes):
    """votes uint64[C, B, W] = per class the number of true cubes, those of c being covers[offsets[c] : offsets[c + 1]].

    2**B must exceed the largest number of cubes of one class.
    """
    votes[:] = 0
    for c in range(len(offsets) - 1):
        for t in range(offsets[c], offsets[c + 1]):
            add_vote(votes, c, covers, t)


@kernel(types.void(READ_VOTES, INT, types.boolean, PLANES, VECTOR, VECTOR))
def _compare(votes, c, fewest, best, above, equal):
    """above, equal: where the score of class c is larger than, as large as that counted in best[B, W]."""
    above[:] = 0
    equal[:] = ~np.uint64(0)
    for b in range(votes.shape[1] - 1, -1, -1):
        for w in range(len(above)):
            mine, other = votes[c, b, w], best[b, w]
            more = other & ~mine if fewest else mine & ~other
            above[w] |= equal[w] & more
            equal[w] &= ~(mine ^ other)


@kernel(
    types.void(READ_VOTES, MATRIX, OFFSETS, types.boolean, INT, PLANES, VECTOR, VECTOR, VECTOR),
)
def _best_rival(votes, labels, prior, fewest, c, best, is_label, before, scratch):
    """The winner among the classes other than c: its count, where it is the true class, where c stands before it."""
    above, equal, first, passed = scratch.copy(), scratch.copy(), True, False
    for r in prior:
        if r == c:
            passed = True
            continue
        if first:
            best[:] = votes[r]
            is_label[:] = labels[r]
            before[:] = ~np.uint64(0) if passed else np.uint64(0)
            first = False
            continue
        _compare(votes, r, fewest, best, above, equal)
        late = ~np.uint64(0) if passed else np.uint64(0)
        for w in range(len(above)):
            wins = above[w]
            is_label[w] = (is_label[w] & ~wins) | (labels[r, w] & wins)
            before[w] = (before[w] & ~wins) | (late & wins)
        for b in range(votes.shape[1]):
            for w in range(len(above)):
                best[b, w] = (best[b, w] & ~above[w]) | (votes[r, b, w] & above[w])


@kernel(types.void(READ_VOTES, INT, PLANES, VECTOR, VECTOR))
def _next_to(votes, c, best, one_below, one_above):
    """Where the count of c is one below, one above that in best."""
    for w in range(len(one_below)):
        carry, borrow = ~np.uint64(0), ~np.uint64(0)
        below, above = ~np.uint64(0), ~np.uint64(0)
        for b in range(votes.shape[1]):
            mine = votes[c, b, w]
            below &= ~(mine ^ carry ^ best[b, w])
            above &= ~(mine ^ borrow ^ best[b, w])
            carry &= mine
            borrow &= ~mine
        one_below[w] = below & ~carry
        one_above[w] = above & ~borrow


@kernel(types.void(READ_VOTES, MATRIX, MATRIX, INT, OFFSETS, types.boolean, INT, PLANES))
def class_planes(votes, labels, care, row, prior, fewest, c, out):
    """out uint64[4, W]: samples that a true cube more (ON) or less (OFF) of class c makes right (GOOD) or wrong (BAD).

    votes: uint64[C, B, W] with 2**B larger than the most votes; labels: uint64[C, W] true classes; care[row]: samples
    that count; prior: int64[C] class indices, preferred first; fewest: see above.
    """
    n_words = votes.shape[2]
    best = np.empty((votes.shape[1], n_words), np.uint64)
    is_label, before, scratch = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    above, equal = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    less, more = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    _best_rival(votes, labels, prior, fewest, c, best, is_label, before, scratch)
    _compare(votes, c, fewest, best, above, equal)
    _next_to(votes, c, best, less, more)
    up, down = (OFF_GOOD, ON_GOOD) if fewest else (ON_GOOD, OFF_GOOD)
    for w in range(n_words):
        behind, ahead = (more[w], less[w]) if fewest else (less[w], more[w])
        wins = above[w] | (equal[w] & before[w])
        with_more = above[w] | equal[w] | (behind & before[w])
        with_less = (above[w] & ~ahead) | (ahead & before[w])
        mine, counts = labels[c, w], care[row, w]
        rival = is_label[w]
        gains, loses = with_more & ~wins & counts, wins & ~with_less & counts
        out[up, w], out[up + 1, w] = gains & mine, gains & rival
        out[down, w], out[down + 1, w] = loses & rival, loses & mine
