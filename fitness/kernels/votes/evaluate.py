"""Classes that vote with their number of true terms, 64 samples to a word.

The idea. As in `numpy_packed` a counter is a list of planes, lowest first, here of one block each, in a scratch of
some kilobytes. A term is added by ripple carry, which ends with the carry; the winner is found plane by plane from
the highest down, and only the counts of true against predicted classes leave the scratch. See `evaluate` for terms
and blocks."""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import inlined, kernel
from fitness.kernels.simd.vectors import (
    and_eight,
    both,
    differ,
    either,
    is_zero,
    load,
    ones,
    products,
    store,
    without,
    zeros,
)
from fitness.kernels.two_level.evaluate import BOOL, STREAM, TABLE, and_from, total
from fitness.kernels.widths import BLOCK, LONG, SHORT
from fitness.kernels.words import INT, SHARED, VECTOR

_LIST = types.Array(types.int64, 1, "C", readonly=True)
_U = np.uint64


@inlined
def _vote(truth, scratch, at, bits):
    """Add one to the counters (planes from scratch[at] on) where `truth` holds."""
    j = 0
    while j < bits and not is_zero(truth):
        plane = load(scratch, _U(at + j * BLOCK))
        store(scratch, _U(at + j * BLOCK), differ(plane, truth))
        truth = both(plane, truth)
        j += 1


@kernel(types.void(SHARED, INT, STREAM, TABLE, TABLE, INT, VECTOR, INT, INT))
def _poll(lits, first, stream, starts, counts, c, scratch, at, bits):
    """Counters of the true terms of cover c: `bits` planes from scratch[at] on, lowest first."""
    scratch[at : at + bits * BLOCK] = 0
    for _ in range(counts[c, 0]):
        _vote(ones(), scratch, at, bits)
    k = _U(starts[c, 0])
    for length in range(1, LONG):
        for _ in range(counts[c, length]):
            truth = load(lits, _U(first) + _U(stream[k]))
            for j in range(_U(1), _U(length)):
                truth = both(truth, load(lits, _U(first) + _U(stream[k + j])))
            _vote(truth, scratch, at, bits)
            k += _U(length)
    for _ in range(counts[c, LONG]):
        end = k + _U(1) + _U(stream[k])
        truth = and_eight(lits, _U(first), stream, k + _U(1))
        _vote(and_from(truth, lits, _U(first), stream, k + _U(1 + SHORT), end), scratch, at, bits)
        k = end


@inlined
def _above(scratch, first, second, bits):
    """Where the counters at scratch[first] exceed those at scratch[second]."""
    above, equal = zeros(), ones()
    for j in range(bits - 1, -1, -1):
        a, b = load(scratch, _U(first + j * BLOCK)), load(scratch, _U(second + j * BLOCK))
        above = either(above, both(equal, without(a, b)))
        equal = without(equal, differ(a, b))
    return above


@kernel(types.void(VECTOR, _LIST, INT, BOOL))
def _elect(scratch, order, bits, fewest):
    """Winners from counters: class c's plane of wins goes to scratch[(n_classes + 1) * bits + c], in blocks.

    The best counters so far are those after the classes' own.
    """
    n, size = len(order), bits * BLOCK
    best, wins = n * size, (n + 1) * size
    scratch[best : best + size] = scratch[order[0] * size : (order[0] + 1) * size]
    store(scratch, _U(wins + order[0] * BLOCK), ones())
    for i in range(1, n):
        mine = order[i] * size
        better = _above(scratch, best, mine, bits) if fewest else _above(scratch, mine, best, bits)
        for before in order[:i]:
            at = _U(wins + before * BLOCK)
            store(scratch, at, without(load(scratch, at), better))
        store(scratch, _U(wins + order[i] * BLOCK), better)
        for j in range(bits):
            at = _U(best + j * BLOCK)
            kept = without(load(scratch, at), better)
            store(scratch, at, either(kept, both(load(scratch, _U(mine + j * BLOCK)), better)))


@kernel(
    types.void(
        SHARED, SHARED, SHARED, SHARED, INT, INT, STREAM, TABLE, TABLE, _LIST, INT, BOOL, BOOL, VECTOR,
        types.int64[:, :, ::1], types.uint64[:, :, ::1],
    ),
)  # fmt: skip
def count_votes(
    lits, planes, keys, weights, n_literals, n_cares, stream, starts, counts, order, bits, fewest, hashed, scratch,
    tables, lanes,
):  # fmt: skip
    """Add up over all blocks the confusion counts of every genome; classes vote by their number of true terms.

    Args:
        lits, planes, keys, weights, n_literals, n_cares, stream, starts, counts, hashed: as of `count_covers`.
        order, fewest: as of `numpy_packed.winners`.
        bits: planes of a counter, enough for the terms of any class.
        scratch: uint64[((classes + 1) * bits + classes) * BLOCK], any content.
        tables: int64[genomes, classes, classes], zeros, written: true classes in rows.
        lanes: uint64[genomes, classes, 2], zeros, written.
    """
    n = len(order)
    wins = (n + 1) * bits * BLOCK
    for block in range(len(planes) // (BLOCK * (n_cares + n))):
        rows, key = block * (n_cares + n) * BLOCK, 2 * block * BLOCK
        for genome in range(len(tables)):
            for c in range(n):
                _poll(
                    lits, block * n_literals * BLOCK, stream, starts, counts, genome * n + c, scratch,
                    c * bits * BLOCK, bits,
                )  # fmt: skip
            _elect(scratch, order, bits, fewest)
            for p in range(n):
                won = load(scratch, _U(wins + p * BLOCK))
                for true in range(n):
                    row = load(planes, _U(rows + (n_cares + true) * BLOCK))
                    tables[genome, true, p] += total(both(won, row), weights, block)
                if hashed:
                    inside = both(won, load(planes, _U(rows)))
                    lanes[genome, p, 0] += products(inside, load(keys, _U(key)))
                    lanes[genome, p, 1] += products(inside, load(keys, _U(key + BLOCK)))
