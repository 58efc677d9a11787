"""Exact descent on the mask of one threshold neuron: learning a weighted Boolean function of its inputs.

A neuron with sign activation gives +1 where its sum z exceeds 0. While the rest of the network stands still, turning it
on for sample n changes the loss by gain_n, so the loss of any mask of this neuron is a constant plus the gains of the
samples it is on for. A change of one weight moves z_n by d * x_n: it can turn over only samples with |z_n| <= the
largest such step, the band; with +-1 weights and inputs these are those with z 0 or 1. All moves are counted exactly on
the band, the best is made, z follows in place.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.masks.moves import CURVE, FLOAT, MASK, WEIGHTS
from fitness.kernels.words import INT

GAINS = types.Array(types.float64, 1, "C", readonly=True)
BAND = types.float32[:, ::1]
_U = np.uint64


@kernel(INT(CURVE, types.float32[::1], GAINS, types.float32, BAND, types.float32[:, ::1]))
def _collect(features, sums, gains, reach, columns, rows):
    """The band's samples: columns float32[F, N] of inputs, rows float32[2, N] of sums and gains; returns how many."""
    count = 0
    chosen = np.empty(len(sums), np.int64)
    for n in range(len(sums)):
        if abs(sums[n]) <= reach:
            chosen[count] = n
            rows[0, count], rows[1, count] = sums[n], gains[n]
            count += 1
    for i in range(features.shape[0]):
        for b in range(count):
            columns[_U(i), _U(b)] = features[_U(i), _U(chosen[b])]
    return count


@kernel(
    types.float32(types.float32[:, ::1], BAND, INT, INT, types.float32, INT, types.float32),
    fastmath={"reassoc", "nsz", "contract"},
)
def _gain_on(rows, columns, count, i, d_i, k, d_k):
    """Sum of the gains of band samples that are on after weight i changed by d_i and weight k by d_k."""
    total = np.float32(0)
    for b in range(count):
        z = rows[0, _U(b)] + d_i * columns[_U(i), _U(b)] + d_k * columns[_U(k), _U(b)]
        total += rows[1, _U(b)] if z > 0 else np.float32(0)
    return total


@kernel(
    INT(CURVE, types.float32[::1], GAINS, WEIGHTS, MASK, INT, FLOAT, INT, INT)
)  # fmt: skip
def descend_threshold(features, sums, gains, weights, mask, low, price, group, room):
    """Best moves, at most `room`, until none lowers sum of gains where on + price * kept; returns how many.

    features: float32[F, N], inputs of the neuron; sums: float32[N] and mask: int8[F] are changed in place; gains:
    float64[N]; group: 0, or m of n:m masks, which move by exchanges of a kept and a dropped input of one group.
    """
    n_inputs, n = features.shape
    columns, rows = np.empty((n_inputs, n), np.float32), np.empty((2, n), np.float32)
    largest = np.float32(0)
    for i in range(n_inputs):
        for b in range(n):
            largest = max(largest, abs(features[i, b] * weights[i]))
    reach = largest * np.float32((2 if group > 0 else 1) * (2 if low < 0 else 1)) * np.float32(1.0001)
    n_moves = 0
    while n_moves < room:
        count = _collect(features, sums, gains, reach, columns, rows)
        base, best = _gain_on(rows, columns, count, 0, np.float32(0), 0, np.float32(0)), -1e-9
        at_i, to_i, at_k = -1, 0, -1
        for i in range(n_inputs):
            old = np.int64(mask[i])
            for new in range(low, 2):
                if new == old:
                    continue
                d_i = weights[i] * np.float32(new - old)
                if group == 0:
                    change = _gain_on(rows, columns, count, i, d_i, 0, np.float32(0)) - base
                    change += price * (abs(new) - abs(old))
                    if change < best:
                        best, at_i, to_i, at_k = change, i, new, -1
                    continue
                for k in range(i + 1, min(n_inputs, i - i % group + group)):
                    if mask[k] != mask[i]:
                        d_k = -weights[k] * np.float32(new - old)
                        change = _gain_on(rows, columns, count, i, d_i, k, d_k) - base
                        if change < best:
                            best, at_i, to_i, at_k = change, i, new, k
        if at_i < 0:
            break
        step = weights[at_i] * np.float32(to_i - np.int64(mask[at_i]))
        for b in range(n):
            sums[b] += step * features[at_i, b]
        if at_k >= 0:
            step = weights[at_k] * np.float32(np.int64(mask[at_i]) - to_i)
            for b in range(n):
                sums[b] += step * features[at_k, b]
            mask[at_k] = mask[at_i]
        mask[at_i] = to_i
        n_moves += 1
    return n_moves
