"""Exporters of masks: a pure function each from a mask, its network and its encoder to text or bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import numpy as np

from evo.errors import ExportError
from evo.export import CIRCUITS, EXPORTERS, Exported
from evo.export.added import written_by
from evo.export.circuit import Circuit
from evo.kinds.common.saved import check_format
from evo.kinds.mask.c_floats import to_c_floats
from evo.kinds.mask.lower import is_exact, lowered
from evo.kinds.mask.model import MaskModel, pruned_network
from evo.kinds.mask.python_floats import to_python_floats
from evo.storage.npz import npz
from evo.storage.texts import dump_json
from fitness.masks.encoder import MaskEncoder
from fitness.masks.networks import Network
from fitness.masks.stored import network_to_arrays
from genomes.masks.plain import mask_to_plain
from genomes.masks.space import MaskSpace

Exporter = Callable[[MaskModel, Network, MaskSpace, MaskEncoder], Exported]


def to_npz(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> bytes:
    """weights_0 [neurons, inputs], bias_0, ... as `genome.network.path` reads them; and gather_0 of a convolution."""
    pruned = pruned_network(model, network, space)
    arrays: dict[str, Any] = dict(network_to_arrays(pruned))
    for number, layer in enumerate(pruned.layers):
        if layer.gather is not None:
            arrays[f"gather_{number}"] = layer.gather.astype(np.int64)
    return npz(arrays)


def to_json(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> str:
    """Layers with their weights and biases (0 where dropped), inputs with their scaling, classes."""
    pruned = pruned_network(model, network, space)
    layers = [{"weights": layer.weights.tolist(), "bias": layer.bias.tolist()} for layer in pruned.layers]
    record: dict[str, Any] = {
        "format": "evo-network-1",
        "id": model.id,
        "activation": network.activation,
        "layers": layers,
    }
    record |= {"mask": mask_to_plain(model.genes, space), "encoder": encoder.to_json(), "task": asdict(encoder.task)}
    return dump_json(record, indent=1) + "\n"


def formats_of(network: Network, encoder: MaskEncoder) -> Mapping[str, Exporter]:
    """What a mask of this network can be written as: networks of signs on bits as every kind of circuit."""
    formats: dict[str, Exporter] = {"npz": to_npz}
    if all(layer.gather is None for layer in network.layers):
        formats |= {"json": to_json, "c": to_c_floats, "python": to_python_floats}
    if is_exact(network, encoder):
        formats |= {name: _circuit(write) for name, write in CIRCUITS.items()}
    return MappingProxyType(formats)


def exporter_of(fmt: str, network: Network, encoder: MaskEncoder) -> Exporter:
    """The exporter of a format.

    Raises:
        ExportError: there is no such format, or none for this network; it lists those there are.
    """
    formats = formats_of(network, encoder)
    if fmt in EXPORTERS and fmt not in formats:
        listed, circuit = ", ".join(formats), fmt in CIRCUITS and fmt != "c"
        need = "; circuits need signs on bits and weights of one size in each layer" if circuit else ""
        raise ExportError(f"this network can be written as {listed} only{need}", where=f"--format {fmt}")
    check_format(fmt, formats)
    return formats[fmt] if fmt in formats else _added(fmt)


def _added(fmt: str) -> Exporter:
    def write(model: MaskModel, network: Network, space: MaskSpace, encoder: MaskEncoder) -> Exported:
        def circuit() -> Circuit:
            if not is_exact(network, encoder):
                need = "takes a circuit, which only masks of signs on bits with weights of one size in each layer are"
                raise ExportError(need, where=f"--format {fmt}")
            return lowered(model, network, space, encoder)

        return written_by(fmt, {}, (model, network, space, encoder), circuit)

    return write


def _circuit(write: Callable[[Circuit], Exported]) -> Exporter:
    return lambda model, network, space, encoder: write(lowered(model, network, space, encoder))
