"""Prune and grow by first-order scores: the cheap exchange step (after DSnoT, Zhang et al. ICLR 2024).

Every neuron drops the kept connection whose loss changes least for the worse and takes up the dropped one that promises
most, judged by the derivative of the loss in the effective weights alone; so each neuron keeps as many connections as
it had (n:m masks: exchanges stay in a group). One backward pass proposes an exchange for all neurons at once. A first
order knows nothing of how exchanges interact, so only the most promising ones are made, as many as lower the true loss:
half of them, a quarter, ... It is a baseline: where a Gauss-Newton step is affordable it finds more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fitness.errors import DataError
from fitness.masks.loss import cross_entropy, errors_of
from fitness.masks.networks import Network
from fitness.masks.passes import backward, effective, forward, logits_of
from fitness.masks.samples import Samples
from genomes.deadline import look
from genomes.masks.space import Genes, MaskSpace

#: An exchange: (promised change of the loss, layer, neuron, connection to drop, connection to take up).
Exchange = tuple[float, int, int, int, int]


def prune_grow(
    network: Network,
    samples: Samples,
    genes: Genes,
    space: MaskSpace,
    rng: np.random.Generator,
    steps: int,
    price: float = 0.0,
) -> Genes:
    """At most `steps` rounds of exchanges; the loss never rises and no neuron's number of connections changes.

    `rng` and `price` are not used: nothing is drawn, and an exchange keeps what it costs.

    Raises:
        DataError: neuron or ternary masks.
    """
    if space.granularity not in ("edge", "n_of_m"):
        raise DataError("prune_grow exchanges kept for dropped connections of edge or n_of_m masks", where="local.kind")
    genes = genes.copy()
    masks = space.weight_masks(genes)
    loss = cross_entropy(logits_of(network, masks, samples.inputs), samples.labels, network.scale)
    for _ in range(steps):
        promising = exchanges(network, samples, masks, space)
        count = len(promising)
        while count:
            look()
            _exchange(masks, promising[:count])
            tried = cross_entropy(logits_of(network, masks, samples.inputs), samples.labels, network.scale)
            if tried < loss:
                loss = tried
                break
            _exchange(masks, promising[:count])
            count //= 2
        if not count:
            break
    return genes


def exchanges(network: Network, samples: Samples, masks: Sequence[Genes], space: MaskSpace) -> list[Exchange]:
    """The best exchange of every neuron that promises a lower loss, best first."""
    weights = effective(network, masks)
    done = forward(network, weights, samples.inputs)
    slopes, _ = backward(network, weights, done, errors_of(done.logits, samples.labels, network.scale))
    promising: list[Exchange] = []
    for layer, (slope, mask) in enumerate(zip(slopes, masks, strict=True)):
        promise = slope * network.layers[layer].weights * (1 - 2 * mask)  # change of the loss by one flip
        width = mask.shape[1]
        groups = space.group_sizes(width) if space.granularity == "n_of_m" else [(0, width)]
        best = np.full(len(mask), np.inf)
        places = np.zeros((len(mask), 2), dtype=np.intp)
        for start, stop in groups:
            dropped = np.where(mask[:, start:stop] == 1, promise[:, start:stop], np.inf)
            grown = np.where(mask[:, start:stop] == 0, promise[:, start:stop], np.inf)
            change = dropped.min(axis=1) + grown.min(axis=1)
            better = np.flatnonzero(change < best)
            best[better] = change[better]
            places[better, 0] = start + dropped[better].argmin(axis=1)
            places[better, 1] = start + grown[better].argmin(axis=1)
        promising += [(float(best[j]), layer, int(j), *places[j].tolist()) for j in np.flatnonzero(best < 0)]
    return sorted(promising)


def _exchange(masks: Sequence[Genes], chosen: Sequence[Exchange]) -> None:
    """Exchange both connections of each; the same call undoes it."""
    for _, layer, neuron, dropped, grown in chosen:
        masks[layer][neuron, dropped] ^= 1
        masks[layer][neuron, grown] ^= 1
