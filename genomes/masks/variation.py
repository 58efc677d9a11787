"""Variation of masks: whole neurons are exchanged, single connections are changed."""

from __future__ import annotations

import numpy as np

from genomes.masks.space import Genes, MaskSpace


def mix_neurons(rng: np.random.Generator, first: Genes, second: Genes, space: MaskSpace) -> Genes:
    """A child that takes every neuron's incoming connections (or its gate) from either parent, by a fair coin each.

    Both parents prune the same weights, so a neuron learnt in one keeps its meaning in the child.
    """
    child = first.copy()
    for mine, theirs in zip(space.blocks(child), space.blocks(second), strict=True):
        chosen = rng.random(len(mine)) < 0.5
        mine[chosen] = theirs[chosen]
    return child


def mutate(rng: np.random.Generator, mask: Genes, space: MaskSpace, rate: float | None = None) -> Genes:
    """A mask with a share `rate` of its genes changed, one gene at least (default: one gene).

    Edge and neuron genes flip, ternary genes take one of the other two values, n:m masks move a kept connection to a
    dropped place of its group (two genes change; nothing where a group has none).
    """
    count = 1 if rate is None else max(1, int(rng.binomial(space.n_genes, rate)))
    places = rng.permutation(space.n_genes)[:count]
    child = mask.copy()
    if space.granularity == "n_of_m":
        _swap(rng, child, places, space)
    elif space.granularity == "ternary":
        steps = rng.integers(1, 3, size=len(places), dtype=np.int8)
        child[places] = (child[places] + 1 + steps) % 3 - 1
    else:
        child[places] = 1 - child[places]
    return child


def _swap(
    rng: np.random.Generator, child: Genes, places: np.ndarray[tuple[int], np.dtype[np.intp]], space: MaskSpace
) -> None:
    """Exchange each place with a uniformly drawn one of the other value in its group, in place."""
    first = 0
    for block in space.blocks(child):
        flat = block.reshape(-1)
        inputs = block.shape[1]
        for place in places[(places >= first) & (places < first + flat.size)] - first:
            start = place - (place % inputs) % space.m
            stop = min(start + space.m, place - place % inputs + inputs)
            others = start + np.flatnonzero(flat[start:stop] != flat[place])
            if len(others):
                other = others[int(rng.integers(len(others)))]
                flat[place], flat[other] = flat[other], flat[place]
        first += flat.size
