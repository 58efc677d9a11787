"""Networks from npz files: ``weights_0`` float[out, inputs], optional ``bias_0`` float[out], ``weights_1``, ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.containers.contiguous import laid_out
from fitness.containers.npz import read_npz
from fitness.data.checks import quoted
from fitness.data.files import read_bytes
from fitness.errors import DataError
from fitness.masks.networks import Activation, Layer, Network


def network_from_npz(path: str, activation: Activation = "relu", limit: int | None = None) -> Network:
    """The fully connected network in an npz file of at most `limit` bytes (None: a quarter of the memory).

    Raises:
        DataError: unreadable file, missing or damaged arrays, layers that do not chain.
    """
    return network_from_bytes(read_bytes(path, limit), activation, limit=limit, where=path)


def network_from_bytes(
    content: bytes, activation: Activation = "relu", *, limit: int | None = None, where: str = ""
) -> Network:
    """As `network_from_npz`, for a file that was read already; `where` is its name in messages.

    Raises:
        DataError: missing or damaged arrays, layers that do not chain.
    """
    arrays = read_npz(content, limit=limit, where=where, example="weights_0=..., bias_0=...")
    return network_from_arrays(arrays, activation, where=where)


def network_from_arrays(
    arrays: Mapping[str, NDArray[Any]], activation: Activation = "relu", *, where: str = ""
) -> Network:
    """The network of named arrays; `where` is the location in messages.

    Raises:
        DataError: missing or unknown arrays, wrong shapes or dtypes, layers that do not chain, values not finite.
    """
    count = sum(name.startswith("weights_") for name in arrays)
    known = {f"{kind}_{number}" for kind in ("weights", "bias") for number in range(count)}
    if not count or not set(arrays) <= known:
        raise DataError(
            f"expected arrays weights_0, bias_0, weights_1, ...; got {quoted(sorted(arrays)) or 'none'}", where=where
        )
    layers: list[Layer] = []
    for number in range(count):
        weights = _checked(arrays[f"weights_{number}"], f"weights_{number}", 2, where)
        if layers and weights.shape[1] != len(layers[-1].bias):
            text = (
                f"weights_{number} reads {weights.shape[1]} inputs, but layer {number - 1} has {len(layers[-1].bias)}"
            )
            raise DataError(f"{text} neurons; weights are [neurons, inputs]", where=where)
        bias = _checked(arrays.get(f"bias_{number}", np.zeros(len(weights))), f"bias_{number}", 1, where)
        if len(bias) != len(weights):
            raise DataError(f"expected {len(weights)} values in bias_{number}, got {len(bias)}", where=where)
        layers.append(Layer(weights, bias))
    return Network(tuple(layers), activation)


def network_to_arrays(network: Network) -> dict[str, NDArray[np.float32]]:
    """Inverse of `network_from_arrays` for fully connected networks."""
    named = {f"weights_{number}": layer.weights for number, layer in enumerate(network.layers)}
    return named | {f"bias_{number}": layer.bias for number, layer in enumerate(network.layers)}


def _checked(array: NDArray[Any], name: str, n_axes: int, where: str) -> NDArray[np.float32]:
    if array.ndim != n_axes or 0 in array.shape or array.dtype.kind not in "fiub":
        kind = "matrix" if n_axes == 2 else "vector"
        raise DataError(f"expected {name} to be a {kind} of numbers, got {array.dtype}{list(array.shape)}", where=where)
    values = laid_out(array, np.float32)
    if not np.isfinite(values).all():
        raise DataError(f"{name} holds values that are not finite", where=where)
    return values
