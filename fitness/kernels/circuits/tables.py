"""Functions given by their tables in few gates: the compiled twin of `genomes.circuits.tables`, which says how."""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import inlined, kernel
from fitness.kernels.circuits.gates import FALSE, GRAPH, INTS, XOR, both, either, mux, xor
from fitness.kernels.words import INT

U = np.uint64
WORD = types.uint64
BEST = types.UniTuple(INT, 3)
#: The arrays of `genomes.circuits.tables.Forms`.
FORMS = types.Tuple((types.uint8[::1], types.int8[:, ::1], types.int8[:, :, ::1], types.int8[:, ::1], types.int32[::1]))
ZEROS = np.array(
    [
        0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F,
        0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF,
    ],
    dtype=np.uint64,
)  # fmt: skip
_AND, _XOR, _WIDTH = 65, 193, 4
_SHANNON, _ABOVE, _BELOW, _POSITIVE, _NEGATIVE = 0, 1, 2, 3, 4


@kernel(WORD(WORD, INT, INT))
def _packed(table, place, n):
    """The bits at which input `place` of n is 0, side by side."""
    table &= ZEROS[place]
    for i in range(place, n - 1):
        table = (table | table >> U(1 << i)) & ZEROS[i + 1]
    return table & ((U(1) << U(1 << (n - 1))) - U(1))


@kernel(types.UniTuple(WORD, 2)(WORD, INT, INT))
def halves(table, place, n):
    """The tables of n - 1 inputs where input `place` of n is 0, and where it is 1."""
    return _packed(table, place, n), _packed(table >> U(1 << place), place, n)


@kernel(INT(WORD, INT))
def _widened(table, n):
    for place in range(n, _WIDTH):
        table |= table << U(1 << place)
    return np.int64(table)


@inlined
def _joined(low, high, full, of_low, of_high):
    """What two different halves cost together without what they differ by, and how they are put together."""
    value, way = of_low + of_high + 3 * _AND, np.int64(_SHANNON)
    if low ^ high == full:
        value = of_low + _XOR
    elif low == U(0) or low == full or high == U(0) or high == full:
        value = of_low + of_high + _AND
    elif low & high == low:
        value, way = of_low + of_high + 2 * _AND, np.int64(_ABOVE)
    elif low & high == high:
        value, way = of_low + of_high + 2 * _AND, np.int64(_BELOW)
    return value, way


@kernel(BEST(WORD, types.uint8[::1], types.int32[::1]))
def _of_five(table, classes, costs):
    """As `best`; classes, costs: of FORMS."""
    least, found, chosen = np.int64(1 << 40), np.int64(0), np.int64(0)
    for place in range(_WIDTH + 1):
        low, high = halves(table, place, _WIDTH + 1)
        of_low, of_high = np.int64(costs[classes[low]]), np.int64(costs[classes[high]])
        if low == high:
            return of_low, np.int64(place), np.int64(_SHANNON)
        value, way = _joined(low, high, U(0xFFFF), of_low, of_high)
        by_xor = min(of_low, of_high) + np.int64(costs[classes[low ^ high]]) + _AND + _XOR
        if by_xor < value:
            value, way = by_xor, np.int64(_POSITIVE if of_low <= of_high else _NEGATIVE)
        if value < least:
            least, found, chosen = value, np.int64(place), way
    return least, found, chosen


@kernel(BEST(WORD, INT, FORMS))
def best(table, n, forms):
    """The cost of a table of n inputs, and of more than four, the input that it is taken apart by, and how."""
    classes, costs = forms[0], forms[4]
    if n <= _WIDTH:
        return np.int64(costs[classes[_widened(table, n)]]), np.int64(0), np.int64(0)
    if n == _WIDTH + 1:
        return _of_five(table, classes, costs)
    least, found, chosen = np.int64(1 << 40), np.int64(0), np.int64(0)
    for place in range(n):
        low, high = halves(table, place, n)
        of_low = _of_five(low, classes, costs)[0]
        if low == high:
            return of_low, np.int64(place), np.int64(_SHANNON)
        of_high = _of_five(high, classes, costs)[0]
        value, way = _joined(low, high, U(0xFFFFFFFF), of_low, of_high)
        by_xor = min(of_low, of_high) + _AND + _XOR
        if by_xor < min(value, least):  # else what they differ by cannot pay
            by_xor += _of_five(low ^ high, classes, costs)[0]
            if by_xor < value:
                value, way = by_xor, np.int64(_POSITIVE if of_low <= of_high else _NEGATIVE)
        if value < least:
            least, found, chosen = value, np.int64(place), way
    return least, found, chosen


