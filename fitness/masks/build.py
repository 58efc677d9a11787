"""The network that a config's `genome` section describes: drawn from the run's seed, or read from a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

from fitness.errors import DataError
from fitness.masks.loss import auto_scale
from fitness.masks.networks import Convolution, Network, conv_network, dense_network
from fitness.masks.samples import Samples
from fitness.masks.stored import network_from_npz
from fitness.masks.torch_weights import network_from_torch
from genomes.masks.spec import NetworkSpec
from genomes.streams import Role, stream


class _Drawn(TypedDict):
    biases: bool
    scale: float


WHERE = "genome.network.layers"


def network_of(spec: NetworkSpec, seed: int, limit: int | None = None) -> Network:
    """The network; of the same spec and seed the same weights, whatever else the config says.

    limit: bytes that a file of weights may unpack to; None for a quarter of the memory.

    Raises:
        DataError: a file that is no such network or another one than `layers` says; kernels larger than what they read.
    """
    if spec.weights == "file":
        return _from_file(spec, limit)
    rng, options = stream(seed, Role.WEIGHTS), _Drawn(biases=spec.biases, scale=spec.scale)
    if spec.convolutions:
        channels, rows, columns = spec.image
        convolutions = [Convolution(*sizes) for sizes in spec.convolutions]
        return conv_network(rng, (channels, rows, columns), convolutions, spec.layers[1:], spec.weights, **options)
    return dense_network(rng, spec.layers, spec.weights, activation=spec.activation, **options)


def _from_file(spec: NetworkSpec, limit: int | None) -> Network:
    path = str(spec.path)
    read = network_from_torch if path.endswith((".pt", ".pth")) else network_from_npz
    network = read(path, spec.activation, limit)
    sizes = (network.n_inputs, *(len(layer.bias) for layer in network.layers))
    if spec.layers and spec.layers != sizes:
        raise DataError(f"the file holds layers {list(sizes)}, not {list(spec.layers)}", where=WHERE)
    return network


def check_shape(network: Network, n_inputs: int, classes: tuple[str, ...]) -> None:
    """Raise DataError unless the network reads so many inputs and has an output per class."""
    if network.n_inputs != n_inputs:
        raise DataError(f"the network reads {network.n_inputs} inputs, the data has {n_inputs}", where=WHERE)
    if network.n_outputs != len(classes):
        raise DataError(f"the network has {network.n_outputs} outputs, the data {len(classes)} classes", where=WHERE)


def with_scale(network: Network, train: Samples, scale: float | None, seed: int) -> Network:
    """The network with its logit scale, the usual one where none is given."""
    if scale is None:
        scale = auto_scale(stream(seed, Role.WEIGHTS, 1), network, train)
    return replace(network, scale=scale)
