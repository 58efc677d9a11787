"""A small trainer for the networks that magnitude pruning needs: Adam on mini-batches, masks respected.

Only a control: masks of trained networks, with and without rewinding to the weights of the start (Frankle and Carbin
2019), are what a mask over random weights is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fitness.masks.loss import errors_of
from fitness.masks.networks import Floats, Network
from fitness.masks.passes import backward, effective, forward
from fitness.masks.samples import Samples
from genomes.deadline import looking
from genomes.masks.space import Genes

#: Samples per step.
BATCH = 128


def train(
    network: Network,
    samples: Samples,
    masks: Sequence[Genes],
    rng: np.random.Generator,
    steps: int,
    rate: float,
) -> Network:
    """The network after `steps` Adam steps (Kingma and Ba 2015; cosine rate); dropped weights stay as they are."""
    weights, biases = (
        [layer.weights.copy() for layer in network.layers],
        [layer.bias.copy() for layer in network.layers],
    )
    moments = [(np.zeros_like(value), np.zeros_like(value)) for value in (*weights, *biases)]
    order = np.zeros(0, dtype=np.intp)
    batch = min(BATCH, len(samples))
    for step in looking(range(steps)):
        if len(order) < batch:
            order = rng.permutation(len(samples))
        rows, order = order[:batch], order[batch:]
        now = rate * 0.5 * (1 + np.cos(np.pi * step / steps))
        slopes = _slopes(_with(network, weights, biases), samples.take(rows), masks)
        for value, slope, (first, second) in zip((*weights, *biases), slopes, moments, strict=True):
            np.add(first, np.float32(0.1) * (slope - first), out=first)
            np.add(second, np.float32(0.001) * (slope * slope - second), out=second)
            corrected = np.sqrt(second / np.float32(1 - 0.999 ** (step + 1))) + np.float32(1e-8)
            np.subtract(value, np.float32(now / (1 - 0.9 ** (step + 1))) * first / corrected, out=value)
    return _with(network, weights, biases)


def _with(network: Network, weights: Sequence[Floats], biases: Sequence[Floats]) -> Network:
    layers = zip(network.layers, weights, biases, strict=True)
    return replace(network, layers=tuple(replace(layer, weights=w, bias=b) for layer, w, b in layers))


def _slopes(network: Network, samples: Samples, masks: Sequence[Genes]) -> list[Floats]:
    weights = effective(network, masks)
    done = forward(network, weights, samples.inputs)
    errors = errors_of(done.logits, samples.labels, network.scale)
    of_weights, of_biases = backward(network, weights, done, errors)
    return [slope * mask for slope, mask in zip(of_weights, masks, strict=True)] + of_biases
