"""Tables that read tables, on a batch of rows: what they hold, what classes ask for, and the chain rule backwards.

What a row asks of a table is what it would gain, in votes times signals, if the table held there and not the other way
round. A table that votes is asked what its class is; one that others read is asked the sum over its readers v of
(T_v[i with the bit] - T_v[i without it]) times what v is asked, i being the entry that the row looks at in v: the
chain rule of Boolean variation (Nguyen et al., BOLD, 2024, section 3). Each entry adds up what the rows that look at it
ask for, bounded on both sides, and holds where that is above 0.

Nodes are columns first, then tables, each of which reads earlier nodes. Whole numbers but for the chance of a class,
which is the same on every machine (see `signal`).
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.luts.signal import WHOLE
from fitness.kernels.words import INT, MATRIX

_STARTS, _POWERS = types.Array(types.int64, 1, "C", readonly=True), types.Array(types.float64, 1, "C", readonly=True)
_READ, _OWNERS = types.Array(types.int32, 1, "C", readonly=True), types.Array(types.int16, 1, "C", readonly=True)
_TABLES, _BYTES, _ASKED = types.uint64[::1], types.uint8[:, ::1], types.int32[:, ::1]
_WANTED = types.Array(types.uint8, 2, "C", readonly=True)
_WEIGHTS = types.Array(types.int16, 2, "C", readonly=True)
_ONE = np.uint64(1)


@kernel(types.void(MATRIX, _STARTS, _STARTS, _BYTES))
def unpacked(columns, used, places, values):
    """values[k, 64 i + b] = bit b of word places[i] of column used[k]."""
    for k in range(len(used)):
        column, row = columns[used[k]], values[k]
        for i in range(len(places)):
            word = column[places[i]]
            part = row[64 * i : 64 * i + 64]
            for b in range(64):
                part[b] = np.uint8((word >> np.uint64(b)) & _ONE)


@kernel(types.void(INT, _STARTS, _READ, _TABLES, _OWNERS, _BYTES, _BYTES, _ASKED))
def run(first, starts, read, tables, owners, values, cells, votes):
    """Tables on a batch: cells[u] = the entry that each row looks at, values[first + u] = what it says, and votes.

    owners: the class that a table votes for, -1 for one that is only read; votes: int32[classes, rows], holds less does
    not.
    """
    n = values.shape[1]
    votes[:] = 0
    for u in range(len(tables)):
        cell, value, table = cells[u], values[first + u], tables[u]
        cell[:] = 0
        for k in range(starts[u], starts[u + 1]):
            row, place = values[read[k]], np.uint8(k - starts[u])
            for r in range(n):
                cell[r] |= row[r] << place
        for r in range(n):
            value[r] = np.uint8((table >> np.uint64(cell[r])) & _ONE)
        if owners[u] >= 0:
            mine = votes[owners[u]]
            for r in range(n):
                mine[r] += 2 * np.int32(value[r]) - 1


@kernel(types.void(_ASKED, _POWERS, types.boolean, _WANTED, _WEIGHTS, types.float64[::1], types.int32[::1], _ASKED))
def classes_ask(votes, powers, rival, wanted, weights, mass, most, asked):
    """asked[c, r] = weight * WHOLE * (wanted - chance), the votes of all classes being as they are.

    rival: whether classes are each other's; an output has itself alone to beat. mass, most: scratch.
    """
    reach, n = (len(powers) - 1) // 2, votes.shape[1]
    mass[:] = 1.0
    most[:] = 0
    if rival:
        mass[:] = 0.0
        most[:] = votes[0]
        for c in range(1, len(votes)):
            for r in range(n):
                most[r] = max(most[r], votes[c, r])
        for c in range(len(votes)):
            for r in range(n):
                mass[r] += powers[max(reach + votes[c, r] - most[r], 0)]
    for c in range(len(votes)):
        for r in range(n):
            own = powers[min(max(reach + votes[c, r] - most[r], 0), 2 * reach)]
            chance = WHOLE * (own / mass[r] if rival else own / (own + 1.0))
            asked[c, r] = np.int32(np.rint(WHOLE * np.float64(wanted[c, r]) - chance)) * np.int32(weights[c, r])


@kernel(types.void(INT, _STARTS, _READ, _TABLES, _OWNERS, _BYTES, _ASKED, _ASKED, types.int64[:, ::1]))
def ask_back(first, starts, read, tables, owners, cells, classes, asked, sums):
    """sums[u, i] = what the rows that look at entry i of table u ask of it; asked[u, r]: what row r asks of table u."""
    n = cells.shape[1]
    asked[:] = 0
    sums[:] = 0
    for u in range(len(tables) - 1, -1, -1):
        cell, mine, table = cells[u], asked[u], tables[u]
        if owners[u] >= 0:
            mine += classes[owners[u]]
        total = sums[u]
        for r in range(n):
            total[cell[r]] += np.int64(mine[r])
        size = np.int64(1) << (starts[u + 1] - starts[u])
        for k in range(starts[u], starts[u + 1]):
            if read[k] < first:
                continue
            bit, up, down = np.int64(1) << (k - starts[u]), np.uint64(0), np.uint64(0)
            for i in range(size):
                high, low = (table >> np.uint64(i | bit)) & _ONE, (table >> np.uint64(i & ~bit)) & _ONE
                up |= (high & ~low) << np.uint64(i)
                down |= (low & ~high) << np.uint64(i)
            if up | down == 0:
                continue
            into = asked[read[k] - first]
            for r in range(n):
                place = np.uint64(cell[r])
                into[r] += mine[r] * (np.int32((up >> place) & _ONE) - np.int32((down >> place) & _ONE))


@kernel(types.void(_STARTS, types.int64[:, ::1], INT, INT, _ASKED, _TABLES))
def added(starts, sums, share, bound, kept, tables):
    """kept[u, i]: what entry i of table u has been asked for in all, from -bound to bound; it holds where above 0.

    share: 256ths of sums that are added.
    """
    for u in range(len(tables)):
        table = np.uint64(0)
        for i in range(np.int64(1) << (starts[u + 1] - starts[u])):
            now = min(max(kept[u, i] + ((sums[u, i] * share) >> 8), -bound), bound)
            kept[u, i] = np.int32(now)
            table |= np.uint64(now > 0) << np.uint64(i)
        tables[u] = table
