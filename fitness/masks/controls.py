"""What every mask result must be shown beside: random, shuffled, magnitude masks, and how brittle the mask is.

A mask that means something is destroyed when its bits change places inside their layer (Su et al. 2020, Frankle et al.
2021): if the shuffled mask does as well, only the layers' densities mattered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from fitness.masks.loss import accuracy
from fitness.masks.networks import Network
from fitness.masks.passes import logits_of
from fitness.masks.samples import Samples
from genomes.errors import GenomeError
from genomes.masks.samples import random_mask
from genomes.masks.space import Genes, MaskSpace


def random_like(rng: np.random.Generator, genes: Genes, space: MaskSpace) -> Genes:
    """A random mask of the same density over all layers."""
    return random_mask(rng, space, np.count_nonzero(genes) / max(1, len(genes)))


def shuffled(rng: np.random.Generator, genes: Genes, space: MaskSpace) -> Genes:
    """The mask with its genes in another order inside every layer; n:m masks: groups of a layer change places."""
    mixed = genes.copy()
    for block in space.blocks(mixed):
        if space.granularity == "n_of_m":
            _shuffle_groups(rng, block, space)
        else:
            block[:] = rng.permutation(block.ravel()).reshape(block.shape)
    return mixed


def _shuffle_groups(rng: np.random.Generator, block: Genes, space: MaskSpace) -> None:
    whole = block.shape[1] // space.m * space.m
    groups = block[:, :whole].reshape(-1, space.m)
    groups = rng.permuted(groups[rng.permutation(len(groups))], axis=1)
    block[:, :whole] = groups.reshape(len(block), whole)


def by_magnitude(network: Network, keep: float) -> list[Genes]:
    """int8[out, inputs] per layer: the `keep` * 100 % largest |weight| of each."""
    masks = []
    for layer in network.layers:
        order = np.argsort(-np.abs(layer.weights), axis=None, kind="stable")
        mask = np.zeros(layer.weights.size, dtype=np.int8)
        mask[order[: round(keep * mask.size)]] = 1
        masks.append(mask.reshape(layer.weights.shape))
    return masks


def brittleness(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    shares: Sequence[float],
    which: Literal["kept", "dropped", "all"] = "all",
    repeats: int = 5,
) -> list[float]:
    """Mean accuracy when a share of the (kept, dropped or all) genes flips at uniform places, per share.

    Ternary genes that are taken up get a fair sign; n:m masks leave their space here, which is the point.

    Raises:
        GenomeError: neuron masks (flip their gates one by one instead).
    """
    if not space.per_weight:
        raise GenomeError("brittleness flips connections; neuron masks have none of their own")
    allowed = np.flatnonzero({"kept": genes != 0, "dropped": genes == 0, "all": np.ones(len(genes), bool)}[which])
    curve = []
    for share in shares:
        accuracies = []
        for _ in range(repeats):
            flipped = genes.copy()
            chosen = rng.permutation(allowed)[: round(share * len(allowed))]
            signs = rng.integers(0, 2, len(chosen)) * 2 - 1 if space.granularity == "ternary" else 1
            flipped[chosen] = np.where(flipped[chosen] == 0, signs, 0)
            accuracies.append(accuracy(logits_of(network, space.weight_masks(flipped), samples.inputs), samples.labels))
        curve.append(float(np.mean(accuracies)))
    return curve
