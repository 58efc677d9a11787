"""n:m masks of one trained neuron: the patterns of its groups of m inputs, chosen anew one and two at a time.

Dropping weights changes the neuron's output by -A (w * dropped), so the error is e = v . G v with v = w * dropped and
G = A^T A. What a new pattern changes is quadratic in its m weights and linear in the field G v, which follows each
change in F additions.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT

GRAM = types.Array(types.float64, 2, "C", readonly=True)
PATTERNS = types.Array(types.int8, 2, "C", readonly=True)
WEIGHTS = types.Array(types.float64, 1, "C", readonly=True)


@kernel(
    types.void(GRAM, WEIGHTS, PATTERNS, types.int64[::1], types.float64[::1], types.float64[::1], INT, INT),
)  # fmt: skip
def _apply(gram, weights, patterns, chosen, dropped, field, group, pattern):
    """Give a group another pattern; field = gram . dropped follows."""
    m = patterns.shape[1]
    for a in range(m):
        at = group * m + a
        step = weights[at] * (1 - patterns[pattern, a]) - dropped[at]
        if step != 0.0:
            for k in range(len(field)):
                field[k] += step * gram[at, k]
            dropped[at] += step
    chosen[group] = pattern


@kernel(
    types.float64(GRAM, WEIGHTS, PATTERNS, types.int64[::1], types.float64[::1]),
)  # fmt: skip
def descend_groups(gram, weights, patterns, chosen, dropped):
    """Choose patterns anew, of one group or else of two at once, until nothing helps; returns the error.

    chosen: int64[groups], changed in place; dropped: float64[F], weights * (1 - mask), kept in step.
    """
    m, n_patterns, groups, n = patterns.shape[1], len(patterns), len(chosen), len(weights)
    field = np.zeros(n)
    for i in range(n):
        for k in range(n):
            field[k] += dropped[i] * gram[i, k]
    changes, quadratic = np.zeros((n_patterns, m)), np.zeros((groups, n_patterns))
    table = np.zeros((groups, n_patterns, m))
    while True:
        for g in range(groups):
            for p in range(n_patterns):
                total = 0.0
                for a in range(m):
                    at = g * m + a
                    table[g, p, a] = weights[at] * (1 - patterns[p, a]) - dropped[at]
                for a in range(m):
                    inner = 2.0 * field[g * m + a]
                    for b in range(m):
                        inner += gram[g * m + a, g * m + b] * table[g, p, b]
                    total += table[g, p, a] * inner
                quadratic[g, p] = total
        best, g_1, p_1, g_2, p_2 = -1e-12, -1, 0, -1, 0
        for g in range(groups):
            for p in range(n_patterns):
                if quadratic[g, p] < best:
                    best, g_1, p_1, g_2 = quadratic[g, p], g, p, -1
        if g_1 < 0:
            for g in range(groups):
                for h in range(g + 1, groups):
                    for p in range(n_patterns):
                        for b in range(m):
                            inner = 0.0
                            for a in range(m):
                                inner += table[g, p, a] * gram[g * m + a, h * m + b]
                            changes[p, b] = 2.0 * inner
                    for p in range(n_patterns):
                        for q in range(n_patterns):
                            change = quadratic[g, p] + quadratic[h, q]
                            for b in range(m):
                                change += changes[p, b] * table[h, q, b]
                            if change < best:
                                best, g_1, p_1, g_2, p_2 = change, g, p, h, q
        if g_1 < 0:
            break
        _apply(gram, weights, patterns, chosen, dropped, field, g_1, p_1)
        if g_2 >= 0:
            _apply(gram, weights, patterns, chosen, dropped, field, g_2, p_2)
    total = 0.0
    for i in range(n):
        total += dropped[i] * field[i]
    return total
