"""N:M masks of trained layers: keep n of every m consecutive weights so that the layer's output changes least.

The error of a neuron is E = sum over samples of (A (w * mask - w))^2 = v . G v with v what was dropped and G = A^T A
(as in SparseGPT and Wanda, which approach it from weights and norms of inputs). It is quadratic in the mask, so
exchanges of one and of two groups' patterns are judged exactly, from several starts; each start is some microseconds.
Neurons do not interact, so a layer is solved row by row.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError
from genomes.deadline import looking
from genomes.masks.space import Genes, MaskSpace


def patterns_of(n: int, m: int) -> Genes:
    """int8[patterns, m]: every way to keep n of m."""
    rows = np.zeros((0, m), dtype=np.int8)
    for kept in combinations(range(m), n):
        row = np.zeros((1, m), dtype=np.int8)
        row[0, list(kept)] = 1
        rows = np.concatenate([rows, row])
    return rows


def gram_of(inputs: NDArray[np.floating]) -> NDArray[np.float64]:
    """G = A^T A of what a layer reads, float[N, F]."""
    wide = inputs.astype(np.float64)
    return wide.T @ wide


def exact_steps(
    gram: NDArray[np.float64],
    weights: NDArray[np.floating],
    mask: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    starts: int,
) -> Genes:
    """int8[out, F]: descent from `mask`, then from `starts` - 1 masks with a third of the best one's groups drawn anew.

    Raises:
        DataError: inputs that are no whole number of groups.
    """
    from fitness.kernels.masks.groups import descend_groups  # noqa: PLC0415 - loads kernels

    patterns, groups = _layout(weights, space)
    numbers = (mask.reshape(-1, space.m)[:, None] == patterns).all(axis=2).argmax(axis=1).reshape(-1, groups)
    rows = []
    for row, start in looking(zip(weights.astype(np.float64), numbers, strict=True)):
        best, closest = np.inf, start
        for trial in range(starts):
            chosen = closest.astype(np.int64)
            if trial:
                anew = rng.random(groups) < 1 / 3
                chosen[anew] = rng.integers(len(patterns), size=int(anew.sum()))
            dropped = row * (1 - patterns[chosen].ravel())
            error = descend_groups(gram, row, patterns, chosen, dropped)
            if error < best:
                best, closest = error, chosen
        rows.append(patterns[closest].ravel())
    return np.stack(rows)


def _layout(weights: NDArray[np.floating], space: MaskSpace) -> tuple[Genes, int]:
    if weights.shape[1] % space.m:
        raise DataError(f"{weights.shape[1]} inputs are no whole number of groups of {space.m}")
    return patterns_of(space.n, space.m), weights.shape[1] // space.m
