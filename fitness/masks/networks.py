"""Networks whose weights are given and stay: only the mask over them is searched.

The idea. Every layer is one matrix float32[out, inputs] applied at one or more places. A fully connected layer has one
place, where it reads all units below; a convolution has a place per output pixel, and `gather` (intp[places, inputs])
says which units below it reads there. Units are numbered channel by channel (unit = channel * places + place), so a
fully connected layer reads an image without any reordering, and local steps need not know which kind of layer they
stand in.

The last layer's outputs are logits; `scale` multiplies them inside the softmax (`fitness.masks.loss`). Hidden
activations are relu(z), or sign(z) with values +1 (z > 0) and -1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError
from genomes.masks.extent import Extent
from genomes.masks.space import MaskSpace
from genomes.masks.spec import Granularity

Floats = NDArray[np.float32]
Activation = Literal["relu", "sign"]
Draw = Literal["uniform", "kaiming", "signed_constant"]


@dataclass(frozen=True, slots=True)
class Layer:
    """weights: float32[out, inputs]; bias: float32[out]; gather: intp[places, inputs], None if fully connected."""

    weights: Floats
    bias: Floats
    gather: NDArray[np.intp] | None = None

    @property
    def places(self) -> int:
        """Places of the input where the matrix is applied: 1 for a fully connected layer."""
        return 1 if self.gather is None else len(self.gather)

    @property
    def units(self) -> int:
        """Outputs of the layer: neurons, or channels times places."""
        return len(self.weights) * self.places


@dataclass(frozen=True, slots=True)
class Network:
    """Layers from the input on; see the module text."""

    layers: tuple[Layer, ...]
    activation: Activation = "relu"
    scale: float = 1.0

    @property
    def n_inputs(self) -> int:
        """Values of a sample that a fully connected first layer reads (a convolution reads those its places name)."""
        first = self.layers[0]
        return first.weights.shape[1] if first.gather is None else int(first.gather.max()) + 1

    @property
    def n_outputs(self) -> int:
        """Logits per sample, one for each class."""
        return self.layers[-1].units

    def scaled(self, scale: float) -> Network:
        """The same weights with another logit scale."""
        return replace(self, scale=scale)

    def space(self, granularity: Granularity = "edge", *, n: int = 2, m: int = 4) -> MaskSpace:
        """The masks of this network."""
        shapes = tuple((layer.weights.shape[0], layer.weights.shape[1]) for layer in self.layers)
        return MaskSpace(shapes, granularity, n, m)


def extent_of(network: Network) -> Extent:
    """How large a network is that is there already."""
    layers = network.layers
    weights = sum(layer.weights.size for layer in layers)
    places = sum(layer.gather.size for layer in layers if layer.gather is not None)
    return Extent(weights, places, network.n_inputs + sum(layer.units for layer in layers))


def dense_network(
    rng: np.random.Generator,
    sizes: Sequence[int],
    weights: Draw = "uniform",
    *,
    activation: Activation = "relu",
    biases: bool = True,
    scale: float = 1.0,
) -> Network:
    """A fully connected network with drawn weights, e.g. sizes (64, 20, 10); see `draw` for the kinds of weights.

    With activation sign, signed_constant weights are +-1: only the logits' scale could tell the difference.

    Raises:
        DataError: fewer than two sizes, or one below 1.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise DataError(f"expected two layer sizes of at least 1, got {list(sizes)}", where="genome.network.layers")
    layers = []
    for inputs, outputs in pairwise(sizes):
        matrix = draw(rng, (outputs, inputs), weights, scale)
        if activation == "sign" and weights == "signed_constant":
            matrix = np.sign(matrix)  # whole sums: at a threshold of 0 the rounding of a constant would decide
        layers.append(Layer(matrix, draw_bias(rng, outputs, inputs, weights, scale if biases else 0.0)))
    return Network(tuple(layers), activation)


@dataclass(frozen=True, slots=True)
class Convolution:
    """A layer of `filters` square kernels of side `kernel`, moved by `stride`, without padding."""

    filters: int
    kernel: int
    stride: int = 1


def conv_network(
    rng: np.random.Generator,
    image: tuple[int, int, int],
    convolutions: Sequence[Convolution],
    dense: Sequence[int],
    weights: Draw = "uniform",
    *,
    biases: bool = True,
    scale: float = 1.0,
) -> Network:
    """A small convolutional network on images (channels, rows, columns), then fully connected layers of sizes `dense`.

    Raises:
        DataError: a kernel larger than what it moves over, or an empty layer.
    """
    shape, layers = image, []
    for number, conv in enumerate(convolutions):
        if conv.filters < 1 or not 1 <= conv.kernel <= min(shape[1:]) or conv.stride < 1:
            where = f"genome.network.layers[{number}]"
            raise DataError(f"expected a kernel of 1 to {min(shape[1:])} on {shape}, got {conv}", where=where)
        gather = places_of(shape, conv)
        inputs = gather.shape[1]
        bias = draw_bias(rng, conv.filters, inputs, weights, scale if biases else 0.0)
        layers.append(Layer(draw(rng, (conv.filters, inputs), weights, scale), bias, gather))
        rows, columns = ((size - conv.kernel) // conv.stride + 1 for size in shape[1:])
        shape = (conv.filters, rows, columns)
    rest = dense_network(rng, (int(np.prod(shape)), *dense), weights, biases=biases, scale=scale)
    return Network((*layers, *rest.layers))


def places_of(shape: tuple[int, int, int], conv: Convolution) -> NDArray[np.intp]:
    """intp[places, channels * kernel * kernel]: units of (channels, rows, columns) under the kernel at each place."""
    channels, rows, columns = shape
    units = np.arange(channels * rows * columns).reshape(shape)
    windows = np.lib.stride_tricks.sliding_window_view(units, (conv.kernel, conv.kernel), axis=(1, 2))
    windows = windows[:, :: conv.stride, :: conv.stride]
    return np.ascontiguousarray(windows.transpose(1, 2, 0, 3, 4).reshape(-1, channels * conv.kernel**2), dtype=np.intp)


def draw(rng: np.random.Generator, shape: tuple[int, int], kind: Draw, scale: float = 1.0) -> Floats:
    """float32[out, inputs]: uniform U(-1, 1) * scale; kaiming N(0, 2 / inputs) * scale; signed_constant: a fair sign
    times kaiming's deviation * scale (binary weights).
    """
    deviation = np.sqrt(2.0 / shape[1])
    if kind == "uniform":
        values = rng.uniform(-1.0, 1.0, shape)
    elif kind == "kaiming":
        values = rng.normal(0.0, deviation, shape)
    else:
        values = np.where(rng.random(shape) < 0.5, -deviation, deviation)
    return (scale * values).astype(np.float32)


def draw_bias(rng: np.random.Generator, outputs: int, inputs: int, kind: Draw, scale: float = 1.0) -> Floats:
    """float32[out]: U(-1, 1) * scale, for kaiming and signed_constant divided by the root of the number of inputs."""
    bound = scale if kind == "uniform" else scale / np.sqrt(inputs)
    return (bound * rng.uniform(-1.0, 1.0, outputs)).astype(np.float32)
