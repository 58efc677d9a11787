"""What the n:m patterns of `fitness.masks.n_of_m` are compared with: simple rules, and the best of all patterns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.masks.n_of_m import patterns_of
from genomes.masks.samples import n_largest
from genomes.masks.space import Genes, MaskSpace

Floats = NDArray[np.floating]


def errors_of_rows(gram: NDArray[np.float64], weights: Floats, mask: Genes) -> NDArray[np.float64]:
    """float64[out]: how much the outputs of every neuron change, for weights and mask [out, F]."""
    dropped = weights.astype(np.float64) * (1 - mask)
    errors: NDArray[np.float64] = np.einsum("oi,ij,oj->o", dropped, gram, dropped)
    return errors


def by_input_norm(gram: NDArray[np.float64], weights: Floats, space: MaskSpace) -> Genes:
    """int8[out, F]: the n largest |weight| * norm of its input (Wanda, Sun et al. 2023)."""
    return n_largest(np.abs(weights) * np.sqrt(np.diag(gram)), space)


def exhaustive(gram: NDArray[np.float64], weights: Floats, space: MaskSpace) -> Genes:
    """int8[out, F]: the masks with the smallest errors of all: all choices of one half with all of the other."""
    half = weights.shape[1] // (2 * space.m) * space.m
    first, second = (_choices(space, inputs // space.m) for inputs in (half, weights.shape[1] - half))
    rows = []
    for row in weights.astype(np.float64):
        left, right = row[:half] * (1 - first), row[half:] * (1 - second)
        errors = 2 * left @ gram[:half, half:] @ right.T
        errors += np.einsum("pi,ij,pj->p", left, gram[:half, :half], left)[:, None]
        errors += np.einsum("pi,ij,pj->p", right, gram[half:, half:], right)
        p, q = divmod(int(errors.argmin()), len(second))
        rows.append(np.concatenate([first[p], second[q]]))
    return np.stack(rows)


def _choices(space: MaskSpace, groups: int) -> Genes:
    """int8[patterns ** groups, groups * m]: every combination of patterns."""
    patterns = patterns_of(space.n, space.m)
    numbers = np.indices((len(patterns),) * groups).reshape(groups, -1).T
    return patterns[numbers].reshape(len(numbers), -1)
