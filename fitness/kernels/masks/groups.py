"""Exact n:m masks of one trained neuron: the pattern of every group of m inputs, by total enumeration.

Dropping weights changes the neuron's output by -A (w * dropped), so the error is e = v . G v with v = w * dropped and
G = A^T A. Groups are decided one after the other (a depth-first walk); each adds v_g . G_gg v_g + 2 v_g . h_g, where
h = G v of what was dropped before: F numbers that one level passes to the next. Walking costs about one addition of m
numbers per leaf. G is positive semidefinite, but partial sums bound nothing (later groups may repair an error), so all
patterns^groups leaves are visited: 6^8 = 1.7 million for 2:4 at 32 inputs.
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
    types.float64(GRAM, WEIGHTS, PATTERNS, INT, types.int64[::1], types.int64[::1], types.float64[:, ::1]),
)  # fmt: skip
def best_patterns(gram, weights, patterns, groups, chosen, current, fields):
    """The smallest error over all choices; chosen int64[groups] becomes the patterns of the first best choice.

    gram: float64[F, F]; weights: float64[F]; patterns: int8[P, m], 1 where a pattern keeps; F = groups * m.
    Scratch: current int64[groups], fields float64[groups + 1, F] (zeros in row 0).
    """
    m, n_patterns, n = patterns.shape[1], len(patterns), len(weights)
    errors = np.zeros(groups + 1)
    best, level = np.inf, 0
    current[0] = -1
    while level >= 0:
        current[level] += 1
        if current[level] == n_patterns:
            level -= 1
            continue
        first, pattern = level * m, current[level]
        added = 0.0
        for a in range(m):
            if patterns[pattern, a] == 0:
                row = first + a
                inner = 2.0 * fields[level, row]
                for b in range(m):
                    if patterns[pattern, b] == 0:
                        inner += gram[row, first + b] * weights[first + b]
                added += weights[row] * inner
        errors[level + 1] = errors[level] + added
        if level == groups - 1:
            if errors[groups] < best:
                best = errors[groups]
                chosen[:] = current
            continue
        after = first + m
        for k in range(after, n):
            fields[level + 1, k] = fields[level, k]
        for a in range(m):
            if patterns[pattern, a] == 0:
                for k in range(after, n):
                    fields[level + 1, k] += weights[first + a] * gram[first + a, k]
        level += 1
        current[level] = -1
    return best


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
    types.float64(GRAM, WEIGHTS, PATTERNS, types.int64[::1], types.float64[::1], INT),
)  # fmt: skip
def descend_groups(gram, weights, patterns, chosen, dropped, pairs):
    """Choose patterns anew group by group (pairs > 0: also two groups at once) until nothing helps; returns the error.

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
        if pairs > 0 and g_1 < 0:
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
