"""Networks, losses and flips by plain Python numbers: oracles that share no code with `fitness.masks`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

Matrix = list[list[float]]


def plain_network(network: Any) -> list[tuple[Matrix, list[float], list[list[int]] | None]]:
    """(weights, bias, gather) per layer as lists."""
    return [
        (layer.weights.tolist(), layer.bias.tolist(), None if layer.gather is None else layer.gather.tolist())
        for layer in network.layers
    ]


def logits(network: Any, masks: Sequence[Any], sample: Sequence[float]) -> list[float]:
    units = [float(value) for value in sample]
    layers = plain_network(network)
    for number, (weights, bias, gather) in enumerate(layers):
        places = gather if gather is not None else [list(range(len(units)))]
        sums = []
        for row, mask, b in zip(weights, masks[number].tolist(), bias, strict=True):
            for place in places:
                sums.append(b + sum(w * m * units[u] for w, m, u in zip(row, mask, place, strict=True)))
        if number == len(layers) - 1:
            return sums
        units = [max(0.0, z) if network.activation == "relu" else (1.0 if z > 0 else -1.0) for z in sums]
    raise AssertionError


def loss(network: Any, masks: Sequence[Any], samples: Any) -> float:
    total = 0.0
    for sample, label in zip(samples.inputs.tolist(), samples.labels.tolist(), strict=True):
        scaled = [network.scale * z for z in logits(network, masks, sample)]
        top = max(scaled)
        total += top + math.log(sum(math.exp(z - top) for z in scaled)) - scaled[label]
    return total / len(samples.labels)


def hits(network: Any, masks: Sequence[Any], samples: Any) -> int:
    right = 0
    for sample, label in zip(samples.inputs.tolist(), samples.labels.tolist(), strict=True):
        z = logits(network, masks, sample)
        right += z.index(max(z)) == label
    return right


def pattern_error(inputs: Any, weights: Any, mask: Any) -> float:
    """How much the outputs of one neuron change when `mask` drops weights."""
    dropped = weights.astype(float) * mask - weights
    return float(((inputs.astype(float) @ dropped) ** 2).sum())


def best_pattern_error(inputs: Any, weights: Any, n: int, m: int) -> float:
    """The smallest of all masks that keep n weights of every m."""
    rows = [[int(i in kept) for i in range(m)] for kept in combinations(range(m), n)]
    masks = ([bit for row in chosen for bit in row] for chosen in product(rows, repeat=len(weights) // m))
    return min(pattern_error(inputs, weights, mask) for mask in masks)
