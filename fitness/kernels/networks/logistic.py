"""Softmax regression with prices of |w| and w^2 by coordinate descent (Genkin, Lewis and Madigan, 2007, section 3).

Inputs are bits, so a move of one coefficient multiplies the odds of the rows where its input holds by one factor: an
exponential a move, and none a row. All operations have one order and no library's rounding.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT

REAL = types.float64
STARTS = types.Array(types.int64, 1, "C", readonly=True)
REALS = types.Array(types.float64, 1, "C", readonly=True)
TABLE = types.float64[:, ::1]


@kernel(REAL(REAL))
def _exp(x):
    """e**x for |x| <= 1 by Taylor's series: fixed operations in a fixed order."""
    result = 1.0
    for i in range(18, 0, -1):
        result = result * x / i + 1.0
    return result


@kernel(REAL(STARTS, STARTS, STARTS, REALS, INT, INT, REAL, REAL, types.float64[::1], TABLE, types.float64[::1]))
def _step(starts, rows, labels, weights, k, j, lam1, lam2, coefficients, odds, totals):
    """Move one coefficient of class k (in place), the last one being the bias; returns by how much."""
    gradient, curvature = lam2 * coefficients[j], lam2 + 1e-9
    own = odds[k]
    for place in range(starts[j], starts[j + 1]):
        r = rows[place]
        chance = own[r] / totals[r]
        if labels[r] == k:
            gradient += weights[r] * (chance - 1.0)
        else:
            gradient += weights[r] * chance
        curvature += weights[r] * chance * (1.0 - chance)
    old, price = coefficients[j], lam1 if j < len(starts) - 2 else 0.0
    goal = curvature * old - gradient
    new = (goal - price) / curvature if goal > price else (goal + price) / curvature if goal < -price else 0.0
    change = min(1.0, max(-1.0, new - old))
    if change == 0.0:
        return 0.0
    coefficients[j] = old + change
    factor = _exp(change)
    for place in range(starts[j], starts[j + 1]):
        r = rows[place]
        grown = own[r] * factor
        totals[r] += grown - own[r]
        own[r] = grown
    return change


@kernel(INT(STARTS, STARTS, STARTS, REALS, INT, REAL, REAL, INT, REAL, TABLE, TABLE))
def fit_softmax(starts, rows, labels, weights, first, lam1, lam2, sweeps, least, coefficients, odds):
    """Fit (in place) until no coefficient moves by `least` any more, or for some sweeps; returns how many.

    starts: int64[n + 2] into rows int64, where each of n inputs and, last, the constant holds; labels: int64[N];
    weights: float64[N]; first: the first class whose coefficients move (1 of two classes, else 0); lam1, lam2: prices
    of |w| and of w^2 / 2, not asked for biases; coefficients: float64[K, n + 1]; odds: float64[K, N], e to the scores.
    """
    n_classes, n = coefficients.shape
    totals = np.empty(odds.shape[1])
    for sweep in range(sweeps):
        for r in range(len(totals)):
            totals[r] = 0.0
            for k in range(n_classes):
                totals[r] += odds[k, r]
        full, moved = sweep % 4 == 0, 0.0
        for k in range(first, n_classes):
            for j in range(n - 1, -1, -1):
                if full or j == n - 1 or coefficients[k, j] != 0.0:
                    squares = lam2 if j < n - 1 else 0.0
                    change = _step(starts, rows, labels, weights, k, j, lam1, squares, coefficients[k], odds, totals)
                    moved = max(moved, abs(change))
        if full and moved < least:
            return sweep + 1
    return sweeps
