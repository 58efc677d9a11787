"""A graph of gates under construction: what `genomes.circuits.builder` makes gate by gate, the same compiled.

Equal gates are one node: a table with open addressing and linear probing finds a gate by its op and operands. A
function here adds the gates that the builder's method of the same name does, in the same order, so both make the same
graph; how a thing is built is explained there.

A graph is a tuple of three arrays. gates: int32[room, 3], op, left and right of each gate; table: int32[a power of two,
at least twice the room], the number of a gate plus 1, or 0; counts: int64[2], gates so far, and inputs.
Who adds gates sees to it that there is room.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT

FALSE, TRUE = 0, 1
AND, XOR = 0, 1
GATES = types.int32[:, ::1]
INTS = types.int32[::1]
GRAPH = types.Tuple((GATES, INTS, types.int64[::1]))


@kernel(INT(INTS, GATES, INT, INT, INT))
def place_of(table, gates, op, a, b):
    """The place in the table of a gate, or the empty one that it would have."""
    mask = np.uint64(len(table) - 1)
    z = (np.uint64(a) << np.uint64(32)) ^ (np.uint64(b) << np.uint64(1)) ^ np.uint64(op)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    place = (z ^ (z >> np.uint64(31))) & mask
    while True:
        k = table[place] - 1
        if k < 0 or (gates[k, 0] == op and gates[k, 1] == a and gates[k, 2] == b):
            return np.int64(place)
        place = (place + np.uint64(1)) & mask


@kernel(types.void(GATES, INT, INTS))
def fill(gates, n, table):
    """Write the first n gates into an empty table."""
    for k in range(n):
        table[place_of(table, gates, gates[k, 0], gates[k, 1], gates[k, 2])] = k + 1


@kernel(INT(GRAPH, INT, INT, INT))
def node(graph, op, a, b):
    """The literal of a gate, made where there is none."""
    gates, table, counts = graph
    place = place_of(table, gates, op, a, b)
    if table[place] == 0:
        k = counts[0]
        gates[k, 0], gates[k, 1], gates[k, 2] = op, a, b
        counts[0] = k + 1
        table[place] = k + 1
    return 2 * (counts[1] + np.int64(table[place]))


@kernel(INT(GRAPH, INT, INT))
def both(graph, a, b):
    """a AND b."""
    a, b = min(a, b), max(a, b)
    if a == FALSE or a == b ^ 1:
        return FALSE
    if a in (TRUE, b):
        return b
    return node(graph, AND, a, b)


@kernel(INT(GRAPH, INT, INT))
def either(graph, a, b):
    """a OR b."""
    return both(graph, a ^ 1, b ^ 1) ^ 1


@kernel(INT(GRAPH, INT, INT))
def xor(graph, a, b):
    """Whether they differ."""
    sign = (a ^ b) & 1
    a, b = min(a | 1, b | 1) ^ 1, max(a | 1, b | 1) ^ 1
    if a == b:
        return sign
    if a == FALSE:
        return b ^ sign
    return node(graph, XOR, a, b) ^ sign


@kernel(INT(GRAPH, INT, INT, INT))
def mux(graph, condition, then, otherwise):
    """`then` where the condition holds, else `otherwise`."""
    if then == otherwise:
        return then
    if then == otherwise ^ 1:
        return xor(graph, condition, otherwise)
    if then == TRUE:
        return either(graph, condition, otherwise)
    first = both(graph, condition, then)
    return either(graph, first, both(graph, condition ^ 1, otherwise))


@kernel(INT(GRAPH, INTS, INT))
def all_of(graph, row, n):
    """The AND of the first n literals of a row, which is sorted and overwritten; of none, true."""
    if n > 16:
        row[:n].sort()
    else:
        for i in range(1, n):
            k = i
            while k > 0 and row[k - 1] > row[k]:
                row[k - 1], row[k] = row[k], row[k - 1]
                k -= 1
    kept = 0
    for i in range(n):
        if row[i] == FALSE or (kept > 0 and row[kept - 1] == row[i] ^ 1 and row[i] > TRUE):
            return FALSE
        if row[i] != TRUE and (kept == 0 or row[kept - 1] != row[i]):
            row[kept] = row[i]
            kept += 1
    while kept > 1:
        for i in range(kept // 2):
            row[i] = both(graph, row[2 * i], row[2 * i + 1])
        if kept & 1:
            row[kept // 2] = row[kept - 1]
        kept = (kept + 1) // 2
    return np.int64(row[0]) if kept else TRUE


@kernel(INT(GRAPH, INTS, INT))
def any_of(graph, row, n):
    """The OR of the first n literals of a row, which is overwritten; of none, false."""
    for i in range(n):
        row[i] ^= 1
    return all_of(graph, row, n) ^ 1


@kernel(INT(GRAPH, INTS, INT))
def parity(graph, row, n):
    """Whether an odd number of the first n literals of a row holds; it is overwritten."""
    while n > 1:
        for i in range(n // 2):
            row[i] = xor(graph, row[2 * i], row[2 * i + 1])
        if n & 1:
            row[n // 2] = row[n - 1]
        n = (n + 1) // 2
    return np.int64(row[0]) if n else FALSE


@kernel(types.UniTuple(INT, 3)(INT, GATES, INT, INTS))
def size_of(n_inputs, gates, n, roots):
    """Of the gates that the roots depend on: ANDs, a XOR being 3, and their levels, a XOR being 2; and all as 1."""
    reached, levels = np.zeros(n_inputs + 1 + n, np.bool_), np.zeros(n_inputs + 1 + n, np.int32)
    for root in roots:
        reached[root >> 1] = True
    for k in range(n - 1, -1, -1):
        if reached[n_inputs + 1 + k]:
            reached[gates[k, 1] >> 1] = reached[gates[k, 2] >> 1] = True
    ands, depth, all_gates = 0, 0, 0
    for k in range(n):
        at = n_inputs + 1 + k
        if reached[at]:
            differ = gates[k, 0] == XOR
            levels[at] = max(levels[gates[k, 1] >> 1], levels[gates[k, 2] >> 1]) + (2 if differ else 1)
            ands += 3 if differ else 1
            all_gates += 1
            depth = max(depth, levels[at])
    return ands, depth, all_gates
