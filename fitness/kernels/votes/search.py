"""Joint search over the multiplicities of a vote: who votes for which class, and how often.

A model is a list of (term, class, weight); class c's count v_c is the weights of its terms that hold (negated for
products of sums, `sign`), the most counts win, ties go to the class with the smallest rank. Twice the margin with the
tie rule in it,
  M = min over c != y of 2 (v_y - v_c) + (1 if rank_y < rank_c else -1),
is odd and positive exactly where the prediction is right, and one vote moves it by two. The loss of a sample is
  clip((theta - M) / 2, 0, cap),
with theta = 1, cap = 1 the error itself, with larger ones a ramp that also wants some votes to spare: errors are flat
almost everywhere, the ramp says where to go. Either way one vote changes a sample's loss by -1, 0 or 1, so two planes
of bits, better and worse, give the exact change of *every* single vote by counting (`turned` makes them, `worth`
counts). Moves: one vote more, one less, one exchanged for the best other; ruin and repeat around them.

Samples come in groups of whole words, one true class and one price of an error to a group: ``starts[groups + 1, 2]``
has each group's first word and its class (its last row where the words end), ``weights[groups]`` the prices.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT, SHARED, VECTOR, below, count_words, popcount, shuffle, uniform

_COVERS = types.Array(types.uint64, 2, "C", readonly=True)
_INTS = types.Array(types.int64, 1, "C", readonly=True)
_COUNTERS = types.int32[:, ::1]
_MODEL = types.int64[:, ::1]
_PLANES = types.uint64[:, ::1]
_GROUPS = types.Array(types.int64, 2, "C", readonly=True)
_REALS = types.Array(types.float64, 1, "C", readonly=True)
_REAL = types.float64
LOSS = types.UniTuple(INT, 2)
_GAIN = 1e-9
#: Price of a vote beyond a term's first, and of a vote without literals, in prices of a literal.
EXTRA_VOTE = 0.1


@kernel(INT(INT, LOSS))
def loss_at(margin, loss):
    """Loss of a sample with doubled margin `margin`; loss = (theta, cap)."""
    return min(max((loss[0] - margin) // 2, 0), loss[1])


@kernel(types.UniTuple(INT, 3)(_COUNTERS, _INTS, INT, INT))
def margins(counts, rank, y, sample):
    """(smallest margin, the class it is to, second smallest margin) of a sample of class y."""
    first, rival, second = 1 << 30, -1, 1 << 30
    for c in range(len(rank)):
        if c != y:
            margin = 2 * (counts[y, sample] - counts[c, sample]) + (1 if rank[y] < rank[c] else -1)
            if margin < first:
                first, rival, second = margin, c, first
            elif margin < second:
                second = margin
    return first, rival, second


@kernel(INT(INT, INT, INT, INT, INT, LOSS))
def _loss_with(first, other, to_c, own, votes, loss):
    """A sample's loss with `votes` more for its own class (own = 1), or one with margin to_c, `other` to the rest."""
    return loss_at(first + 2 * votes if own else min(to_c - 2 * votes, other), loss)


@kernel(types.void(_COUNTERS, SHARED, _GROUPS, _INTS, INT, INT, LOSS, _PLANES))
def turned(counts, valid, starts, rank, c, votes, loss, planes):
    """Samples whose loss falls (planes[0]) or rises (planes[1]) with `votes` more for class c, and with as many less.

    planes: uint64[4, W]; rows 2 and 3 are those of less.
    """
    for g in range(len(starts) - 1):
        y = starts[g, 1]
        own = 1 if c == y else 0
        tie = 1 if rank[y] < rank[c] else -1
        for w in range(starts[g, 0], starts[g + 1, 0]):
            up, down, less_up, less_down = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
            left = valid[w]
            sample = 64 * w
            bit = np.uint64(1)
            while left != 0:
                if left & np.uint64(1):
                    first, rival, second = margins(counts, rank, y, sample)
                    now = loss_at(first, loss)
                    other = second if rival == c else first
                    to_c = 2 * (counts[y, sample] - counts[c, sample]) + tie
                    more = _loss_with(first, other, to_c, own, votes, loss)
                    less = _loss_with(first, other, to_c, own, -votes, loss)
                    if more < now:
                        up |= bit
                    elif more > now:
                        down |= bit
                    if less < now:
                        less_up |= bit
                    elif less > now:
                        less_down |= bit
                left >>= np.uint64(1)
                bit <<= np.uint64(1)
                sample += 1
            planes[0, w], planes[1, w], planes[2, w], planes[3, w] = up, down, less_up, less_down


