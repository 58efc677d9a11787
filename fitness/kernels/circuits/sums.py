"""Sums of literals, comparisons and votes as gates: the compiled twins of the builder's and of `winner`.

A number is a row of literals, lowest bit first.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.circuits.gates import FALSE, GRAPH, INTS, TRUE, all_of, any_of, both, either, mux, xor
from fitness.kernels.words import INT

WEIGHTS = types.int64[::1]
SUMS = types.int32[:, ::1]
#: Classes that meet in turn at most.
FEW = 3
#: Bits of any sum that a network can have.
WIDEST = 48


@kernel(types.UniTuple(INT, 2)(GRAPH, INT, INT, INT))
def full_adder(graph, a, b, c):
    """Sum and carry of three bits."""
    if a == TRUE:
        a, c = c, a
    elif b == TRUE:
        b, c = c, b
    if c == TRUE:
        bit = xor(graph, a, b) ^ 1
        return bit, either(graph, a, b)
    differ = xor(graph, a, b)
    bit = xor(graph, differ, c)
    first = both(graph, a, b)
    return bit, either(graph, first, both(graph, differ, c))


@kernel(INT(GRAPH, INTS, WEIGHTS, INT, INTS))
def total(graph, literals, weights, n, bits):
    """Write the bits of the sum of the weights (>= 0) of the true literals; returns how many there are."""
    top = 0
    for i in range(n):
        if literals[i] != FALSE:
            top += weights[i]
    column, carries = np.empty(4 * n + 8, np.int32), np.empty(4 * n + 8, np.int32)
    width, carried = 0, 0
    while top >> width:
        head, tail, column, carries = 0, 0, carries, column
        own = 0
        for i in range(n):
            if literals[i] != FALSE and weights[i] >> width & 1:
                own += 1
        for i in range(carried - 1, -1, -1):  # what was carried here stands behind the column's own literals
            column[own + i] = column[i]
        for i in range(n):
            if literals[i] != FALSE and weights[i] >> width & 1:
                column[tail] = literals[i]
                tail += 1
        tail, carried = own + carried, 0
        while tail - head > 1:
            third = np.int64(column[head + 2]) if tail - head > 2 else FALSE
            bit, carry = full_adder(graph, np.int64(column[head]), np.int64(column[head + 1]), third)
            head = min(head + 3, tail)
            if bit != FALSE:
                column[tail] = bit
                tail += 1
            if carry != FALSE:
                carries[carried] = carry
                carried += 1
        bits[width] = column[head] if tail > head else FALSE
        width += 1
    return width


@kernel(INT(GRAPH, INTS, INT, INTS, INT))
def greater(graph, a, n_a, b, n_b):
    """a > b for numbers of any widths."""
    result = FALSE
    for place in range(max(n_a, n_b)):
        left = np.int64(a[place]) if place < n_a else FALSE
        right = np.int64(b[place]) if place < n_b else FALSE
        more, no_less = both(graph, left, right ^ 1), either(graph, left, right ^ 1)
        result = either(graph, more, both(graph, no_less, result))
    return result


@kernel(INT(GRAPH, INTS, INT, INT))
def at_least_constant(graph, number, width, least):
    """number >= least."""
    if least <= 0 or least >= 1 << width:
        return TRUE if least <= 0 else FALSE
    result = TRUE
    for place in range(width):
        bit = np.int64(number[place])
        result = both(graph, bit, result) if least >> place & 1 else either(graph, bit, result)
    return result


@kernel(INT(GRAPH, INTS, INT, INT))
def at_least(graph, literals, n, least):
    """Whether at least so many of the first n literals hold."""
    if least == 1:
        return any_of(graph, literals[:n].copy(), n)
    if least == n:
        return all_of(graph, literals[:n].copy(), n)
    if least <= 0 or least > n:
        return TRUE if least <= 0 else FALSE
    if n == 3:
        a, b, c = np.int64(literals[0]), np.int64(literals[1]), np.int64(literals[2])
        pair = both(graph, a, b)
        return either(graph, pair, both(graph, either(graph, a, b), c))
    bits = np.empty(WIDEST, np.int32)
    width = total(graph, literals, np.ones(n, np.int64), n, bits)
    return at_least_constant(graph, bits, width, least)


@kernel(types.void(GRAPH, SUMS, WEIGHTS, INTS, INTS))
def in_turn(graph, sums, widths, prior, wins):
    """Write which class wins: the best so far stays unless a later one has more."""
    n = len(prior)
    best, width = sums[prior[0]].copy(), widths[prior[0]]
    beats = np.full(n, TRUE, np.int64)
    for k in range(1, n):
        c = prior[k]
        beats[k] = greater(graph, sums[c], widths[c], best, width)
        width = max(width, widths[c])
        for place in range(width):
            best[place] = mux(graph, beats[k], np.int64(sums[c, place]), np.int64(best[place]))
    unbeaten = TRUE
    for k in range(n - 1, -1, -1):
        wins[prior[k]] = both(graph, beats[k], unbeaten)
        unbeaten = both(graph, unbeaten, beats[k] ^ 1)


@kernel(types.void(GRAPH, SUMS, INT, INTS, INTS))
def bit_by_bit(graph, sums, width, prior, wins):
    """Write which class wins: where one of those still in has a bit, those without it are out."""
    n = len(prior)
    left, has = np.full(n, TRUE, np.int64), np.empty(n, np.int64)
    for place in range(width - 1, -1, -1):
        for c in range(n):
            has[c] = both(graph, left[c], np.int64(sums[c, place]))
        none = any_of(graph, has.astype(np.int32), n) ^ 1
        for c in range(n):
            left[c] = either(graph, has[c], both(graph, left[c], none))
    undecided = TRUE
    for c in prior[: n - 1]:
        wins[c] = both(graph, left[c], undecided)
        undecided = both(graph, undecided, left[c] ^ 1)
    wins[prior[n - 1]] = undecided


@kernel(types.void(GRAPH, types.int64[::1], INTS, WEIGHTS, INTS, INTS))
def winner(graph, starts, literals, weights, prior, wins):
    """Write the literal of each class that says that it wins.

    starts: int64[classes + 1], where the votes of each class begin, its bias (a vote of true) among them; prior: in
    which order ties are decided.
    """
    n = len(prior)
    sums, widths = np.zeros((n, WIDEST), np.int32), np.zeros(n, np.int64)
    for c in range(n):
        first, last = starts[c], starts[c + 1]
        widths[c] = total(graph, literals[first:last], weights[first:last], last - first, sums[c])
    if n <= FEW:
        in_turn(graph, sums, widths, prior, wins)
    else:
        bit_by_bit(graph, sums, widths.max(), prior, wins)
