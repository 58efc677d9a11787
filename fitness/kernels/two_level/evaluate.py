"""Many covers on many samples without intermediate rows: a cover's truth never leaves the registers.

The idea. For one block of 16 words (1,024 samples) a term is the AND of its literals' rows, a cover the OR of its
terms; both accumulators are registers (`vectors`), and only two counts leave them. What remains is one load per
literal and register, of which AVX2 machines make two per cycle: 512 literal-samples per cycle is the bound, whatever
is written around it; some 75 % of it is reached. `fitness.evaluation.blocks` has the layout that keeps these
loads in the cache.

Terms come as lists of literals, ordered by length (`listing`): OR does not ask for an order, and with it the kernel has
one loop without branches per length up to `SHORT`, 15 % faster than one loop over terms of any length. Longer terms
follow. They stop where 8 literals leave nothing true in a block: 2.8 times as fast for 48 random literals, 6 % slower
for 9. Short terms do not stop (6 literals leave 1 sample in 64), nor do covers that are already true everywhere.

Complements are the caller's: counts and lanes are those of the covers as written.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import inlined, kernel
from fitness.kernels.simd.vectors import (
    and_eight,
    both,
    count,
    either,
    is_zero,
    load,
    ones,
    or_short_terms,
    products,
    weigh,
    zeros,
)
from fitness.kernels.widths import BLOCK, LONG, SHORT
from fitness.kernels.words import INT, SHARED

#: Of `listing.list_terms`: stream; starts and counts.
STREAM = types.Array(types.uint32, 1, "C", readonly=True)
TABLE = types.Array(types.int64, 2, "C", readonly=True)
BOOL = types.boolean
_U = np.uint64


@inlined
def and_from(truth, lits, first, stream, k, end):
    """`truth` AND the literals listed at k..end-1, by eights while anything is left true."""
    while end - k >= _U(SHORT) and not is_zero(truth):
        truth = both(truth, and_eight(lits, first, stream, k))
        k += _U(SHORT)
    if not is_zero(truth):
        while k < end:
            truth = both(truth, load(lits, first + _U(stream[k])))
            k += _U(1)
    return truth


@inlined
def _cover(lits, first, stream, starts, counts, c):
    """Where cover c is true in the block that begins at word `first`."""
    covered = ones() if counts[c, 0] > 0 else zeros()
    covered = or_short_terms(covered, lits, first, stream, _U(starts[c, 0]), counts[c])
    k = _U(starts[c, 1])
    for _ in range(counts[c, LONG]):
        end = k + _U(1) + _U(stream[k])
        truth = and_eight(lits, first, stream, k + _U(1))
        covered = either(covered, and_from(truth, lits, first, stream, k + _U(1 + SHORT), end))
        k = end
    return covered


@inlined
def total(inside, weights, block):
    """Samples of the mask `inside` of one block, or what they weigh."""
    return count(inside) if len(weights) == 0 else weigh(inside, load(weights, _U(block * BLOCK)))


@kernel(
    types.void(
        SHARED, SHARED, SHARED, SHARED, INT, INT, INT, STREAM, TABLE, TABLE, BOOL, types.int64[:, ::1],
        types.uint64[:, ::1]
    ),
)  # fmt: skip
def count_covers(
    lits, planes, keys, weights, n_literals, n_cares, n_outputs, stream, starts, counts, hashed, counted, lanes
):
    """Add up over all blocks, for every cover (output c % n_outputs of a genome).

    Args:
        lits, planes, keys, weights: of `Blocks`; n_literals, n_cares, n_outputs their rows per block.
        stream, starts, counts: of `list_terms`.
        hashed: whether lanes are wanted.
        counted: int64[covers, 2], zeros, written: counted samples that are covered, and the positive ones of them.
        lanes: uint64[covers, 2], zeros, written: see `fitness.evaluation.semantic_hash`.
    """
    for block in range(len(planes) // (BLOCK * (n_cares + n_outputs))):
        first, rows, key = _U(block * n_literals * BLOCK), block * (n_cares + n_outputs) * BLOCK, 2 * block * BLOCK
        output = 0
        for c in range(len(starts)):
            covered = _cover(lits, first, stream, starts, counts, c)
            care = load(planes, _U(rows + min(output, n_cares - 1) * BLOCK))
            inside = both(covered, care)
            right = both(covered, load(planes, _U(rows + (n_cares + output) * BLOCK)))
            counted[c, 0] += total(inside, weights, block)
            counted[c, 1] += total(right, weights, block)
            if hashed:
                lanes[c, 0] += products(inside, load(keys, _U(key)))
                lanes[c, 1] += products(inside, load(keys, _U(key + BLOCK)))
            output = output + 1 if output + 1 < n_outputs else 0
