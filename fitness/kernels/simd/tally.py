"""Counting a sparse mask of samples against every input: positional population count by carry-save adders.

A term covers few samples alone, some per cent of a word or less. Counting such a mask against n inputs by word-major
population counts (`words.count_inputs`) costs n counts for every word that is not zero, however few its samples. Here
each sample costs what its row costs: rows of ceil(n / 64) words (``samples``, one row per sample) are added into
vertical counters, plane b holding bit b of 64 inputs' counts. Eight rows go through seven full adders (Harley and
Seal's tree; Mula, Kurz, Lemire 2018) before a carry reaches the planes, about five operations per sample and word,
and the planes are read once at the end. Dense masks still go to `count_inputs`, and weighted ones to `weigh_inputs`.

The samples of a mask are found without a branch per bit: words that are not zero are listed first, then four bits of
each are written whether they are there or not and the end moves by the number that are (Lemire's trick for bit sets).
A loop that stops when a word is empty mispredicts once per word, which costs more than all the additions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fitness.compiling.kernel import kernel
from fitness.kernels.simd.plane_vectors import LANES, WORD, address, full_adder, spread, structs
from fitness.kernels.words import INT, MATRIX, SHARED, VECTOR, count_inputs, popcount, trailing_zeros, weigh_inputs

#: Planes above the first three; counts stay below 2**(3 + HIGH).
HIGH = 37
#: Planes that are always there; a carry beyond them is rare.
LOW = 6
U = np.uint64
#: A sample costs about as much as counting one word against eight inputs; wide rows gain from vectors, up to this.
INPUTS_PER_SAMPLE = 8
MOST_INPUTS = 96
INDEX = types.int64[::1]
PLANES = types.uint64[:, ::1]
#: Words (or samples) of room behind a mask's list: positions are written before it is known that they count.
SPARE = 8


@kernel(INT(MATRIX, INT, INT, INT, INDEX))
def _list_words(masks, k, first, last, words):
    """Lists in words[:n] the words of masks[k, first:last] that are not zero; returns n."""
    n = np.int64(0)
    for w in range(first, last):
        words[U(n)] = w
        n += np.int64(masks[U(k), U(w)] != 0)
    return n


@kernel(INT(MATRIX, INT, INDEX, INT, INDEX))
def _list_samples(masks, k, words, n, numbers):
    """Lists in numbers[:m] the samples (64 w + bit) of masks[k] in words[:n]; returns m."""
    m = np.int64(0)
    for i in range(n):
        w = words[U(i)]
        bits = masks[U(k), U(w)]
        end = m + np.int64(popcount(bits))
        base = w << 6
        while True:
            numbers[U(m)] = base + np.int64(trailing_zeros(bits))
            bits &= bits - U(1)
            numbers[U(m + 1)] = base + np.int64(trailing_zeros(bits))
            bits &= bits - U(1)
            m += 2
            if m >= end:
                break
        m = end
    return m


@kernel(types.UniTuple(types.uint64, 2)(types.uint64, types.uint64, types.uint64), inline="always")
def add3(a, b, c):
    """Full adder on 64 columns: (sum, carry)."""
    half = a ^ b
    return half ^ c, (a & b) | (half & c)


@kernel(types.void(MATRIX, INDEX, INT, PLANES))
def _add_narrow(samples, numbers, m, planes):
    """Rows of one word: the lowest planes stay in registers. m is a multiple of eight."""
    ones, twos, fours, p3, p4, p5 = U(0), U(0), U(0), U(0), U(0), U(0)
    for g in range(0, m, 8):
        ones, t0 = add3(ones, samples[U(numbers[U(g)]), 0], samples[U(numbers[U(g + 1)]), 0])
        ones, t1 = add3(ones, samples[U(numbers[U(g + 2)]), 0], samples[U(numbers[U(g + 3)]), 0])
        twos, f0 = add3(twos, t0, t1)
        ones, t0 = add3(ones, samples[U(numbers[U(g + 4)]), 0], samples[U(numbers[U(g + 5)]), 0])
        ones, t1 = add3(ones, samples[U(numbers[U(g + 6)]), 0], samples[U(numbers[U(g + 7)]), 0])
        twos, f1 = add3(twos, t0, t1)
        fours, carry = add3(fours, f0, f1)
        p3, carry = p3 ^ carry, p3 & carry
        p4, carry = p4 ^ carry, p4 & carry
        p5, carry = p5 ^ carry, p5 & carry
        b = LOW
        while carry != 0:
            old = planes[U(b), 0]
            planes[U(b), 0] = old ^ carry
            carry &= old
            b += 1
    planes[0, 0], planes[1, 0], planes[2, 0] = ones, twos, fours
    planes[3, 0], planes[4, 0], planes[5, 0] = p3, p4, p5


@intrinsic
def _add_eight(typingctx: Any, samples: Any, numbers: Any, g: Any, planes: Any, column: Any) -> Any:
    """Rows numbers[g : g + 8] into planes 0..2 of four words at `column`; the carry is left in the last plane."""
    signature = types.void(samples, numbers, g, planes, column)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, index, counter = structs(context, builder, signature, arguments, (0, 1, 3))
        start, at = arguments[2], arguments[4]

        def plane(b: int) -> Any:
            return address(context, builder, counter, ir.Constant(WORD, b), at, LANES)

        def row(k: int) -> Any:
            place = builder.load(builder.gep(index.data, [builder.add(start, ir.Constant(WORD, k))]))
            return builder.load(address(context, builder, rows, place, at, LANES), align=8)

        ones, twos, fours = (builder.load(plane(b), align=8) for b in range(3))
        carries = []
        for k in (0, 4):
            ones, first = full_adder(builder, ones, row(k), row(k + 1))
            ones, second = full_adder(builder, ones, row(k + 2), row(k + 3))
            twos, carry = full_adder(builder, twos, first, second)
            carries.append(carry)
        fours, eights = full_adder(builder, fours, *carries)
        for b, value in ((0, ones), (1, twos), (2, fours), (HIGH + 3, eights)):
            builder.store(value, plane(b), align=8)
        return context.get_dummy_value()

    return signature, generate


@kernel(types.void(MATRIX, INDEX, INT, PLANES))
def _add_wide(samples, numbers, m, planes):
    """Rows of 4 k words. m is a multiple of eight."""
    carry = planes[HIGH + 3]
    for g in range(0, m, 8):
        for j in range(0, planes.shape[1], 4):
            _add_eight(samples, numbers, g, planes, j)
        b, left = 3, True
        while left:
            plane = planes[b]
            some = np.uint64(0)
            for j in range(len(carry)):
                old = plane[j]
                plane[j] = old ^ carry[j]
                carry[j] &= old
                some |= carry[j]
            left = some != 0
            b += 1


@kernel(types.boolean(INT, INT, INT))
def is_dense(m, n, n_inputs):
    """Whether m samples in n words are counted faster word by word."""
    return INPUTS_PER_SAMPLE * m > n * min(n_inputs, MOST_INPUTS)


@kernel(types.void(MATRIX, INDEX, INT, PLANES, VECTOR))
def add_rows(samples, numbers, m, planes, counts):
    """counts[i] = rows numbers[:m] of samples where bit i is 1.

    samples: uint64[64 W + 1, V], the last row zero; numbers has room for 8 more; planes: uint64[HIGH + 4, V]; counts:
    uint64[64 V] are written.
    """
    width, used = samples.shape[1], LOW
    while m >> used:
        used += 1
    for b in range(0 if width > 1 else LOW, used + 1):
        planes[b] = 0
    padded = (m + 7) & ~7
    for g in range(m, padded):
        numbers[U(g)] = len(samples) - 1
    if width == 1:
        _add_narrow(samples, numbers, padded, planes)
    else:
        _add_wide(samples, numbers, padded, planes)
    counts[:] = 0
    for b in range(0, used, 8):
        for j in range(width):
            spread(planes, b, min(8, used - b), j, counts)


@kernel(INT(MATRIX, INT, INT, INT, MATRIX, MATRIX, SHARED, INDEX, INDEX, PLANES, VECTOR))
def tally(masks, k, first, last, rows, samples, weights, words, numbers, planes, counts):
    """counts[i] = samples of masks[k, first:last] where input i is 1, or their weight; returns that of masks[k] there.

    rows: uint64[W, n]; samples, planes, counts: as in `add_rows`; words: int64[W + 1] and numbers: int64[64 W + SPARE]
    are written.
    """
    if len(weights) > 0:
        return weigh_inputs(masks[k], rows, weights, first, last, counts)
    n = _list_words(masks, k, first, last, words)
    m = _list_samples(masks, k, words, n, numbers)
    if is_dense(m, n, rows.shape[1]):
        return count_inputs(masks[k], rows, first, last, counts)
    add_rows(samples, numbers, m, planes, counts)
    return m
