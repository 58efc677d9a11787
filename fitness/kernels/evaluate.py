"""Many covers on many samples without intermediate rows: a cover's truth never leaves the registers.

The idea. For one block of 16 words (1,024 samples) a term is the AND of its literals' rows, a cover the OR of its terms;
both accumulators are registers (`vectors`), and only two counts leave them. What remains is one load per literal and
register, of which AVX2 machines make two per cycle: 512 literal-samples per cycle is the bound, whatever is written
around it; some 75 % of it is reached. `fitness.blocks` has the layout that keeps these loads in the cache.

Literals are listed once per batch (`list_terms`): the masks of a cover's terms become word offsets of literals, terms
ordered by length. OR and votes do not ask for an order, and with it the kernel has one loop without branches per length
up to `SHORT`: 15 % faster than one loop over terms of any length. Longer terms follow, each led by its length. They stop
where 8 literals leave nothing true in a block: 2.8 times as fast for 48 random literals, 6 % slower for 9. Short terms
do not stop (6 literals leave 1 sample in 64), nor do covers that are already true everywhere.

Votes. The number of true terms per class is bit-sliced as in `numpy_packed`: planes in a scratch of some kilobytes,
ripple-carry addition that ends with the carry; the winner is found plane by plane from the highest down.

Complements are the caller's: counts and lanes are those of the covers as written.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from fitness.blocks import BLOCK
from fitness.kernels.vectors import (
    SHORT,
    and_eight,
    both,
    count,
    differ,
    either,
    is_zero,
    load,
    ones,
    or_short_terms,
    products,
    store,
    without,
    zeros,
)  # fmt: skip
from fitness.kernels.words import COUNTS, INT, SHARED, VECTOR, popcount, trailing_zeros

#: Entries that `list_terms` may write behind the last one.
SPILL = 3
_LONG = SHORT + 1
_BOOL = types.boolean
_STREAM = types.Array(types.uint32, 1, "C", readonly=True)
_TABLE = types.Array(types.int64, 2, "C", readonly=True)
_LIST = types.Array(types.int64, 1, "C", readonly=True)
_CUBES = types.Array(types.uint64, 3, "C", readonly=True)
_U = np.uint64


@njit(INT(_CUBES, COUNTS), cache=True, nogil=True)
def measure_terms(cubes, lengths):
    """Literals of every cube uint64[T, 2, W] into `lengths`; returns their sum."""
    total = 0
    for t in range(len(cubes)):
        length = 0
        for p in range(2):
            for w in range(cubes.shape[2]):
                length += np.int64(popcount(cubes[t, p, w]))
        lengths[t] = length
        total += length
    return total


@njit(inline="always")
def _order_by_length(lengths, first, last, order, position, counts):
    """order: first..last-1, shortest first, all longer than SHORT last; counts[m]: those of m literals."""
    for t in range(first, last):
        counts[min(lengths[t], _LONG)] += 1
    before = 0
    for m in range(_LONG + 1):
        position[m] = before
        before += counts[m]
    for t in range(first, last):
        m = min(lengths[t], _LONG)
        order[position[m]] = t
        position[m] += 1


@njit(inline="always")
def _list_literals(cubes, t, n_inputs, stream, k):
    """Write the word offsets of cube t's literals from stream[k] on; returns where they end.

    Several at a time whether they exist or not (the next ones overwrite them): few branches depend on the number.
    """
    for p in range(2):
        for w in range(cubes.shape[2]):
            word = cubes[_U(t), _U(p), _U(w)]
            end = k + popcount(word)
            base = _U(p * n_inputs + 64 * w)
            while k < end:
                for j in range(SPILL):
                    stream[k + _U(j)] = np.uint32((base + trailing_zeros(word)) * _U(BLOCK))
                    word &= word - _U(1)
                k += _U(SPILL)
            k = end
    return k


@njit(
    types.void(_CUBES, _LIST, _LIST, INT, types.uint32[::1], types.int64[:, ::1], types.int64[:, ::1]),
    cache=True,
    nogil=True,
)  # fmt: skip
def list_terms(cubes, lengths, offsets, n_inputs, stream, starts, counts):
    """Masks as lists of literals, cover by cover.

    Args:
        cubes, offsets: of a `CoverBatch` with `n_inputs` inputs; lengths: of `measure_terms`.
        stream: uint32[literals + terms + SPILL], written: word offsets of literals in a block.
        starts: int64[covers, 2], written: where a cover's short and its long terms begin.
        counts: int64[covers, SHORT + 2], zeros, written: terms by length; the last column counts the long ones.
    """
    order, position = np.empty(len(cubes), dtype=np.int64), np.empty(_LONG + 1, dtype=np.int64)
    k = _U(0)
    for c in range(len(starts)):
        n = offsets[c + 1] - offsets[c]
        _order_by_length(lengths, offsets[c], offsets[c + 1], order, position, counts[c])
        starts[c, 0] = k
        for i in range(n - counts[c, _LONG]):
            k = _list_literals(cubes, order[i], n_inputs, stream, k)
        starts[c, 1] = k
        for i in range(n - counts[c, _LONG], n):
            stream[k] = lengths[order[i]]
            k = _list_literals(cubes, order[i], n_inputs, stream, k + _U(1))


@njit(inline="always")
def _and_from(truth, lits, first, stream, k, end):
    """`truth` AND the literals listed at k..end-1, by eights while anything is left true."""
    while end - k >= _U(SHORT) and not is_zero(truth):
        truth = both(truth, and_eight(lits, first, stream, k))
        k += _U(SHORT)
    if not is_zero(truth):
        while k < end:
            truth = both(truth, load(lits, first + _U(stream[k])))
            k += _U(1)
    return truth


@njit(inline="always")
def _cover(lits, first, stream, starts, counts, c):
    """Where cover c is true in the block that begins at word `first`."""
    covered = ones() if counts[c, 0] > 0 else zeros()
    covered = or_short_terms(covered, lits, first, stream, _U(starts[c, 0]), counts[c])
    k = _U(starts[c, 1])
    for _ in range(counts[c, _LONG]):
        end = k + _U(1) + _U(stream[k])
        truth = and_eight(lits, first, stream, k + _U(1))
        covered = either(covered, _and_from(truth, lits, first, stream, k + _U(1 + SHORT), end))
        k = end
    return covered


@njit(
    types.void(
        SHARED, SHARED, SHARED, INT, INT, INT, _STREAM, _TABLE, _TABLE, _BOOL, types.int64[:, ::1], types.uint64[:, ::1]
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def count_covers(lits, planes, keys, n_literals, n_cares, n_outputs, stream, starts, counts, hashed, counted, lanes):
    """Add up over all blocks, for every cover (output c % n_outputs of a genome).

    Args:
        lits, planes, keys: of `Blocks`; n_literals, n_cares, n_outputs their rows per block.
        stream, starts, counts: of `list_terms`.
        hashed: whether lanes are wanted.
        counted: int64[covers, 2], zeros, written: counted samples that are covered, and the positive ones of them.
        lanes: uint64[covers, 2], zeros, written: see `fitness.behaviours`.
    """
    for block in range(len(planes) // (BLOCK * (n_cares + n_outputs))):
        first, rows, key = _U(block * n_literals * BLOCK), block * (n_cares + n_outputs) * BLOCK, 2 * block * BLOCK
        output = 0
        for c in range(len(starts)):
            covered = _cover(lits, first, stream, starts, counts, c)
            care = load(planes, _U(rows + min(output, n_cares - 1) * BLOCK))
            inside = both(covered, care)
            counted[c, 0] += count(inside)
            counted[c, 1] += count(both(covered, load(planes, _U(rows + (n_cares + output) * BLOCK))))
            if hashed:
                lanes[c, 0] += products(inside, load(keys, _U(key)))
                lanes[c, 1] += products(inside, load(keys, _U(key + BLOCK)))
            output = output + 1 if output + 1 < n_outputs else 0


@njit(inline="always")
def _vote(truth, scratch, at, bits):
    """Add one to the counters (planes from scratch[at] on) where `truth` holds."""
    j = 0
    while j < bits and not is_zero(truth):
        plane = load(scratch, _U(at + j * BLOCK))
        store(scratch, _U(at + j * BLOCK), differ(plane, truth))
        truth = both(plane, truth)
        j += 1


@njit(types.void(SHARED, INT, _STREAM, _TABLE, _TABLE, INT, VECTOR, INT, INT), cache=True, nogil=True)
def _poll(lits, first, stream, starts, counts, c, scratch, at, bits):
    """Counters of the true terms of cover c: `bits` planes from scratch[at] on, lowest first."""
    scratch[at : at + bits * BLOCK] = 0
    for _ in range(counts[c, 0]):
        _vote(ones(), scratch, at, bits)
    k = _U(starts[c, 0])
    for length in range(1, _LONG):
        for _ in range(counts[c, length]):
            truth = load(lits, _U(first) + _U(stream[k]))
            for j in range(_U(1), _U(length)):
                truth = both(truth, load(lits, _U(first) + _U(stream[k + j])))
            _vote(truth, scratch, at, bits)
            k += _U(length)
    for _ in range(counts[c, _LONG]):
        end = k + _U(1) + _U(stream[k])
        truth = and_eight(lits, _U(first), stream, k + _U(1))
        _vote(_and_from(truth, lits, _U(first), stream, k + _U(1 + SHORT), end), scratch, at, bits)
        k = end


@njit(inline="always")
def _above(scratch, first, second, bits):
    """Where the counters at scratch[first] exceed those at scratch[second]."""
    above, equal = zeros(), ones()
    for j in range(bits - 1, -1, -1):
        a, b = load(scratch, _U(first + j * BLOCK)), load(scratch, _U(second + j * BLOCK))
        above = either(above, both(equal, without(a, b)))
        equal = without(equal, differ(a, b))
    return above


@njit(types.void(VECTOR, _LIST, INT, _BOOL), cache=True, nogil=True)
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


@njit(
    types.void(
        SHARED, SHARED, SHARED, INT, INT, _STREAM, _TABLE, _TABLE, _LIST, INT, _BOOL, _BOOL, VECTOR,
        types.int64[:, :, ::1], types.uint64[:, :, ::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def count_votes(
    lits, planes, keys, n_literals, n_cares, stream, starts, counts, order, bits, fewest, hashed, scratch, tables, lanes
):
    """Add up over all blocks the confusion counts of every genome; classes vote by their number of true terms.

    Args:
        lits, planes, keys, n_literals, n_cares, stream, starts, counts, hashed: as of `count_covers`.
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
                    tables[genome, true, p] += count(both(won, row))
                if hashed:
                    inside = both(won, load(planes, _U(rows)))
                    lanes[genome, p, 0] += products(inside, load(keys, _U(key)))
                    lanes[genome, p, 1] += products(inside, load(keys, _U(key + BLOCK)))
