"""One step of BOLD's optimiser on the bits of a cover, with exact differences in place of its estimated ones.

Bit (k, l) says whether term k has literal l. Each has an accumulator m <- beta m - eta (scale D + lambda s), D the
exact change on a batch, scale from the batch to all rows, s the change of literals and terms; a bit flips when m >= 1,
and its m is 0 again (Nguyen et al. 2024, arXiv 2405.16339: m <- beta m + eta q, flip where m agrees with the weight).
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.gradient.moves import TABLE
from fitness.kernels.words import COUNTS, INT, LITERALS

_FLOAT = types.float64
_FLOATS = types.float64[::1]


@kernel(types.void(LITERALS, COUNTS, INT, INT, INT, INT))
def _flip(terms, lengths, k, literal, place, n):
    """Literal of term k: removed where it is (place >= 0), put in place of its opposite (~place), else added (~L)."""
    if place >= 0:
        terms[k, place] = terms[k, lengths[k] - 1]
        lengths[k] -= 1
        return
    terms[k, ~place] = literal
    if ~place == lengths[k]:
        lengths[k] += 1


@kernel(INT(LITERALS, COUNTS, INT, INT, INT))
def _place(terms, lengths, k, literal, n):
    """j where term k has `literal` at j; ~j where it has the opposite there; ~length where it has neither."""
    for j in range(lengths[k]):
        if terms[k, j] == literal:
            return np.int64(j)
        if terms[k, j] % n == literal % n:
            return np.int64(~j)
    return np.int64(~lengths[k])


@kernel(
    INT(
        LITERALS, COUNTS, TABLE, TABLE, TABLE, _FLOATS, _FLOAT, _FLOAT, _FLOAT, _FLOAT, TABLE, _FLOATS,
        types.boolean[::1],
    ),
)  # fmt: skip
def accumulate_step(
    terms, lengths, add, remove, negate, drop, scale, eta, lam, beta, momentum, leaving, alive
):  # fmt: skip
    """One step on all bits, `terms` and `lengths` changed in place; returns how many bits flipped.

    add, remove, negate, drop: the gradient on the batch; momentum: float64[K, 2n], leaving: float64[K], the
    accumulators of literals and whole terms; alive: bool[K], set false where a term is dropped. Within a term the
    largest flip first, so that of an input's two literals the better one stays.
    """
    n, flipped = add.shape[1] // 2, 0
    for k in range(len(lengths)):
        leaving[k] = beta * leaving[k] - eta * (scale * drop[k] - lam * (lengths[k] + 1))
        if leaving[k] >= 1:
            alive[k] = False
            flipped += lengths[k] + 1
            continue
        for literal in range(2 * n):
            place = _place(terms, lengths, k, literal, n)
            if place >= 0:
                change = scale * remove[k, place] - lam
            elif ~place < lengths[k]:
                change = scale * negate[k, ~place]
            else:
                change = scale * add[k, literal] + lam
            momentum[k, literal] = beta * momentum[k, literal] - eta * change
        while True:
            literal = int(np.argmax(momentum[k]))
            if momentum[k, literal] < 1:
                break
            momentum[k, literal % n] = momentum[k, literal % n + n] = 0
            place = _place(terms, lengths, k, literal, n)
            if place >= 0 or ~place < terms.shape[1]:
                _flip(terms, lengths, k, literal, place, n)
                flipped += 1
    return flipped
