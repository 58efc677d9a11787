"""Descent on a quadratic model of one neuron's mask: single changes, then pairs; or swaps inside groups.

The model of a change d of the neuron's effective weights is slope . d + d . curve . d / 2 + price * (weights kept). A
gene moves from its value v to another of low..1, which changes its weight by d_i = w_i (new - v); after a move
slope += d_i * curve[i], so the model stays exact throughout. Moves are recorded in order, the best first.
"""

from __future__ import annotations

import numpy as np
from numba import types

from fitness.compiling.kernel import kernel
from fitness.kernels.words import INT

FLOATS = types.float32[::1]
WEIGHTS = types.Array(types.float32, 1, "C", readonly=True)
CURVE = types.Array(types.float32, 2, "C", readonly=True)
MASK = types.int8[::1]
SITES = types.int32[::1]
FLOAT = types.float64
_NEVER = 1e-12


@kernel(FLOAT(FLOATS, CURVE, INT, FLOAT, FLOAT, INT, INT), inline="always")
def _single(slope, curve, i, d, price, old, new):
    """Change of the model when weight i changes by d."""
    return slope[i] * d + 0.5 * curve[i, i] * d * d + price * (abs(new) - abs(old))


@kernel(types.void(FLOATS, CURVE, INT, FLOAT), inline="always")
def _moved(slope, curve, i, d):
    step = np.float32(d)
    for k in range(len(slope)):
        slope[k] += step * curve[i, k]


@kernel(FLOAT(FLOATS, CURVE, WEIGHTS, MASK, INT, FLOAT, SITES))
def _best_single(slope, curve, weights, mask, low, price, best_move):
    best = -_NEVER
    for i in range(len(mask)):
        old = np.int64(mask[i])
        for new in range(low, 2):
            if new != old:
                d = np.float64(weights[i]) * (new - old)
                change = _single(slope, curve, i, d, price, old, new)
                if change < best:
                    best = change
                    best_move[0], best_move[1] = i, new
    return best


@kernel(FLOAT(FLOATS, CURVE, WEIGHTS, MASK, INT, FLOAT, INT, SITES))
def _best_pair(slope, curve, weights, mask, low, price, group, best_move):
    """The best two changes at once; group > 0: only exchanges of a kept and a dropped gene of one group."""
    best = -_NEVER
    n = len(mask)
    for i in range(n):
        old_i = np.int64(mask[i])
        last = n if group == 0 else min(n, i - i % group + group)
        for new_i in range(low, 2):
            if new_i == old_i:
                continue
            d_i = np.float64(weights[i]) * (new_i - old_i)
            alone = _single(slope, curve, i, d_i, price, old_i, new_i)
            for k in range(i + 1, last):
                old_k = np.int64(mask[k])
                if group > 0 and old_k == old_i:
                    continue
                for new_k in range(low, 2):
                    if new_k == old_k:
                        continue
                    d_k = np.float64(weights[k]) * (new_k - old_k)
                    both = alone + _single(slope, curve, k, d_k, price, old_k, new_k) + d_i * d_k * curve[i, k]
                    if both < best:
                        best = both
                        best_move[0], best_move[1], best_move[2], best_move[3] = i, new_i, k, new_k
    return best


@kernel(
    INT(FLOATS, CURVE, WEIGHTS, MASK, INT, FLOAT, INT, types.boolean, SITES, SITES)
)  # fmt: skip
def descend(slope, curve, weights, mask, low, price, group, pairs, sites, values):
    """Move `mask` int8[F] to a local minimum of the model; returns the number of recorded moves.

    slope: float32[F] and mask are changed in place; curve: float32[F, F], symmetric; group: 0, or m of n:m masks, which
    are moved by exchanges alone; pairs: whether pairs are tried where no single change helps. Written: sites,
    values int32[>= moves]: which gene took which value; their length bounds the moves.
    """
    best_move, count, room = np.zeros(4, np.int32), 0, len(sites) - 1
    while count < room:
        change, size = 0.0, 0
        if group == 0:
            change, size = _best_single(slope, curve, weights, mask, low, price, best_move), 1
        if group > 0 or (pairs and change >= -_NEVER):
            change, size = _best_pair(slope, curve, weights, mask, low, price, group, best_move), 2
        if change >= -_NEVER:
            break
        for part in range(size):
            site, new = best_move[2 * part], best_move[2 * part + 1]
            d = np.float64(weights[site]) * (new - np.int64(mask[site]))
            _moved(slope, curve, site, d)
            mask[site] = new
            sites[count], values[count] = site, new
            count += 1
    return count
