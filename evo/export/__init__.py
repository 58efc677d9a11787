"""Exporters: a pure function each from a model and its data's meaning to text; one registry line adds one.

Texts for people and machines that keep the model's own terms are made from the model; circuits and programs are made
from `Circuit`, the one form that decides structure (evo/export/circuit.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from evo.export.aiger import to_aag, to_aig
from evo.export.blif import to_blif
from evo.export.c_source import to_c
from evo.export.c_words import to_c_bitsliced
from evo.export.circuit import Circuit, circuit_of
from evo.export.dnf import to_dnf
from evo.export.json_rules import to_json_rules
from evo.export.pla import to_pla
from evo.export.python_source import to_python
from evo.export.smtlib import to_smt2
from evo.export.sql import to_sql
from evo.export.verilog import to_verilog
from evo.models.two_level import Model
from fitness.data.encoder import Encoder

#: Text, or bytes where a format is binary.
Exported = str | bytes
Exporter = Callable[[Model, Encoder], Exported]


#: What is written from gates.
CIRCUITS: Mapping[str, Callable[[Circuit], Exported]] = MappingProxyType(
    {
        "c": to_c,
        "c-bitsliced": to_c_bitsliced,
        "sql": to_sql,
        "smt2": to_smt2,
        "verilog": to_verilog,
        "blif": to_blif,
        "aiger": to_aag,
        "aig": to_aig,
        "pla": to_pla,
    }
)


def _from_circuit(write: Callable[[Circuit], Exported]) -> Exporter:
    return lambda model, encoder: write(circuit_of(model, encoder))


EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {
        "json": to_json_rules,
        "dnf": to_dnf,
        "python": to_python,
        **{name: _from_circuit(write) for name, write in CIRCUITS.items()},
    }
)
