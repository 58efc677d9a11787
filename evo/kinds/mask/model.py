"""A mask as it is stored: ``models/<id>.json`` holds a character per connection, its sizes and its scores.

The weights are not in it: they are those of the run's network, drawn from its seed or kept in its network.npz.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from evo.errors import CheckpointError, GenomeError
from evo.kinds.mask.records import FORMAT, read_mask_record
from evo.storage.folder import Folder
from fitness.masks.networks import Network
from fitness.masks.passes import effective
from genomes.masks.canonical import canonical
from genomes.masks.plain import mask_from_plain, mask_to_plain
from genomes.masks.space import Genes, MaskSpace


@dataclass(frozen=True, slots=True)
class MaskModel:
    """One mask; genes: int8[n_genes]; scale: of the logits in the loss."""

    id: str
    genes: Genes
    scale: float


def to_json(
    model: MaskModel, space: MaskSpace, sizes: dict[str, Any], scores: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """The stored record."""
    shape: dict[str, Any] = {"layers": [list(layer) for layer in space.shapes], "granularity": space.granularity}
    if space.granularity == "n_of_m":
        shape |= {"n": space.n, "m": space.m}
    record = {"format": FORMAT, "id": model.id, "kind": "mask", **shape, "logit_scale": model.scale}
    return record | {"sizes": sizes, "scores": scores, "mask": mask_to_plain(model.genes, space)}


def read_mask(folder: Folder, name: str, space: MaskSpace) -> MaskModel:
    """A stored mask.

    Raises:
        CheckpointError: the file is missing, is not such a record, or is a mask of another network.
    """
    record = read_mask_record(folder, name)
    try:
        return MaskModel(record["id"], mask_from_plain(record["mask"], space), float(record["logit_scale"]))
    except GenomeError as problem:
        raise CheckpointError(f"mask: {problem.message}", where=folder.where(name)) from None


def pruned_network(model: MaskModel, network: Network, space: MaskSpace) -> Network:
    """The network with the weights that the mask leaves it, zeros elsewhere."""
    weights = effective(network, space.weight_masks(model.genes))
    layers = zip(network.layers, weights, strict=True)
    return replace(network, layers=tuple(replace(layer, weights=matrix) for layer, matrix in layers))


def alive(genes: Genes, space: MaskSpace) -> list[int]:
    """Hidden neurons (or filters) of each hidden layer that something goes into and on to the outputs."""
    masks = space.weight_masks(canonical(genes, space))
    counts = []
    for below, above in pairwise(masks):
        used = above.reshape(above.shape[0], below.shape[0], -1).any(axis=(0, 2))
        counts.append(int(np.count_nonzero(below.any(axis=1) & used)))
    return counts


def layer_lines(genes: Genes, space: MaskSpace) -> list[str]:
    """A line per layer: what it keeps."""
    lines = []
    neurons = [*alive(genes, space), space.shapes[-1][0]]
    for number, (mask, (out, inputs), in_use) in enumerate(
        zip(space.weight_masks(genes), space.shapes, neurons, strict=True), start=1
    ):
        kept, inverted = int(np.count_nonzero(mask)), int((mask < 0).sum())
        share = f"{kept:,} of {out * inputs:,} weights kept ({100 * kept / (out * inputs):.1f} %)"
        signs = f", {inverted:,} of them inverted" if inverted else ""
        last = number == len(space.shapes)
        units = f"{out} outputs" if last else f"{in_use} of {out} neurons in use"
        lines.append(f"  layer {number}: {share}{signs}, {units}")
    return lines
