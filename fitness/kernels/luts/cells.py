"""Cells of tables that no row reaches: which they are, and what they had best hold.

What a cell holds that is never read may be anything (a don't-care), so the table is chosen that takes the fewest gates.
"""

from __future__ import annotations

from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.circuits.tables import FORMS, WORD, U, best, halves
from fitness.kernels.words import INT, MATRIX, SHARED, VECTOR

_STARTS = types.Array(types.int64, 1, "C", readonly=True)
_READ = types.Array(types.int32, 1, "C", readonly=True)


@kernel(types.void(_STARTS, _READ, MATRIX, SHARED, VECTOR))
def reach(starts, literals, columns, valid, reached):
    """Add the cells that rows reach to the bits of each table.

    starts, literals: what each table reads, 2 * row of columns, plus 1 where complemented; columns: uint64[K, W];
    valid: uint64[W], the rows there are; reached: uint64[tables].
    """
    for t in range(len(reached)):
        start, n, found = starts[t], starts[t + 1] - starts[t], reached[t]
        every = ~U(0) >> U(64 - (1 << n))
        for w in range(len(valid)):
            if found == every:
                break
            for cell in range(1 << n):
                rows = valid[w] if not found >> U(cell) & U(1) else U(0)
                for place in range(n):
                    if rows == U(0):
                        break
                    literal = literals[start + place]
                    word = columns[literal >> 1, w]
                    rows &= word if (literal & 1) != (cell >> place & 1) else ~word
                if rows != U(0):
                    found |= U(1) << U(cell)
        reached[t] = found


@kernel(WORD(WORD, INT, INT))
def repeated(half, place, n):
    """The table of n inputs that does not depend on input `place`, both of whose halves are `half`."""
    table = U(0)
    for point in range(1 << n):
        low = (point >> (place + 1) << place) | (point & ((1 << place) - 1))
        table |= (half >> U(low) & U(1)) << U(point)
    return table


@kernel(WORD(WORD, INT, WORD, FORMS))
def cheapest(table, n, reached, forms):
    """A table of n inputs with the same values in the cells `reached`, which takes no more gates.

    Of up to four inputs the least; of more, inputs are done without where they can be, then cells change one by one.
    """
    free = ~reached & (~U(0) >> U(64 - (1 << n)))
    least, found = best(table, n, forms)[0], table
    if n <= 4:
        some = free
        while some != U(0):
            value = best(table ^ some, n, forms)[0]
            if value < least or (value == least and (found ^ table) > some):
                least, found = value, table ^ some
            some = (some - U(1)) & free
        return found
    for place in range(n):
        low, high = halves(table, place, n)
        of_low, of_high = halves(reached, place, n)
        if (low ^ high) & of_low & of_high == U(0):
            half = (low & of_low) | (high & ~of_low)
            return repeated(cheapest(half, n - 1, of_low | of_high, forms), place, n)
    for cell in range(1 << n):
        if free >> U(cell) & U(1):
            changed = found ^ (U(1) << U(cell))
            value = best(changed, n, forms)[0]
            if value < least:
                least, found = value, changed
    return found


@kernel(types.void(VECTOR, _STARTS, SHARED, FORMS, types.int64[::1]))
def settle(tables, starts, reached, forms, costs):
    """Make each table the cheapest; costs: int64[tables], what it is estimated to cost then, written."""
    for t in range(len(tables)):
        n = starts[t + 1] - starts[t]
        tables[t] = cheapest(tables[t], n, reached[t], forms)
        costs[t] = best(tables[t], n, forms)[0]
