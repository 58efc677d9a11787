"""Scores of classes on all rows, and what a vote is worth there, by whole numbers alone.

A row pulls every class by a whole number: up where the class is right, down where others are, the more the nearer they
come to the best score. The signal is that of boosting with a soft maximum (Friedman, Hastie and Tibshirani, Additive
Logistic Regression, 2000), from a table of exponentials. Numbers are kept bit by bit, so sums over rows are counts.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT, MATRIX, SHARED, popcount

U = np.uint64
PLANES = types.uint64[:, :, ::1]
SCORES = types.int64[:, ::1]
_READ = types.Array(types.int64, 1, "C", readonly=True)
#: Pulls lie between these, times the weight of the row.
FULL, ZERO = 127, 128
#: By how much the scores of a class may move at once.
STEPS, FARTHEST = np.array([1, -1, 2, -2]), 2


@kernel(types.void(SCORES, INT, SHARED, INT, INT))
def vote(scores, c, column, weight, otherwise):
    """Add `weight` to the scores of class c where a column holds, and `otherwise` where it does not."""
    for row in range(scores.shape[1]):
        holds = column[U(row) >> U(6)] >> (U(row) & U(63)) & U(1)
        scores[c, row] += weight if holds else otherwise


@kernel(INT(SCORES, _READ, _READ, _READ, types.int64[:, ::1]))
def moved(scores, prior, labels, weights, wrong):
    """What the rows weigh that are wrong; and in wrong[c, k] if the scores of class c were other by STEPS[k].

    prior: in which order ties are decided; labels, weights: int64[rows].
    """
    n, now, anyway = len(prior), np.int64(0), np.int64(0)
    wrong[:] = 0
    for row in range(scores.shape[1]):
        first, second = 0, -1  # places in the prior of the best class and the runner-up
        for k in range(1, n):
            score = scores[prior[k], row]
            if score > scores[prior[first], row]:
                first, second = k, first
            elif second < 0 or score > scores[prior[second], row]:
                second = k
        best, label, weight = prior[first], labels[row], weights[row]
        top, amiss = scores[best, row], weight * np.int64(best != label)
        now += amiss
        if second < 0 or scores[prior[second], row] < top - FARTHEST:
            anyway += amiss
            continue
        for k in range(n):
            c = prior[k]
            for step in range(len(STEPS)):
                ahead, winner = scores[c, row] + STEPS[step] - top, best
                if k != first and (ahead > 0 or (ahead == 0 and k < first)):
                    winner = c
                elif k == first:
                    behind = scores[prior[second], row] - top - STEPS[step]
                    if behind > 0 or (behind == 0 and second < first):
                        winner = prior[second]
                wrong[c, step] += weight * np.int64(winner != label)
    wrong += anyway
    return now


@kernel(types.void(SCORES, _READ, _READ, _READ, PLANES, PLANES))
def pulls(scores, labels, weights, fall, planes, bends):
    """Write how each row pulls each class, and how fast that changes with the score, times the weight of the row.

    With p the share of a class, a pull is FULL ([right] - p), to which ZERO times the largest weight is added, and it
    changes by FULL 4 p (1 - p) over four times the scale of `fall`.

    labels, weights: int64[rows]; fall: int64[D], what a class that lies d below the best counts; planes, bends:
    uint64[classes, bits, W], zeros.
    """
    n, zero = len(scores), ZERO * weights.max()
    counts = np.empty(n, np.int64)
    for row in range(scores.shape[1]):
        top, total = scores[:, row].max(), np.int64(0)
        for c in range(n):
            below = top - scores[c, row]
            counts[c] = fall[below] if below < len(fall) else 0
            total += counts[c]
        for c in range(n):
            pull = -((2 * FULL * counts[c] + total) // (2 * total))
            if labels[row] == c:
                pull += FULL
            value = U(zero + pull * weights[row])
            for place in range(planes.shape[1]):
                planes[c, place, row >> 6] |= (value >> U(place) & U(1)) << U(row & 63)
            bend = U(4 * FULL * counts[c] // total * (total - counts[c]) // total * weights[row])
            for place in range(bends.shape[1]):
                bends[c, place, row >> 6] |= (bend >> U(place) & U(1)) << U(row & 63)


@kernel(types.void(MATRIX, _READ, _READ, PLANES, INT, types.int64[::1]))
def worth(columns, some, classes, planes, zero, sums):
    """sums[v] = the pulls of the class of vote v on the rows where it holds, for `some` votes.

    zero: what was added to each pull.
    """
    for v in some:
        total, held = np.int64(0), U(0)
        for place in range(planes.shape[1]):
            part = U(0)
            plane = planes[classes[v], place]
            for w in range(columns.shape[1]):
                part += popcount(columns[v, w] & plane[w])
            total += np.int64(part) << place
        for w in range(columns.shape[1]):
            held += popcount(columns[v, w])
        sums[v] = total - zero * np.int64(held)
