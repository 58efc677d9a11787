"""The largest Walsh coefficients of degree 1 to 3, by XOR and population count (Walsh, 1923; Goldreich and Levin, 1989,
ask for the same without looking at all; with a word for 64 samples looking at all is faster up to 500 inputs)."""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT, MATRIX, SHARED, popcount

_SETS = types.int64[:, ::1]


@kernel(types.void(COUNTS, _SETS, INT, INT, INT, INT))
def _keep(sizes, sets, size, i, j, k):
    """Put a set among the largest, if it is one: `sizes` descends, equal ones keep their order."""
    place = len(sizes) - 1
    while place > 0 and sizes[place - 1] < size:
        sizes[place] = sizes[place - 1]
        sets[place] = sets[place - 1]
        place -= 1
    sizes[place] = size
    sets[place, 0] = i
    sets[place, 1] = j
    sets[place, 2] = k


@kernel(types.void(MATRIX, SHARED, INT, INT, INT, INT, COUNTS, _SETS))
def walsh_sets(columns, wanted, n_rows, degree, first, last, sizes, sets):
    """Sets whose first input is in [first, last): sizes int64[K], |rows of even - rows of odd parity|, starting from
    the floor that a coefficient must be above, and sets int64[K, 3] with -1 behind the inputs, are kept up to date.

    columns: uint64[n, W]; wanted: uint64[W]; padding is zero; degree: 1 to 3.
    """
    n, n_words = columns.shape
    one, two = np.empty(n_words, np.uint64), np.empty(n_words, np.uint64)
    for i in range(first, last):
        odd = np.uint64(0)
        for w in range(n_words):
            one[w] = wanted[w] ^ columns[i, w]
            odd += popcount(one[w])
        size = abs(n_rows - 2 * np.int64(odd))
        if size > sizes[-1]:
            _keep(sizes, sets, size, i, -1, -1)
        for j in range(i + 1, n if degree > 1 else 0):
            odd = np.uint64(0)
            for w in range(n_words):
                two[w] = one[w] ^ columns[j, w]
                odd += popcount(two[w])
            size = abs(n_rows - 2 * np.int64(odd))
            if size > sizes[-1]:
                _keep(sizes, sets, size, i, j, -1)
            for k in range(j + 1, n if degree > 2 else 0):
                odd = np.uint64(0)
                for w in range(n_words):
                    odd += popcount(two[w] ^ columns[k, w])
                size = abs(n_rows - 2 * np.int64(odd))
                if size > sizes[-1]:
                    _keep(sizes, sets, size, i, j, k)
