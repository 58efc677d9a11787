"""Masks of terms as lists of literals, the form that `evaluate` and `votes` read.

A literal is the offset of its row in a block, in words. Per cover, terms of up to `widths.SHORT` literals come first,
shortest first, and are told apart by the number of terms of each length; longer ones follow, each led by its length.
One pass per batch, some 2 ns a literal: what it costs is repaid where there is more than one block of samples or order
helps.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import inlined, kernel
from fitness.kernels.widths import BLOCK, LONG, SPILL
from fitness.kernels.words import COUNTS, INT, popcount, trailing_zeros

_CUBES = types.Array(types.uint64, 3, "C", readonly=True)
_LIST = types.Array(types.int64, 1, "C", readonly=True)
_U = np.uint64


@kernel(INT(_CUBES, COUNTS))
def measure_terms(cubes, lengths):
    """Literals of every cube uint64[T, 2, W] into `lengths`; returns their sum."""
    total = np.int64(0)
    for t in range(len(cubes)):
        length = np.int64(0)
        for p in range(2):
            for w in range(cubes.shape[2]):
                length += np.int64(popcount(cubes[t, p, w]))
        lengths[t] = length
        total += length
    return total


@inlined
def _order_by_length(lengths, first, last, order, counts):
    """order: first..last-1, shortest first, all longer than SHORT last; counts[m]: those of m literals.

    One walk per length that occurs, in which every term is written and kept by moving on: no branch, and no counter in
    memory that the next term would have to wait for.
    """
    present = _U(0)
    for t in range(first, last):
        present |= _U(1) << _U(min(lengths[t], LONG))
    filled = _U(0)
    while present:
        m = np.int64(trailing_zeros(present))
        before = filled
        for t in range(first, last):
            order[filled] = t
            filled += _U(min(lengths[t], LONG) == m)
        counts[m] = filled - before
        present &= present - _U(1)


@inlined
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


@kernel(
    types.void(_CUBES, _LIST, _LIST, INT, types.uint32[::1], types.int64[:, ::1], types.int64[:, ::1]),
)  # fmt: skip
def list_terms(cubes, lengths, offsets, n_inputs, stream, starts, counts):
    """Masks as lists of literals, cover by cover.

    Args:
        cubes, offsets: of a `CoverBatch` with `n_inputs` inputs; lengths: of `measure_terms`.
        stream: uint32[literals + terms + SPILL], written: word offsets of literals in a block.
        starts: int64[covers, 2], written: where a cover's short and its long terms begin.
        counts: int64[covers, SHORT + 2], zeros, written: terms by length; the last column counts the long ones.
    """
    order = np.empty(len(cubes) + 1, dtype=np.int64)
    k = _U(0)
    for c in range(len(starts)):
        n = offsets[c + 1] - offsets[c]
        _order_by_length(lengths, offsets[c], offsets[c + 1], order, counts[c])
        starts[c, 0] = k
        for i in range(n - counts[c, LONG]):
            k = _list_literals(cubes, order[i], n_inputs, stream, k)
        starts[c, 1] = k
        for i in range(n - counts[c, LONG], n):
            stream[k] = lengths[order[i]]
            k = _list_literals(cubes, order[i], n_inputs, stream, k + _U(1))
