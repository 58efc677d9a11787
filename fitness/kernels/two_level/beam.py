"""Seeded beam search: terms that hold at one sample and separate the residual (the pricing step).

A term that holds at a chosen positive sample can only use the n literals true there, not 2n, and covers at least that
sample. Levels add one literal; the `width` best partial terms survive, told apart by a Zobrist hash of their literals.
The best terms of all levels are kept twice: 3 by the beam's score, 2 by penalised gain p - kappa n - lambda (len + 1).

`grow_many` does it for several samples in one call, each with a score drawn at random (z half of the time) and, half of
the time, with a random 75 % of the inputs, so that rounds look at the same samples in different ways.

Scores (p positives, n negatives covered in the residual, r its share of positives, m = p + n):
0: z = (p - r m) / sqrt(m r (1 - r));  1: z times precision p / m;  2: p - kappa n - 0.1 len, in samples of mean weight.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import (
    COUNTS,
    FLAGS,
    INT,
    LITERALS,
    MATRIX,
    SHARED,
    VECTOR,
    below,
    count_words,
    uniform,
    weigh_inputs,
    weigh_words,
)

BY_SCORE = 3
BY_GAIN = 2
SLOTS = BY_SCORE + BY_GAIN
_FLOATS = types.float64[::1]
#: What beams look at (both orders, the border of labels, weights, the residual), what they fill, the random stream.
_PROBLEM = MATRIX, MATRIX, INT, SHARED, SHARED
_FOUND = LITERALS, COUNTS, VECTOR
_KINDS = (0, 0, 1, 2)
_SHARE = 0.75


@kernel(types.float64(INT, INT, INT, types.float64, types.float64, types.float64))
def score(kind, p, n, tenth, base, kappa):
    """One of the scores above; tenth: 0.1 len, in units of p and n."""
    if kind == 2:
        return p - kappa * n - tenth
    m = p + n
    if m <= 0:
        return -1e300
    z = (p - base * m) / np.sqrt(m * base * (1.0 - base) + 1e-9)
    return z if kind == 0 else z * p / m


@kernel(
    types.void(_FLOATS, VECTOR, INT, INT, types.float64, types.uint64, LITERALS, types.int32[::1], COUNTS, INT, INT),
)
def _record(values, hashes, first, last, value, hashed, grown, term, lengths, length, literal):
    """Keep term + literal in the worst of slots [first, last) if it is better and not there yet."""
    worst = first
    for slot in range(first, last):
        if lengths[slot] > 0 and hashes[slot] == hashed:
            return
        if values[slot] < values[worst]:
            worst = slot
    if value <= values[worst]:
        return
    values[worst] = value
    hashes[worst] = hashed
    grown[worst, :length] = term[:length]
    grown[worst, length] = literal
    lengths[worst] = length + 1


@kernel(INT(_FLOATS, VECTOR, INT, INT, INT, types.float64, types.uint64))
def _place(values, hashes, filled, width, worst, value, hashed):
    """Where a candidate goes in the next beam: a free place, that of the worst, or -1."""
    if filled == width and value <= values[worst]:
        return -1
    for j in range(filled):
        if hashes[j] == hashed:
            return -1
    return filled if filled < width else worst


@kernel(types.Tuple((COUNTS, types.boolean[::1]))(MATRIX, INT, FLAGS, types.float64, VECTOR))
def _literals_at(rows, seed, legal, share, state):
    """Per input the literal that holds at sample `seed`, and whether it may be used (a random `share` of the legal)."""
    n = rows.shape[1]
    word, bit = seed // 64, np.uint64(seed % 64)
    at = np.empty(n, np.int64)
    allowed = np.ones(n, np.bool_)
    for i in range(n):
        at[i] = i if (rows[word, i] >> bit) & np.uint64(1) else n + i
        if share < 1.0:
            allowed[i] = uniform(state) < share
        allowed[i] = allowed[i] and legal[at[i]]
    return at, allowed


@kernel(
    types.void(MATRIX, types.uint64[:, ::1], types.uint64[:, ::1], LITERALS, LITERALS, COUNTS, COUNTS, INT, INT),
)
def _extend(lits, cover, next_cover, terms, next_terms, parent, chosen, filled, level):
    """Covers and literals of the next beam: parent[j] with literal chosen[j]."""
    for j in range(filled):
        for w in range(cover.shape[1]):
            next_cover[j, w] = cover[parent[j], w] & lits[chosen[j], w]
        next_terms[j, :level] = terms[parent[j], :level]
        next_terms[j, level] = chosen[j]


@kernel(types.void(*_PROBLEM, INT, INT, INT, INT, *(types.float64,) * 3, FLAGS, SHARED, *_FOUND))
def grow_terms(
    lits, rows, wp, weights, residual, seed, width, depth, kind, kappa, lam, share, legal, zobrist, grown, lengths,
    state,
):  # fmt: skip
    """Terms that hold at sample `seed`, in grown int32[SLOTS, >= depth] with lengths int64[SLOTS] (0: none).

    residual: uint64[W], the samples that count (the seed among them); share: part of the inputs allowed, drawn anew;
    legal: bool[2n], the literals that terms may have.
    """
    n, n_words = rows.shape[1], len(residual)
    at, allowed = _literals_at(rows, seed, legal, share, state)
    lengths[:] = 0
    best, best_hash = np.full(SLOTS, -1e300), np.zeros(SLOTS, np.uint64)
    cover, next_cover = np.empty((width, n_words), np.uint64), np.empty((width, n_words), np.uint64)
    terms, next_terms = np.zeros((width, depth), np.int32), np.zeros((width, depth), np.int32)
    hashes, negatives = np.zeros(width, np.uint64), np.zeros(width, np.int64)
    values, parent, chosen = np.empty(width), np.zeros(width, np.int64), np.zeros(width, np.int64)
    next_hash, next_negatives = np.zeros(width, np.uint64), np.zeros(width, np.int64)
    ones, zeros = np.empty(n, np.uint64), np.empty(n, np.uint64)
    cover[0], negatives[0] = residual, weigh_words(residual, weights, wp, n_words)
    positives = weigh_words(residual, weights, 0, wp)
    mean_weight = (positives + negatives[0]) / max(1, count_words(residual, 0, n_words))
    base = positives / max(1.0, positives + negatives[0])
    size, floor, gain_floor = 1, -1e300, -1e300
    for level in range(depth):
        filled, worst, tenth = 0, 0, 0.1 * (level + 1) * mean_weight
        for b in range(size):
            if negatives[b] == 0:
                continue  # already pure: a further literal only loses positives
            tp = weigh_inputs(cover[b], rows, weights, 0, wp, ones)
            tn = weigh_inputs(cover[b], rows, weights, wp, n_words, zeros)
            for i in range(n):
                if not allowed[i]:
                    continue
                p, q = np.int64(ones[i]), np.int64(zeros[i])
                if at[i] >= n:
                    p, q = tp - p, tn - q
                if p <= lam * (level + 2) or (p == tp and q == tn):
                    continue  # no term that contains it can pay for its literals, or it is implied
                value = score(kind, p, q, tenth, base, kappa)
                hashed = hashes[b] ^ zobrist[at[i]]
                gain = p - kappa * q - lam * (level + 2)
                if value > floor:
                    _record(best, best_hash, 0, BY_SCORE, value, hashed, grown, terms[b], lengths, level, at[i])
                    floor = best[:BY_SCORE].min()
                if gain > gain_floor:
                    _record(best, best_hash, BY_SCORE, SLOTS, gain, hashed, grown, terms[b], lengths, level, at[i])
                    gain_floor = best[BY_SCORE:].min()
                place = _place(values, next_hash, filled, width, worst, value, hashed)
                if place >= 0:
                    values[place], parent[place], chosen[place] = value, b, at[i]
                    next_hash[place], next_negatives[place] = hashed, q
                    filled = max(filled, place + 1)
                    if filled == width:
                        worst = int(np.argmin(values))
        _extend(lits, cover, next_cover, terms, next_terms, parent, chosen, filled, level)
        cover, next_cover, terms, next_terms = next_cover, cover, next_terms, terms
        hashes[:filled], negatives[:filled] = next_hash[:filled], next_negatives[:filled]
        size = filled


@kernel(types.void(LITERALS, COUNTS, INT))
def sort_literals(terms, lengths, k):
    """The literals of the first k terms in ascending order, -1 behind them (in place)."""
    for t in range(k):
        for j in range(lengths[t]):
            value, place = terms[t, j], j
            while place > 0 and terms[t, place - 1] > value:
                terms[t, place] = terms[t, place - 1]
                place -= 1
            terms[t, place] = value
        terms[t, lengths[t] :] = -1


@kernel(INT(*_PROBLEM, COUNTS, INT, INT, types.float64, types.float64, FLAGS, SHARED, *_FOUND))
def grow_many(
    lits, rows, wp, weights, residual, seeds, width, depth, kappa, lam, legal, zobrist, grown, lengths, state
):
    """Terms for every sample of `seeds`, one after the other in grown int32[>= SLOTS * seeds, LONGEST]; returns how
    many.

    The terms are not distinct: several samples may give the same one.
    """
    some, some_lengths = np.empty((SLOTS, grown.shape[1]), np.int32), np.zeros(SLOTS, np.int64)
    k = 0
    for seed in seeds:
        kind = _KINDS[below(state, len(_KINDS))]
        share = 1.0 if uniform(state) < 0.5 else _SHARE
        grow_terms(
            lits, rows, wp, weights, residual, seed, width, depth, kind, kappa, lam, share, legal, zobrist, some,
            some_lengths, state,
        )  # fmt: skip
        for slot in range(SLOTS):
            if some_lengths[slot] > 0:
                grown[k], lengths[k] = some[slot], some_lengths[slot]
                k += 1
    sort_literals(grown, lengths, k)
    return np.int64(k)
