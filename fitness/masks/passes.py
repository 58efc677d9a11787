"""Forward and backward through a network: plain matrix products, every layer at all its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.masks.networks import Activation, Floats, Layer, Network
from genomes.masks.space import Genes

Weights = Sequence[Floats]
#: Samples that predictions are made for at a time.
ROWS = 8192


def effective(network: Network, masks: Sequence[Genes]) -> tuple[Floats, ...]:
    """float32[out, inputs] per layer: weight times mask."""
    return tuple(layer.weights * mask for layer, mask in zip(network.layers, masks, strict=True))


@dataclass(frozen=True, slots=True)
class Pass:
    """One forward pass over N samples.

    patches: what each layer reads, float32[N, inputs] or, for a convolution, float32[N, places, inputs];
    sums: float32[N, units] per layer, before the activation; the last one are the logits.
    """

    patches: tuple[Floats, ...]
    sums: tuple[Floats, ...]

    @property
    def logits(self) -> Floats:
        """float32[N, outputs], not scaled."""
        return self.sums[-1]


def activate(sums: Floats, activation: Activation) -> Floats:
    """relu, or the sign as +1 (above 0) and -1."""
    if activation == "relu":
        return np.maximum(sums, np.float32(0))
    return np.where(sums > 0, np.float32(1), np.float32(-1))


def patches_of(layer: Layer, units: Floats) -> Floats:
    """What a layer reads of the units below: float32[N, inputs] or float32[N, places, inputs]."""
    return units if layer.gather is None else units[:, layer.gather]


def sums_of(layer: Layer, weights: Floats, patches: Floats) -> Floats:
    """float32[N, units] before the activation."""
    sums = patches.reshape(-1, patches.shape[-1]) @ weights.T  # one large product instead of one per sample
    sums += layer.bias
    return sums if layer.gather is None else units_first(sums.reshape(len(patches), layer.places, -1))


def units_first(at_places: Floats) -> Floats:
    """float32[N, places, out] -> float32[N, units], channel by channel."""
    return np.ascontiguousarray(at_places.transpose(0, 2, 1)).reshape(len(at_places), -1)


def forward(network: Network, weights: Weights, inputs: Floats) -> Pass:
    """All layers on `inputs` float32[N, features]."""
    return forward_from(network, weights, 0, inputs)


def forward_from(network: Network, weights: Weights, first: int, units: Floats) -> Pass:
    """Layers `first` and up on the units below them; `patches` and `sums` hold those layers only."""
    patches: list[Floats] = []
    sums: list[Floats] = []
    for number in range(first, len(network.layers)):
        layer = network.layers[number]
        if sums:
            units = activate(sums[-1], network.activation)
        patches.append(patches_of(layer, units))
        sums.append(sums_of(layer, weights[number], patches[-1]))
    return Pass(tuple(patches), tuple(sums))


def logits_of(network: Network, masks: Sequence[Genes], inputs: Floats) -> Floats:
    """float32[N, outputs] of masks int8[out, inputs] per layer, `ROWS` samples at a time."""
    weights = effective(network, masks)
    starts = range(0, len(inputs), ROWS)
    return np.concatenate([forward(network, weights, inputs[start : start + ROWS]).logits for start in starts])


def slope(sums: Floats, layer: Layer, activation: Activation) -> Floats:
    """Derivative of the activation; for the sign that of a straight line near 0 (straight-through estimate).

    The line is as wide as a sum of half the inputs deviates, since the sign's own derivative is 0.
    """
    if activation == "relu":
        return (sums > 0).astype(np.float32)
    width = np.float32(np.sqrt(layer.weights.shape[1] / 2) * max(float(np.abs(layer.weights).mean()), 1e-12))
    return (np.abs(sums) < width).astype(np.float32) / width


def units_below(layer: Layer, sums: Floats, n_units: int) -> Floats:
    """The transpose of reading: float32[N, places, inputs] (or [N, inputs]) added up per unit: float32[N, units]."""
    if layer.gather is None:
        return sums
    below = np.zeros((len(sums), n_units), dtype=np.float32)
    for place, units in enumerate(layer.gather):  # within a place no unit occurs twice
        below[:, units] += sums[:, place]
    return below


def backward(network: Network, weights: Weights, done: Pass, errors: Floats) -> tuple[list[Floats], list[Floats]]:
    """Derivatives of the loss in the effective weights float32[out, inputs] and the biases float32[out], per layer.

    errors: float32[N, outputs], derivatives in the logits.
    """
    of_weights: list[Floats] = []
    of_biases: list[Floats] = []
    for number in range(len(network.layers) - 1, -1, -1):
        layer, patches = network.layers[number], done.patches[number]
        at_places = places_first(layer, errors)
        flat = at_places.reshape(-1, at_places.shape[-1])
        of_weights.append(flat.T @ patches.reshape(-1, patches.shape[-1]))
        of_biases.append(flat.sum(axis=0))
        if number:
            below = done.sums[number - 1]
            errors = units_below(layer, at_places @ weights[number], below.shape[1])
            errors *= slope(below, network.layers[number - 1], network.activation)
    return of_weights[::-1], of_biases[::-1]


def places_first(layer: Layer, units: Floats) -> Floats:
    """float32[N, units] -> float32[N, places, out], or unchanged [N, out] for a fully connected layer."""
    if layer.gather is None:
        return units
    return np.ascontiguousarray(units.reshape(len(units), -1, layer.places).transpose(0, 2, 1))
