"""Exporters of networks: a pure function each from a model and its data's meaning to text or bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from evo.export import CIRCUITS, Exported
from evo.export.circuit import Circuit
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.json_units import to_json_units
from evo.kinds.network.python_source import to_python_units
from evo.models.networks import NetworkModel
from evo.text.networks import network_lines
from fitness.data.encoder import Encoder

Exporter = Callable[[NetworkModel, Encoder], Exported]


def to_words(model: NetworkModel, encoder: Encoder) -> str:
    """A line per unit, then what the heads decide."""
    return "\n".join(network_lines(model, encoder.task, encoder.binarizer.bits)) + "\n"


def _from_circuit(write: Callable[[Circuit], Exported]) -> Exporter:
    return lambda model, encoder: write(circuit_of_network(model, encoder))


#: What a network can be written as; `dnf` is the name that words have for formulas, and means words here as well.
EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {
        "json": to_json_units,
        "words": to_words,
        "dnf": to_words,
        "python": to_python_units,
        **{name: _from_circuit(write) for name, write in CIRCUITS.items()},
    }
)
