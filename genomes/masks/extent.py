"""How large the network of a config is, from its sizes alone, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod

from genomes.masks.spec import NetworkSpec


@dataclass(frozen=True, slots=True)
class Extent:
    """weights: of all layers; places: inputs that convolutions read, over all places; units: inputs and outputs of all
    layers.
    """

    weights: int
    places: int
    units: int


def extent(spec: NetworkSpec) -> Extent:
    """The extent of a network that is drawn; what cannot be (an image of two numbers) counts as nothing."""
    shape, weights, places, units = spec.image, 0, 0, 0
    for convolution in spec.convolutions:
        if len(shape) != 3 or len(convolution) != 3 or convolution[1] > min(shape[1:]):
            return Extent(weights, places, units)
        filters, kernel, stride = convolution
        inputs = shape[0] * kernel**2
        rows, columns = ((size - kernel) // stride + 1 for size in shape[1:])
        weights, places = weights + filters * inputs, places + rows * columns * inputs
        shape = (filters, rows, columns)
        units += prod(shape)
    dense = (prod(shape), *spec.layers[1:]) if spec.convolutions else spec.layers
    return Extent(weights + sum(a * b for a, b in pairwise(dense)), places, units + sum(dense))
