"""Cutting a decision graph back on rows that did not grow it (reduced-error pruning: Quinlan, 1987, on a graph)."""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.networks.graph_growth import BYTES, LABELS, STATES, WEIGHTS
from fitness.kernels.words import COUNTS, INT

_TABLE = types.int64[:, ::1]
_BITS = types.uint8[:, ::1]
_WAYS = 5


@kernel(INT(_BITS, INT, INT))
def _value(values, reference, r):
    """What a reference says of a row."""
    return np.int64(values[reference >> 1, r]) ^ (reference & 1)


@kernel(INT(BYTES, LABELS, WEIGHTS, STATES, _TABLE, COUNTS, INT, types.boolean, STATES))
def cut_graph(inputs, wanted, weights, variables, children, firsts, n_levels, cut, root):
    """Replace states (in place) by what is no worse on the rows that reach them, from the last up; returns the weight
    of the rows that are wrong then.

    A state becomes a constant, or the one of its children that serves for both, where that errs no more; one that
    no row reaches stays. cut: whether to replace at all; root int64[1]: the reference of the root, written. Of the
    arguments see `grow_graph`.
    """
    n_rows, n_states = len(wanted), firsts[n_levels]
    at = np.empty((n_levels + 1, n_rows), np.int64)
    at[0] = 2
    for level in range(n_levels):
        for r in range(n_rows):
            here = at[level, r]
            if here < 2:
                at[level + 1, r] = here
                continue
            s = here >> 1
            value = np.int64(inputs[r, variables[s]]) if variables[s] >= 0 else 0
            at[level + 1, r] = children[s, value] ^ (here & 1)
    values, become = np.zeros((n_states, n_rows), np.uint8), np.arange(n_states) * 2
    wrong, reached = np.zeros((n_states, _WAYS), np.int64), np.zeros(n_states, np.int64)
    for level in range(n_levels - 1, -1, -1):
        for s in range(firsts[level], firsts[level + 1]):
            for value in range(2):
                to = children[s, value]
                children[s, value] = become[to >> 1] ^ (to & 1)
        for r in range(n_rows if cut else 0):
            s = at[level, r] >> 1
            if s == 0:
                continue
            label = np.int64(wanted[r]) ^ (at[level, r] & 1)
            low, high = _value(values, children[s, 0], r), _value(values, children[s, 1], r)
            value = high if variables[s] >= 0 and inputs[r, variables[s]] else low
            reached[s] += 1
            wrong[s, 0] += weights[r] * label
            wrong[s, 1] += weights[r] * (1 - label)
            wrong[s, 2] += weights[r] * (low ^ label)
            wrong[s, 3] += weights[r] * (high ^ label)
            wrong[s, 4] += weights[r] * (value ^ label)
        for s in range(firsts[level], firsts[level + 1]):
            if variables[s] < 0 or children[s, 0] == children[s, 1]:
                become[s] = children[s, 0]
            elif reached[s] > 0:
                best = np.argmin(wrong[s])  # of equal ones the first, which is the simplest
                become[s] = best if best < 2 else children[s, best - 2] if best < 4 else 2 * s
            for r in range(n_rows):
                to = become[s] if become[s] != 2 * s else children[s, np.int64(inputs[r, variables[s]])]
                values[s, r] = _value(values, to, r)
    root[0] = become[1]
    total = 0
    for r in range(n_rows):
        total += weights[r] * (_value(values, become[1], r) ^ np.int64(wanted[r]))
    return total
