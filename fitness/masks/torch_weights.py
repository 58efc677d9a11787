"""Networks from torch: a state_dict of linear layers, saved by torch.save; read without running anything in it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.containers.bound import require_bound
from fitness.containers.npz import require_zip
from fitness.data.files import read_bytes
from fitness.errors import DataError
from fitness.masks.networks import Activation, Network
from fitness.masks.stored import network_from_arrays

WRITE = "write it with torch.save(model.state_dict(), path)"
FLOAT_BYTES = 4
INSTALL = "reading it needs torch; pip install 'evo-boolean[torch]', or save the weights as npz"


def network_from_torch(path: str, activation: Activation = "relu", limit: int | None = None) -> Network:
    """The network of a state_dict file: the weights of its linear layers in order, with their biases.

    Args:
        path: the file.
        activation: of hidden neurons.
        limit: bytes that the file, and its tensors, may take; None for a quarter of the memory.

    Raises:
        DataError: torch is not installed, an unreadable or too large file, other tensors than weights and biases of
            linear layers.
    """
    try:
        import torch  # noqa: PLC0415 - an extra
    except ImportError:
        raise DataError(INSTALL, where=path) from None
    content = read_bytes(path, limit)
    require_zip(content, limit=limit, where=path)
    try:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as problem:
        text = f"is not a file of tensors alone ({type(problem).__name__}); {WRITE}"
        raise DataError(text, where=path) from None
    if not isinstance(state, dict) or not all(torch.is_tensor(value) for value in state.values()):
        raise DataError(f"is not a state_dict; {WRITE}", where=path)
    needed = sum(FLOAT_BYTES * value.numel() for value in state.values())
    require_bound(needed, limit, path)  # a tensor may be a small piece of memory seen many times
    try:
        tensors = {str(name): value.detach().to(torch.float32).numpy() for name, value in state.items()}
    except Exception as problem:
        raise DataError(f"holds tensors that are no plain numbers ({type(problem).__name__})", where=path) from None
    return network_from_arrays(arrays_of(tensors, path), activation, where=path)


def arrays_of(tensors: dict[str, NDArray[Any]], where: str) -> dict[str, NDArray[np.float32]]:
    """weights_0, bias_0, ... of named tensors in the order of a state_dict.

    Raises:
        DataError: a tensor that is neither the weight nor the bias of a linear layer.
    """
    layers = [name.removesuffix(".weight") for name in tensors if name.endswith(".weight")]
    known = {f"{layer}.{kind}" for layer in layers for kind in ("weight", "bias")}
    odd = sorted(set(tensors) - known) + [f"{name}.weight" for name in layers if tensors[f"{name}.weight"].ndim != 2]
    if odd or not layers:
        got = odd[0] if odd else "no tensor named *.weight"
        raise DataError(f"expected weights and biases of linear layers, got {got}", where=where)
    named = {f"weights_{number}": tensors[f"{layer}.weight"] for number, layer in enumerate(layers)}
    biases = {f"bias_{n}": tensors[f"{layer}.bias"] for n, layer in enumerate(layers) if f"{layer}.bias" in tensors}
    return named | biases
