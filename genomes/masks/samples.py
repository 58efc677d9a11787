"""Random masks."""

from __future__ import annotations

import numpy as np

from genomes.masks.space import Genes, MaskSpace


def random_mask(rng: np.random.Generator, space: MaskSpace, density: float = 0.5) -> Genes:
    """A mask that keeps `density` of all genes at uniform places, an exact count; n:m masks have their own density.

    Ternary masks invert half of what they keep, on average.
    """
    if space.granularity == "n_of_m":
        genes = np.zeros(space.n_genes, dtype=np.int8)
        for block in space.blocks(genes):
            block[:] = _patterns(rng, block.shape, space)
        return genes
    genes = np.zeros(space.n_genes, dtype=np.int8)
    genes[rng.permutation(space.n_genes)[: round(density * space.n_genes)]] = 1
    if space.granularity == "ternary":
        genes *= rng.integers(0, 2, size=space.n_genes, dtype=np.int8) * np.int8(2) - np.int8(1)
    return genes


def _patterns(rng: np.random.Generator, shape: tuple[int, int], space: MaskSpace) -> Genes:
    """int8[rows, inputs] with n uniformly drawn inputs kept in every group."""
    return n_largest(rng.random(shape), space)


def n_largest(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]], space: MaskSpace) -> Genes:
    """int8[rows, inputs]: the n largest of every m consecutive values of a row are kept; ties to the earlier ones."""
    rows, inputs = values.shape
    padded = np.full((rows, -(-inputs // space.m) * space.m), -np.inf)
    padded[:, :inputs] = values
    groups = padded.reshape(rows, -1, space.m)
    order = np.argsort(-groups, axis=-1, kind="stable")
    kept = np.zeros(groups.shape, dtype=np.int8)
    np.put_along_axis(kept, order[..., : space.n], 1, axis=-1)
    return np.ascontiguousarray(kept.reshape(rows, -1)[:, :inputs])
