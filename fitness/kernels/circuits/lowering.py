"""The units of networks as gates: the compiled twin of `genomes.networks.lower`, which says what is built.

Kinds are numbered as in `genomes.networks.units`.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.circuits.gates import FALSE, GRAPH, INTS, all_of, any_of, both, mux, parity
from fitness.kernels.circuits.sums import WIDEST, at_least, at_least_constant, total
from fitness.kernels.circuits.tables import FORMS, spelled
from fitness.kernels.words import INT

_KINDS = types.Array(types.int8, 1, "C", readonly=True)
_READ = types.Array(types.int32, 1, "C", readonly=True)
_LONG = types.Array(types.int64, 1, "C", readonly=True)


@kernel(INT(INT, INT, _LONG))
def room_for(kind, n, params):
    """Gates that a unit of n literals adds at most."""
    if kind == 3:
        return 3 << n
    if kind == 5:
        return 32 * n + 64
    if kind == 6:
        bits = 64
        for i in range(n):
            weight = abs(params[i])
            while weight:
                bits += weight & 1
                weight >>= 1
        return 8 * bits + 8 * WIDEST
    return n + 4


@kernel(types.UniTuple(types.int64[::1], 3)(types.boolean[::1], INT))
def diagram(values, width):
    """The different parts of a table, one of each length 2**place: low and high half of each, and its place.

    Parts 0 and 1 are the values; the last is the whole table of 2**width values.
    """
    size = len(values)
    low, high, places = (
        np.zeros(2 * size + 2, np.int64),
        np.zeros(2 * size + 2, np.int64),
        np.zeros(2 * size + 2, np.int64),
    )
    parts, table, n = values.astype(np.int64), np.zeros(4 * size, np.int64), 2
    mask = np.uint64(len(table) - 1)
    for place in range(1, width + 1):
        size >>= 1
        for i in range(size):
            a, b = parts[2 * i], parts[2 * i + 1]
            z = (np.uint64(a) * np.uint64(0xBF58476D1CE4E5B9) ^ np.uint64(b)) * np.uint64(0x94D049BB133111EB)
            at = (z ^ (z >> np.uint64(31)) + np.uint64(place)) & mask
            k = table[at]
            while k and not (low[k] == a and high[k] == b and places[k] == place):
                at = (at + np.uint64(1)) & mask
                k = table[at]
            if k == 0:
                k, table[at] = n, n
                low[n], high[n], places[n] = a, b, place
                n += 1
            parts[i] = k
    last = parts[0] + 1
    return low[:last], high[:last], places[:last]


@kernel(INT(GRAPH, INTS, INT, types.boolean[::1]))
def chosen(graph, literals, width, values):
    """values[i] where the first `width` literals spell i: a decision diagram, the highest literal first."""
    low, high, places = diagram(values, width)
    found = np.full(len(low), -1, np.int64)
    found[:2] = np.arange(2)[: len(found)]
    stack, top = np.empty(2 * WIDEST, np.int64), 0
    stack[0] = len(low) - 1
    while top >= 0:
        part = stack[top]
        if found[part] >= 0:
            top -= 1
        elif found[high[part]] < 0:
            top += 1
            stack[top] = high[part]
        elif found[low[part]] < 0:
            top += 1
            stack[top] = low[part]
        else:
            literal = np.int64(literals[places[part] - 1])
            found[part] = mux(graph, literal, found[high[part]], found[low[part]])
    return found[-1]


@kernel(INT(GRAPH, INTS, INT, _LONG))
def count(graph, read, n, holds):
    """A unit that holds at some numbers of true literals."""
    if len(holds) == 0:
        return FALSE
    first, last = holds[0], holds[-1]
    if last - first + 1 < len(holds) + 1:
        upper = FALSE if last == n else at_least(graph, read, n, last + 1)
        return both(graph, at_least(graph, read, n, first), upper ^ 1)
    bits = np.empty(WIDEST, np.int32)
    width = total(graph, read, np.ones(n, np.int64), n, bits)
    values = np.zeros(1 << width, np.bool_)
    for value in holds:
        if value < len(values):
            values[value] = True
    return chosen(graph, bits, width, values)


@kernel(INT(GRAPH, INTS, INT, _LONG))
def threshold(graph, read, n, params):
    """A unit of weights and their least sum."""
    weights, least = np.empty(n, np.int64), params[n]
    for i in range(n):
        if params[i] < 0:
            least -= params[i]
            read[i] ^= 1
        weights[i] = abs(params[i])
    if (weights == 1).all():
        return at_least(graph, read, n, least)
    bits = np.empty(WIDEST, np.int32)
    return at_least_constant(graph, bits, total(graph, read, weights, n, bits), least)


@kernel(INT(GRAPH, INTS, INT, _LONG))
def products(graph, read, n, lengths):
    """A sum of products; lengths: of each."""
    terms, start = np.empty(len(lengths), np.int32), 0
    for k in range(len(lengths)):
        terms[k] = all_of(graph, read[start : start + lengths[k]], lengths[k])
        start += lengths[k]
    return any_of(graph, terms, len(terms))


@kernel(INT(GRAPH, INT, INTS, INT, _LONG, FORMS))
def unit(graph, kind, read, n, params, forms):
    """The literal of a unit over the literals `read`, which are overwritten."""
    if kind == 0:
        return all_of(graph, read, n)
    if kind == 1:
        return parity(graph, read, n)
    if kind == 2:
        return mux(graph, np.int64(read[0]), np.int64(read[1]), np.int64(read[2]))
    if kind == 3:
        return spelled(graph, read, n, np.uint64(params[0]), forms)
    if kind == 4:
        return products(graph, read, n, params)
    if kind == 5:
        return count(graph, read, n, params)
    return threshold(graph, read, n, params)


@kernel(INT(GRAPH, _KINDS, _LONG, _READ, _LONG, _LONG, FORMS, INTS, INT))
def lower(graph, kinds, starts, literals, param_starts, params, forms, nodes, first):
    """Add the units from number `first` on as long as there is room; returns the number of the next.

    kinds, starts, literals, param_starts, params: of a network; forms: see `tables`; nodes: int32[1 + inputs + units],
    the literal in the graph of the constant, the inputs and the units, of which those of units are written.
    """
    gates, _, counts = graph
    before = len(nodes) - len(kinds)
    for u in range(first, len(kinds)):
        start, n = starts[u], starts[u + 1] - starts[u]
        own = params[param_starts[u] : param_starts[u + 1]]
        if counts[0] + room_for(kinds[u], n, own) > len(gates):
            return u
        read = np.empty(n, np.int32)
        for i in range(n):
            read[i] = nodes[literals[start + i] >> 1] ^ (literals[start + i] & 1)
        nodes[before + u] = unit(graph, kinds[u], read, n, own, forms)
    return len(kinds)
