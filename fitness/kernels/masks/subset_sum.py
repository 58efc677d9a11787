"""Sorted subset sums by merging, and the closest pair of two sorted lists: the halves of Horowitz and Sahni (1974).

The sums of i + 1 numbers are the merge of the sums of i numbers with the same moved by the next number, so the list of
2^n sums is sorted in 2^n steps without a sort. Each sum carries its subset as a bit mask.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT

FLOATS = types.Array(types.float64, 1, "C", readonly=True)
BITS = types.Array(types.uint32, 1, "C", readonly=True)
POINTS = types.Array(types.float64, 2, "C", readonly=True)


@kernel(types.void(FLOATS, types.float64[::1], types.uint32[::1]))
def sorted_sums(values, sums, subsets):
    """sums float64[2^n], ascending, with their subsets uint32[2^n], of values float64[n], n <= 32."""
    spare, spare_subsets = np.empty_like(sums), np.empty_like(subsets)
    sums[0], subsets[0], size = 0.0, 0, 1
    for i in range(len(values)):
        x, bit = values[i], np.uint32(1) << np.uint32(i)
        spare[:size], spare_subsets[:size] = sums[:size], subsets[:size]
        low, high = 0, 0
        for at in range(2 * size):
            if high >= size or (low < size and spare[low] <= spare[high] + x):
                sums[at], subsets[at] = spare[low], spare_subsets[low]
                low += 1
            else:
                sums[at], subsets[at] = spare[high] + x, spare_subsets[high] | bit
                high += 1
        size *= 2


@kernel(types.void(FLOATS, FLOATS, types.float64, INT[::1]))
def closest_pair(first, second, target, pair):
    """pair = (i, j) with first[i] + second[j] as close to the target as any; both lists ascending."""
    i, j, best = 0, len(second) - 1, np.inf
    while i < len(first) and j >= 0:
        difference = first[i] + second[j] - target
        if abs(difference) < best:
            best = abs(difference)
            pair[0], pair[1] = i, j
        if difference < 0:
            i += 1
        else:
            j -= 1


@kernel(types.float64(POINTS, POINTS, types.float64[::1], INT[::1]))
def closest_points(first, second, target, pair):
    """The smallest largest-coordinate distance of first[i] + second[j] to the target; pair = (i, j).

    first, second: float64[P, d], ascending in their first coordinate. Only pairs whose first coordinate lies within the
    best distance so far are looked at: few, since the best soon is far below the spacing of either list.
    """
    best, start, n, d = np.inf, len(first) - 1, len(first), first.shape[1]
    for j in range(len(second)):
        needed = target[0] - second[j, 0]  # falls with j, so the place in `first` walks down
        while start > 0 and first[start, 0] > needed:
            start -= 1
        for step in (1, -1):
            i = start if step == -1 else start + 1
            while 0 <= i < n and abs(first[i, 0] - needed) < best:
                largest = 0.0
                for k in range(d):
                    largest = max(largest, abs(first[i, k] + second[j, k] - target[k]))
                if largest < best:
                    best = largest
                    pair[0], pair[1] = i, j
                i += step
    return best
