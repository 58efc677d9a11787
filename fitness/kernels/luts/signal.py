"""What every row still asks of a class: the gradient of the likelihood by the votes, as small whole numbers.

Votes are whole numbers, so exp(votes / tau) is a table, made once by portable arithmetic; quotients of its entries are
rounded by themselves: the same signal on every machine.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT

VOTES, BALLOTS = types.int16[::1], types.Array(types.int16, 2, "C", readonly=True)
FLOATS, TABLE = types.float64[::1], types.Array(types.float64, 1, "C", readonly=True)
FLAGS, WEIGHTS = types.Array(types.uint8, 1, "C", readonly=True), types.Array(types.int16, 1, "C", readonly=True)
#: The signal of a row of weight 1 of which nothing is right.
WHOLE = 127


@kernel(types.void(BALLOTS, INT, TABLE, VOTES, FLOATS))
def rivals(ballots, own, table, most, mass):
    """The most votes of the other classes of each row, and the sum of exp((votes - most) / tau) over them.

    ballots: [classes, rows]; table: exp(d / tau) for d = -D..D at D + d.
    """
    reach = (len(table) - 1) // 2
    first = 1 if own == 0 else 0
    for r in range(len(most)):
        most[r] = ballots[first, r]
    for c in range(first + 1, len(ballots)):
        if c != own:
            for r in range(len(most)):
                most[r] = max(most[r], ballots[c, r])
    mass[:] = 0.0
    for c in range(len(ballots)):
        if c != own:
            for r in range(len(most)):
                mass[r] += table[max(reach + np.int64(ballots[c, r]) - most[r], 0)]


@kernel(types.void(VOTES, VOTES, FLOATS, TABLE, FLAGS, WEIGHTS, VOTES))
def signal(votes, most, mass, table, wanted, weights, found):
    """found[r] = weight * WHOLE * (wanted - chance), the chance being the share of exp(votes / tau) in all classes'."""
    reach = (len(table) - 1) // 2
    for r in range(len(found)):
        own = table[min(max(reach + np.int64(votes[r]) - most[r], 0), 2 * reach)]
        rest = WHOLE * (own / (own + mass[r]))
        found[r] = np.int16(np.rint(WHOLE * np.float64(wanted[r]) - rest)) * weights[r]
