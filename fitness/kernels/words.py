"""Numba building blocks: population count, counting per input, a small random generator.

Layout. A learning problem is two bit matrices of the same rows: literal-major ``lits[2n, W]`` (row l is literal l over
samples; literal n + i is the negation of literal i) for ANDs and ORs of whole rows, and word-major ``rows[W, n]`` (all
inputs of one word side by side) for counting a mask against every input at once: the inner loop runs over inputs, is
vectorised, and a zero word of the mask is skipped whole. Samples are sorted by label: words [0, wp) hold the positives,
[wp, W) the negatives, each part padded with rows in which *both* polarities are 0, so that a complement is never taken
and padding never counts.

Weights. Where samples weigh differently, all samples of a word weigh the same, ``weights[W]``, whole numbers, and what
is counted is what they weigh: one multiplication per word. Without weights (an array of length 0) samples are counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fitness.compiling.kernel import kernel

INT = types.int64
#: Inputs are taken read-only, which accepts writable arrays too at the same speed (shared data is never written).
MATRIX = types.Array(types.uint64, 2, "C", readonly=True)
VECTOR = types.uint64[::1]
SHARED = types.Array(types.uint64, 1, "C", readonly=True)
FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
LITERALS = types.int32[:, ::1]
COUNTS = types.int64[::1]


@intrinsic
def popcount(typingctx: Any, word: Any) -> Any:
    """Number of set bits of one uint64, one instruction where the machine has it."""
    signature = types.uint64(types.uint64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return signature, generate


@intrinsic
def trailing_zeros(typingctx: Any, word: Any) -> Any:
    """Position of the lowest set bit of one uint64; 64 for none."""
    signature = types.uint64(types.uint64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return signature, generate


@kernel(INT(SHARED, INT, INT))
def count_words(mask, first, last):
    """Set bits of mask[first:last]."""
    total = np.uint64(0)
    for w in range(first, last):
        total += popcount(mask[w])
    return np.int64(total)


@kernel(INT(SHARED, MATRIX, INT, INT, VECTOR))
def count_inputs(mask, rows, first, last, counts):
    """counts[i] = samples of mask in words [first, last) where input i is 1; returns the samples of mask."""
    counts[:] = 0
    total = np.uint64(0)
    n = rows.shape[1]
    for w in range(first, last):
        word = mask[w]
        if word != 0:
            total += popcount(word)
            row = rows[w]
            for i in range(n):
                counts[i] += popcount(word & row[i])
    return np.int64(total)


@kernel(INT(SHARED, SHARED, INT, INT))
def weigh_words(mask, weights, first, last):
    """What the samples of mask[first:last] weigh."""
    if len(weights) == 0:
        return count_words(mask, first, last)
    total = np.uint64(0)
    for w in range(first, last):
        total += popcount(mask[w]) * weights[w]
    return np.int64(total)


@kernel(INT(SHARED, MATRIX, SHARED, INT, INT, VECTOR))
def weigh_inputs(mask, rows, weights, first, last, counts):
    """counts[i] = weight of the samples of mask in words [first, last) where input i is 1; returns that of all."""
    if len(weights) == 0:
        return count_inputs(mask, rows, first, last, counts)
    counts[:] = 0
    total = np.uint64(0)
    n = rows.shape[1]
    for w in range(first, last):
        word = mask[w]
        if word != 0:
            weight = weights[w]
            total += popcount(word) * weight
            row = rows[w]
            for i in range(n):
                counts[i] += popcount(word & row[i]) * weight
    return np.int64(total)


@kernel(types.uint64(VECTOR))
def next_random(state):
    """SplitMix64 (Steele, Lea, Flood 2014): the next of a stream whose state is uint64[1]."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel(types.uint64(SHARED))
def mixed(words):
    """A 64-bit hash of a vector (multiply and xor-shift per word, SplitMix64's constants)."""
    z = np.uint64(len(words))
    for w in range(len(words)):
        z = (z ^ words[w]) * np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(29)
    return z * np.uint64(0x94D049BB133111EB)


@kernel(types.float64(VECTOR))
def uniform(state):
    """A float in [0, 1)."""
    return np.float64(next_random(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel(INT(VECTOR, INT))
def below(state, n):
    """An integer in [0, n)."""
    return np.int64(uniform(state) * n)


@kernel(types.void(VECTOR, COUNTS))
def shuffle(state, values):
    """Fisher-Yates, in place."""
    for i in range(len(values) - 1, 0, -1):
        j = below(state, i + 1)
        values[i], values[j] = values[j], values[i]
