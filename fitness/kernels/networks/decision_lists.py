"""The best next links of decision lists: all pairs of signals, by population counts of the rows that are left.

Rows fall into four cells by the values of a pair (a, b), cell 2a + b. A link covers some cells: one (a conjunction),
two with the same a (a literal, alone where its place is named twice), or two along a diagonal (whether a differs from
b); in each it answers with what most rows want. So the answer is a constant, or is that of a literal of the pair.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import COUNTS, INT, MATRIX, SHARED, popcount

_LINKS = types.int64[:, ::1]
#: Sets of cells, a bit each: conjunctions, diagonals, literals.
_SETS = np.array([1, 2, 4, 8, 6, 9, 3, 5, 10, 12])
_LITERALS = 6
#: Tolerances are parts of so many rows.
PARTS = 1024


@kernel(types.void(SHARED, SHARED, SHARED, INT, INT, COUNTS, COUNTS))
def _cells(a, b, wanted, n_rows, n_wanted, rows, held):
    """rows, held int64[4]: of each cell."""
    counts = np.zeros(6, np.uint64)
    for w in range(len(wanted)):
        counts[0] += popcount(a[w])
        counts[1] += popcount(b[w])
        counts[2] += popcount(a[w] & b[w])
        counts[3] += popcount(a[w] & wanted[w])
        counts[4] += popcount(b[w] & wanted[w])
        counts[5] += popcount(a[w] & b[w] & wanted[w])
    for of, first, total in ((rows, 0, n_rows), (held, 3, n_wanted)):
        in_a, in_b, both = np.int64(counts[first]), np.int64(counts[first + 1]), np.int64(counts[first + 2])
        of[3] = both
        of[2] = in_a - both
        of[1] = in_b - both
        of[0] = total - in_a - in_b + both


@kernel(types.void(COUNTS, COUNTS, INT, INT, INT, INT, INT, _LINKS))
def _offer(rows, held, shape, a, b, least, tolerance, links):
    """Put a link among the best, if it is one; equal ones keep their order."""
    cells, covered, wrong, says = _SETS[shape], 0, 0, 0
    for cell in range(4):
        if cells >> cell & 1:
            if rows[cell] == 0 and a != b:
                return
            covered += rows[cell]
            if 2 * held[cell] > rows[cell]:
                says |= 1 << cell
                wrong += rows[cell] - held[cell]
            else:
                wrong += held[cell]
    value = covered - 2 * wrong
    if covered < least or wrong * PARTS > tolerance * covered or value <= links[-1, 0]:
        return
    if shape >= _LITERALS and (says == 0 or says == cells):
        return
    place = len(links) - 1
    while place > 0 and links[place - 1, 0] < value:
        links[place] = links[place - 1]
        place -= 1
    links[place, 0], links[place, 1], links[place, 2] = value, a, b
    links[place, 3], links[place, 4] = cells, says


@kernel(INT(MATRIX, SHARED, INT, INT, INT, _LINKS))
def best_links(columns, wanted, n_rows, least, tolerance, links):
    """Write the best links, most value first, and return how many there are.

    columns: uint64[n, W] over the rows that are left; wanted: uint64[W]; padding is zero; least: rows that a link
    covers; tolerance: of `PARTS` rows that it covers, how many it may get wrong. Written: links int64[K, 5], value
    (rows that it gets right, less those that it gets wrong; 0 of none), places a <= b, cells, and cells that it says
    true in.
    """
    n, n_wanted = len(columns), np.uint64(0)
    rows, held = np.empty(4, np.int64), np.empty(4, np.int64)
    links[:] = 0
    for word in wanted:
        n_wanted += popcount(word)
    for a in range(n):
        for b in range(a, n):
            _cells(columns[a], columns[b], wanted, n_rows, np.int64(n_wanted), rows, held)
            if a == b:
                _offer(rows, held, 0, a, a, least, tolerance, links)
                _offer(rows, held, 3, a, a, least, tolerance, links)
            else:
                for shape in range(len(_SETS)):
                    _offer(rows, held, shape, a, b, least, tolerance, links)
    n_links = 0
    while n_links < len(links) and links[n_links, 0] > 0:
        n_links += 1
    return n_links
