"""The full one-flip gradient of one cover whose samples are sorted by label (formulas: `fitness.gradient`).

Block by block of 16 words, all terms on one block before the next, so that the block's literals (16 KB for 64 inputs)
stay in the nearest cache: first every term's true and near planes and the cover counters ge1, ge2, then what the block
adds to the removals, near & ~ge1 counted per failing literal: the one part that is dense. No block holds both labels.
Then term by term U_k = true & ~ge2, the few samples that k alone covers, go through `tally` for all additions at once.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.plane_vectors import fail_16, near_16
from fitness.kernels.simd.tally import HIGH, INDEX, SPARE, signed_tally, tally
from fitness.kernels.two_level.fails import LENGTHS, TERMS, opposite
from fitness.kernels.words import INT, MATRIX, SHARED, VECTOR, popcount

#: Words of a block.
BLOCK = 16
_SUM = 12
_FLOAT = types.float64
_FLOATS = types.float64[:, ::1]
_U = np.uint64


@kernel(types.void(SHARED, SHARED, INT, INT, INT, INDEX, INDEX, VECTOR, VECTOR, VECTOR, VECTOR))
def _blocks(blocks, valid, n_literals, first, last, rows, starts, scratch, counters, alone, sums):
    """Blocks [first, last): alone[k * words] on and the sums of the removals; see `near_16`."""
    k_terms, n_words = len(starts) - 1, len(valid)
    true, near = scratch[: BLOCK * k_terms], scratch[BLOCK * k_terms :]
    ge1, ge2 = counters[:BLOCK], counters[BLOCK:]
    for block in range(first, last):
        base, at = block * n_literals * BLOCK, block * BLOCK
        counters[:] = 0
        for k in range(k_terms):
            a, b = starts[_U(k)], starts[_U(k + 1)]
            fail_16(blocks, base, rows, a, b, valid, at, true, near, k * BLOCK, ge1, ge2)
        for k in range(k_terms):
            a, b = starts[_U(k)], starts[_U(k + 1)]
            near_16(blocks, base, rows, a, b, true, near, k * BLOCK, ge1, ge2, alone, k * n_words + at, sums)


@kernel(_FLOAT(VECTOR, INT))
def _total(sums, j):
    """The count that `near_16` left for literal j."""
    total, at = np.uint64(0), j * _SUM
    for lane in range(4):
        total += popcount(sums[_U(at + lane)]) + (popcount(sums[_U(at + 4 + lane)]) << _U(1))
        total += sums[_U(at + 8 + lane)] << _U(2)
    return np.float64(np.int64(total))


@kernel(types.void(TERMS, LENGTHS, INT, INDEX, INDEX))
def _list_rows(terms, lengths, n, rows, starts):
    """rows: first words of the rows where the literals fail, term after term; starts: where each term begins."""
    j = 0
    for k in range(len(lengths)):
        starts[k] = j
        for place in range(lengths[k]):
            rows[j] = opposite(terms[k, place], n) * BLOCK
            j += 1
    starts[len(lengths)] = j


@kernel(
    types.void(
        SHARED, MATRIX, MATRIX, MATRIX, SHARED, INT, TERMS, LENGTHS, _FLOAT, _FLOAT,
        _FLOATS, _FLOATS, _FLOATS, types.float64[::1],
    ),
)  # fmt: skip
def cover_gradient(
    blocks, rows, samples, signed, valid, wp, terms, lengths, miss, wrong, add, remove, negate, drop
):  # fmt: skip
    """Change of miss * (on-set samples missed) + wrong * (off-set samples covered) by every move on a cover of K terms.

    blocks: uint64[W / BLOCK * 2n * BLOCK], the literals of one block side by side, block after block; rows, samples,
    valid: see `fitness.layouts.sample_major`; signed: see `signed_tally`; words [0, wp) are the on-set, wp and W
    multiples of BLOCK; terms: int32[K, >= longest] with lengths int64[K]. Written: add float64[K, 2n], remove and
    negate float64[K, L] (NaN behind a term's length), drop float64[K].
    """
    k_terms, n, n_words, size = len(lengths), rows.shape[1], len(valid), lengths.sum()
    fails, starts = np.empty(size, np.int64), np.empty(k_terms + 1, np.int64)
    _list_rows(terms, lengths, n, fails, starts)
    alone, sums = np.empty((k_terms, n_words), np.uint64), np.zeros((2, size * _SUM), np.uint64)
    scratch, counters = np.empty(2 * BLOCK * k_terms, np.uint64), np.empty(2 * BLOCK, np.uint64)
    flat, border, end = alone.reshape(-1), wp // BLOCK, n_words // BLOCK
    _blocks(blocks, valid, 2 * n, 0, border, fails, starts, scratch, counters, flat, sums[0])
    _blocks(blocks, valid, 2 * n, border, end, fails, starts, scratch, counters, flat, sums[1])
    words, numbers = np.empty(n_words + 1, np.int64), np.empty(64 * n_words + SPARE, np.int64)
    planes = np.empty((HIGH + 4, samples.shape[1]), np.uint64)
    ones, zeros = np.empty(64 * samples.shape[1], np.uint64), np.empty(64 * samples.shape[1], np.uint64)
    for k in range(k_terms):
        if miss == wrong:
            n_on, n_off = signed_tally(alone, k, wp, rows, signed, words, numbers, planes, ones, zeros)
            for i in range(n):
                add[k, n + i] = miss * np.float64(np.int32(ones[i]) - np.int32(n_off))
        else:
            n_on = tally(alone, k, 0, wp, rows, samples, words, numbers, planes, ones)
            n_off = tally(alone, k, wp, n_words, rows, samples, words, numbers, planes, zeros)
            for i in range(n):
                add[k, n + i] = miss * np.float64(np.int32(ones[i])) - wrong * np.float64(np.int32(zeros[i]))
        gone = miss * n_on - wrong * n_off
        drop[k] = gone
        for i in range(n):
            add[k, i] = gone - add[k, n + i]
        for j in range(lengths[k]):
            change = wrong * _total(sums[1], starts[k] + j) - miss * _total(sums[0], starts[k] + j)
            remove[k, j], negate[k, j] = change, gone + change
        for j in range(lengths[k], remove.shape[1]):
            remove[k, j], negate[k, j] = np.nan, np.nan