@kernel(INT(GRAPH, INTS, INT, FORMS))
def looked_up(graph, read, table, forms):
    """A table of four literals."""
    classes, reads, gates, ends, _ = forms
    number = classes[table]
    nodes = np.zeros(1 + _WIDTH + gates.shape[1], np.int64)
    for i in range(_WIDTH):
        literal = np.int64(reads[table, i])
        nodes[1 + i] = read[(literal >> 1) - 1] ^ (literal & 1)
    for k in range(ends[number, 0]):
        a, b = np.int64(gates[number, k, 1]), np.int64(gates[number, k, 2])
        left, right = nodes[a >> 1] ^ (a & 1), nodes[b >> 1] ^ (b & 1)
        made = xor(graph, left, right) if gates[number, k, 0] == XOR else both(graph, left, right)
        nodes[1 + _WIDTH + k] = made
    output = np.int64(ends[number, 1])
    return nodes[output >> 1] ^ (output & 1) ^ np.int64(reads[table, _WIDTH])


@kernel(INT(GRAPH, INTS, INT, WORD, FORMS))
def decomposed(graph, read, n, table, forms):
    """A table over n ascending literals, none complemented, not all of which it need depend on."""
    if table & U(1):
        return decomposed(graph, read, n, table ^ (~U(0) >> U(64 - (1 << n))), forms) ^ 1
    kept = read[:n].copy()
    for place in range(n - 1, -1, -1):
        low, high = halves(table, place, n)
        if low == high:
            table = low
            kept[place : n - 1] = kept[place + 1 : n]
            n -= 1
    if n <= _WIDTH:
        four = np.zeros(_WIDTH, np.int32)
        four[:n] = kept[:n]
        return looked_up(graph, four, _widened(table, n), forms)
    _, place, way = best(table, n, forms)
    low, high = halves(table, place, n)
    x = np.int64(kept[place])
    rest = np.concatenate((kept[:place], kept[place + 1 : n]))
    if way == _SHANNON:
        then = decomposed(graph, rest, n - 1, high, forms)
        return mux(graph, x, then, decomposed(graph, rest, n - 1, low, forms))
    if way in (_BELOW, _NEGATIVE):
        x, low, high = x ^ 1, high, low
    first = decomposed(graph, rest, n - 1, low, forms)
    if way in (_ABOVE, _BELOW):
        return either(graph, first, both(graph, x, decomposed(graph, rest, n - 1, high, forms)))
    return xor(graph, first, both(graph, x, decomposed(graph, rest, n - 1, low ^ high, forms)))


@kernel(INT(GRAPH, INTS, INT, WORD, FORMS))
def spelled(graph, literals, n, table, forms):
    """The literal of a table over up to six literals; these may be constant, equal or complements of one another."""
    nodes, m = np.empty(n, np.int32), 0
    for i in range(n):
        literal, at = literals[i] & ~1, m
        while at > 0 and nodes[at - 1] >= literal:
            at -= 1
        if literal != FALSE and (at == m or nodes[at] != literal):
            nodes[at + 1 : m + 1] = nodes[at:m].copy()
            nodes[at] = literal
            m += 1
    if m == n and (nodes == literals[:n]).all():
        return decomposed(graph, nodes, n, table, forms)
    found = U(0)
    for point in range(1 << m):
        index = 0
        for i in range(n):
            for place in range(m):
                if nodes[place] == literals[i] & ~1 and point >> place & 1:
                    index ^= 1 << i
            if literals[i] & 1:
                index ^= 1 << i
        found |= (table >> U(index) & U(1)) << U(point)
    return decomposed(graph, nodes, m, found, forms)
