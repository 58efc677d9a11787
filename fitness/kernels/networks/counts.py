"""Which literals to count: signs w in {-1, 0, 1}^n by hill climbing on how much the count tells.

A count c = sum of w_i x_i parts the samples; what it tells is chi^2 = sum over c of (positives - p samples)^2 /
(p (1 - p) samples), the between-count gini in units of chance, less `price` for each count that occurs.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT

BYTES = types.Array(types.uint8, 2, "C", readonly=True)
_LABELS = types.Array(types.uint8, 1, "C", readonly=True)
_WEIGHTS = types.Array(types.int64, 1, "C", readonly=True)
_REAL = types.float64


@kernel(_REAL(BYTES, _LABELS, _WEIGHTS, COUNTS, INT, INT, _REAL, COUNTS, COUNTS))
def _tells(inputs, wanted, weights, counts, at, change, scale, samples, positives):
    """chi^2 of counts + change * inputs[at], less 2 for each count that occurs; at -1: of the counts."""
    samples[:] = 0
    positives[:] = 0
    middle = len(samples) // 2
    if at < 0:
        for r in range(len(counts)):
            samples[counts[r] + middle] += weights[r]
            positives[counts[r] + middle] += weights[r] * wanted[r]
    else:
        x = inputs[at]
        for r in range(len(counts)):
            place = counts[r] + middle + change * np.int64(x[r])
            samples[place] += weights[r]
            positives[place] += weights[r] * wanted[r]
    total, held = samples.sum(), positives.sum()
    share = held / total
    found, told = 0, 0.0
    for place in range(len(samples)):
        if samples[place] > 0:
            found += 1
            apart = positives[place] - share * samples[place]
            told += apart * apart / samples[place]
    return told * scale / (share * (1.0 - share)) - 2.0 * found


@kernel(_REAL(BYTES, _LABELS, _WEIGHTS, _REAL, INT, types.int8[::1]))
def climb_signs(inputs, wanted, weights, scale, sweeps, signs):
    """Improve signs int8[n] (in place), one input after the other, until a sweep changes nothing; returns its worth.

    inputs: uint8[n, rows]; wanted: uint8[rows], with both values; weights: int64[rows]; scale: rows per unit of weight.
    """
    n, n_rows = inputs.shape
    counts = np.zeros(n_rows, np.int64)
    for i in range(n):
        for r in range(n_rows):
            counts[r] += signs[i] * np.int64(inputs[i, r])
    samples, positives = np.zeros(2 * n + 5, np.int64), np.zeros(2 * n + 5, np.int64)
    best = _tells(inputs, wanted, weights, counts, -1, 0, scale, samples, positives)
    for _ in range(sweeps):
        before = best
        for i in range(n):
            old, kept = signs[i], signs[i]
            for sign in range(-1, 2):
                if sign == old:
                    continue
                told = _tells(inputs, wanted, weights, counts, i, sign - old, scale, samples, positives)
                if told > best + 1e-6:
                    best, kept = told, np.int8(sign)
            if kept != old:
                signs[i] = kept
                for r in range(n_rows):
                    counts[r] += (kept - old) * np.int64(inputs[i, r])
        if best <= before:
            break
    return best
