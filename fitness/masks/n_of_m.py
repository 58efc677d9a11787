"""N:M masks of trained layers: keep n of every m consecutive weights so that the layer's output changes least.

The error of a neuron is E = sum over samples of (A (w * mask - w))^2 = v . G v with v what was dropped and G = A^T A
(as in SparseGPT and Wanda, which approach it from weights and norms of inputs). It is quadratic in the mask, so
exchanges and whole patterns are judged exactly:

- `exhaustive`: every combination of patterns; the optimum, up to about 9 groups of 6 patterns;
- `exact_steps`: descent over one and two groups at a time, from several starts; each start is some microseconds;
- `by_magnitude`, `by_input_norm` (Wanda): the starts and baselines.

Neurons do not interact, so a layer is solved row by row.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError
from genomes.masks.samples import n_largest
from genomes.masks.space import Genes, MaskSpace

#: Combinations of patterns that `exhaustive` will visit for one neuron.
MOST = 200_000_000


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


def errors_of_rows(gram: NDArray[np.float64], weights: NDArray[np.floating], mask: Genes) -> NDArray[np.float64]:
    """float64[out]: E of every neuron for weights and mask [out, F]."""
    dropped = weights.astype(np.float64) * (1 - mask)
    errors: NDArray[np.float64] = np.einsum("oi,ij,oj->o", dropped, gram, dropped)
    return errors


def by_magnitude(weights: NDArray[np.floating], space: MaskSpace) -> Genes:
    """int8[out, F]: the n largest |weight| of each group."""
    return n_largest(np.abs(weights).astype(np.float64), space)


def by_input_norm(gram: NDArray[np.float64], weights: NDArray[np.floating], space: MaskSpace) -> Genes:
    """int8[out, F]: the n largest |weight| * norm of its input (Wanda, Sun et al. 2023)."""
    return n_largest(np.abs(weights) * np.sqrt(np.diag(gram)), space)


def exhaustive(gram: NDArray[np.float64], weights: NDArray[np.floating], space: MaskSpace) -> Genes:
    """int8[out, F]: the masks with the smallest errors of all.

    Raises:
        DataError: inputs that are no whole number of groups, or more than `MOST` combinations.
    """
    from fitness.kernels.masks.groups import best_patterns  # noqa: PLC0415 - loads kernels

    patterns, groups = _layout(weights, space)
    if len(patterns) ** groups > MOST:
        raise DataError(
            f"{len(patterns)}^{groups} combinations of {space.n}:{space.m} patterns are too many to try all"
        )
    chosen, current = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    fields, rows = np.zeros((groups + 1, weights.shape[1])), []
    for row in weights.astype(np.float64):
        best_patterns(gram, row, patterns, groups, chosen, current, fields)
        rows.append(patterns[chosen].ravel())
    return np.stack(rows)


def exact_steps(
    gram: NDArray[np.float64],
    weights: NDArray[np.floating],
    mask: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    starts: int = 1,
    *,
    pairs: bool = True,
) -> Genes:
    """int8[out, F]: descent from `mask`, then from `starts` - 1 masks with a third of the best one's groups drawn anew.

    Raises:
        DataError: inputs that are no whole number of groups.
    """
    from fitness.kernels.masks.groups import descend_groups  # noqa: PLC0415 - loads kernels

    patterns, groups = _layout(weights, space)
    numbers = (mask.reshape(-1, space.m)[:, None] == patterns).all(axis=2).argmax(axis=1).reshape(-1, groups)
    rows = []
    for row, start in zip(weights.astype(np.float64), numbers, strict=True):
        best, closest = np.inf, start
        for trial in range(starts):
            chosen = closest.astype(np.int64)
            if trial:
                anew = rng.random(groups) < 1 / 3
                chosen[anew] = rng.integers(len(patterns), size=int(anew.sum()))
            dropped = row * (1 - patterns[chosen].ravel())
            error = descend_groups(gram, row, patterns, chosen, dropped, int(pairs))
            if error < best:
                best, closest = error, chosen
        rows.append(patterns[closest].ravel())
    return np.stack(rows)


def _layout(weights: NDArray[np.floating], space: MaskSpace) -> tuple[Genes, int]:
    if weights.shape[1] % space.m:
        raise DataError(f"{weights.shape[1]} inputs are no whole number of groups of {space.m}")
    return patterns_of(space.n, space.m), weights.shape[1] // space.m