@kernel(_REAL(SHARED, SHARED, SHARED, _GROUPS, _REALS))
def worth(cover, better, worse, starts, weights):
    """Loss saved by a vote on the samples of `cover`, groups weighted."""
    total = 0.0
    for g in range(len(weights)):
        saved = np.int64(0)
        for w in range(starts[g, 0], starts[g + 1, 0]):
            saved += np.int64(popcount(cover[w] & better[w])) - np.int64(popcount(cover[w] & worse[w]))
        total += weights[g] * saved
    return total


@kernel(types.void(_COUNTERS, SHARED, INT, INT))
def count_votes(counts, cover, c, votes):
    """Add `votes` for class c on the samples of `cover`."""
    for w in range(len(cover)):
        left, sample = cover[w], 64 * w
        while left != 0:
            if left & np.uint64(1):
                counts[c, sample] += votes
            left >>= np.uint64(1)
            sample += 1


@kernel(_REAL(_COUNTERS, SHARED, _GROUPS, _INTS, _REALS, LOSS))
def total_loss(counts, valid, starts, rank, weights, loss):
    """Loss of all samples, groups weighted."""
    total = 0.0
    for g in range(len(weights)):
        y, lost = starts[g, 1], 0
        for w in range(starts[g, 0], starts[g + 1, 0]):
            for b in range(64):
                if (valid[w] >> np.uint64(b)) & np.uint64(1):
                    lost += loss_at(margins(counts, rank, y, 64 * w + b)[0], loss)
        total += weights[g] * lost
    return total


@kernel(types.void(_COUNTERS, SHARED, _GROUPS, _INTS, VECTOR))
def close_calls(counts, valid, starts, rank, out):
    """out: samples that are wrong or right by the last vote, whose doubled margin is at most 1."""
    for g in range(len(starts) - 1):
        y = starts[g, 1]
        for w in range(starts[g, 0], starts[g + 1, 0]):
            out[w] = 0
            for b in range(64):
                bit = np.uint64(1) << np.uint64(b)
                if valid[w] & bit and margins(counts, rank, y, 64 * w + b)[0] <= 1:
                    out[w] |= bit


@kernel(_REAL(INT, INT, _REAL))
def vote_price(length, weight, lam):
    """Price of the vote that makes a term's weight `weight`."""
    return lam * (length + 1) if weight == 1 and length > 0 else lam * EXTRA_VOTE


@kernel(_REAL(_MODEL, INT, COUNTS, _REAL))
def model_price(model, k, lengths, lam):
    """Price of the first k entries (term, class, weight)."""
    total = 0.0
    for j in range(k):
        for weight in range(1, model[j, 2] + 1):
            total += vote_price(lengths[model[j, 0]], weight, lam)
    return total


@kernel(
    types.Tuple((_REAL, INT))(
        _COVERS,
        COUNTS,
        _INTS,
        INT,
        INT,
        _MODEL,
        INT,
        INT,
        _REAL,
        INT,
        INT,
        _REAL,
        SHARED,
        SHARED,
        _GROUPS,
        _REALS,
        _REALS,
    ),
)
def _best_vote(
    covers, lengths, allowed, low, high, model, k, c, lam, most, room, floor, better, worse, starts, weights, blur
):
    """(gain, pool row) of the best further vote for class c among allowed[low:high]; row -1 if none gains > floor."""
    best, pick, votes = floor, -1, 0
    for j in range(k):
        if model[j, 1] == c:
            votes += model[j, 2]
    if votes >= room:
        return best, pick
    most_saved = 0.0
    for g in range(len(weights)):
        most_saved += weights[g] * count_words(better, starts[g, 0], starts[g + 1, 0])
    for a in range(low, high):
        t = allowed[a]
        price = vote_price(lengths[t], 1, lam) * blur[t]
        if most_saved - price <= best:
            continue
        gain = worth(covers[t], better, worse, starts, weights) - price
        if gain <= best:
            continue
        held = -1
        for j in range(k):
            if model[j, 0] == t and model[j, 1] == c:
                held = j
        if held >= 0:
            continue
        best, pick = gain, t
    for j in range(k):  # further votes of terms that have one are cheaper
        t = model[j, 0]
        if model[j, 1] == c and (model[j, 2] < most or lengths[t] == 0):
            gain = worth(covers[t], better, worse, starts, weights) - vote_price(lengths[t], 2, lam)
            if gain > best:
                best, pick = gain, t
    return best, np.int64(pick)


@kernel(INT(_MODEL, INT, INT, INT, INT))
def _change(model, k, t, c, votes):
    """Add `votes` (1 or -1) to the weight of (t, c), an entry more or less where needed; returns k."""
    for j in range(k):
        if model[j, 0] == t and model[j, 1] == c:
            model[j, 2] += votes
            if model[j, 2] == 0:
                k -= 1
                model[j] = model[k]
            return k
    model[k, 0], model[k, 1], model[k, 2] = t, c, votes
    return k + 1


@kernel(
    INT(
        _COVERS, COUNTS, _INTS, _INTS, SHARED, _GROUPS, _INTS, _REALS, LOSS, INT, _REAL, INT, INT, _REALS, _MODEL, INT,
        _COUNTERS, VECTOR
    ),
)  # fmt: skip
def _climb(
    covers, lengths, allowed, bounds, valid, starts, rank, weights, loss, sign, lam, most, room, blur, model, k,
    counts, state,
):  # fmt: skip
    """Class by class the best single vote more or less, until no class has one that gains; returns k."""
    planes = np.empty((4, len(valid)), np.uint64)
    order = np.arange(len(rank))
    shuffle(state, order)
    idle, turn = 0, 0
    while idle < len(rank):
        c = order[turn % len(rank)]
        turn += 1
        turned(counts, valid, starts, rank, c, sign, loss, planes)
        best, pick, votes = _GAIN, -1, 0
        for j in range(k):
            if model[j, 1] == c:
                t = model[j, 0]
                gain = worth(covers[t], planes[2], planes[3], starts, weights)
                gain += vote_price(lengths[t], model[j, 2], lam)
                if gain > best:
                    best, pick, votes = gain, t, -1
        if k < len(model):
            gain, t = _best_vote(
                covers, lengths, allowed, bounds[c], bounds[c + 1], model, k, c, lam, most, room, best, planes[0],
                planes[1], starts, weights, blur,
            )  # fmt: skip
            if gain > best:
                best, pick, votes = gain, t, 1
        if pick < 0:
            idle += 1
            continue
        idle = 0
        k = _change(model, k, pick, c, votes)
        count_votes(counts, covers[pick], c, sign * votes)
    return k


@kernel(
    INT(
        _COVERS, COUNTS, _INTS, _INTS, SHARED, _GROUPS, _INTS, _REALS, LOSS, INT, _REAL, INT, INT, _REALS, _MODEL, INT,
        _COUNTERS, VECTOR
    ),
)  # fmt: skip
def _exchange(
    covers, lengths, allowed, bounds, valid, starts, rank, weights, loss, sign, lam, most, room, blur, model, k,
    counts, state,
):  # fmt: skip
    """Every vote once: without it, is there a better one for the same class (or, of few, for any)? Returns k."""
    planes = np.empty((4, len(valid)), np.uint64)
    entries = model[:k].copy()
    order = np.arange(k)
    shuffle(state, order)
    for e in order:
        t, c, weight = entries[e, 0], entries[e, 1], -1
        for j in range(k):
            if model[j, 0] == t and model[j, 1] == c:
                weight = model[j, 2]
        if weight < 0:
            continue
        turned(counts, valid, starts, rank, c, sign, loss, planes)
        back = worth(covers[t], planes[2], planes[3], starts, weights) + vote_price(lengths[t], weight, lam)
        k = _change(model, k, t, c, -1)
        count_votes(counts, covers[t], c, -sign)
        best, pick, to = _GAIN, -1, c
        for d in range(len(rank)):
            if d == c or len(rank) == 2:
                turned(counts, valid, starts, rank, d, sign, loss, planes)
                gain, u = _best_vote(
                    covers, lengths, allowed, bounds[d], bounds[d + 1], model, k, d, lam, most, room, best - back,
                    planes[0], planes[1], starts, weights, blur,
                )  # fmt: skip
                if back + gain > best and not (u == t and d == c):
                    best, pick, to = back + gain, u, d
        if pick < 0 and back > _GAIN:
            continue
        if pick < 0:
            pick, to = t, c
        k = _change(model, k, pick, to, 1)
        count_votes(counts, covers[pick], to, sign)
    return k


@kernel(
    types.Tuple((INT, _REAL))(
        _COVERS, COUNTS, _INTS, _INTS, SHARED, _GROUPS, _INTS, _REALS, LOSS, INT, _REAL, INT, INT, INT, _MODEL, INT,
        VECTOR
    ),
)  # fmt: skip
def settle_votes(
    covers, lengths, allowed, bounds, valid, starts, rank, weights, loss, sign, lam, most, room, rounds, model, k, state
):
    """Improve the vote ``model[:k]`` (int64[>= k, 3]: pool row, class, weight; in place); returns (k, objective).

    The objective is loss + lam (literals + terms + EXTRA_VOTE per further vote), never worse than at the start.
    covers: uint64[pool, W]; lengths: int64[pool]; allowed[bounds[c]:bounds[c + 1]]: pool rows that may vote for class
    c; starts, weights: see the module text; most: largest weight; room: votes per class; rounds: of ruin and repeat.
    """
    n_classes, size = len(rank), len(lengths)
    counts = np.zeros((n_classes, 64 * len(valid)), np.int32)
    blur = np.ones(size)
    for j in range(k):
        count_votes(counts, covers[model[j, 0]], model[j, 1], sign * model[j, 2])
    best, best_k, kept = model.copy(), k, counts.copy()
    best_value = total_loss(counts, valid, starts, rank, weights, loss) + model_price(model, k, lengths, lam)
    for r in range(rounds + 1):
        if r > 0:
            model[:] = best
            counts[:] = kept
            k = best_k
            drops = 1 + below(state, max(1, k * 3 // 10)) if k > 0 else 0
            for _ in range(drops):
                j = below(state, k)
                count_votes(counts, covers[model[j, 0]], model[j, 1], -sign * model[j, 2])
                k -= 1
                model[j] = model[k]
            for t in range(size):
                blur[t] = 1.0 + 0.5 * uniform(state)
        k = _climb(
            covers, lengths, allowed, bounds, valid, starts, rank, weights, loss, sign, lam, most, room, blur, model,
            k, counts, state,
        )  # fmt: skip
        k = _exchange(
            covers, lengths, allowed, bounds, valid, starts, rank, weights, loss, sign, lam, most, room, blur, model,
            k, counts, state,
        )  # fmt: skip
        value = total_loss(counts, valid, starts, rank, weights, loss) + model_price(model, k, lengths, lam)
        if value <= best_value:
            best, best_k, best_value, kept = model.copy(), k, value, counts.copy()
    model[:] = best
    return best_k, best_value


@kernel(_REAL(_COVERS, COUNTS, SHARED, _GROUPS, _INTS, _REALS, LOSS, INT, _REAL, _MODEL, INT))
def vote_objective(covers, lengths, valid, starts, rank, weights, loss, sign, lam, model, k):
    """The objective of `settle_votes` of the vote ``model[:k]``."""
    counts = np.zeros((len(rank), 64 * len(valid)), np.int32)
    for j in range(k):
        count_votes(counts, covers[model[j, 0]], model[j, 1], sign * model[j, 2])
    return total_loss(counts, valid, starts, rank, weights, loss) + model_price(model, k, lengths, lam)
