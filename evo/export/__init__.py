"""Exporters: a pure function each from a model and its data's meaning to text; one registry line adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from evo.export.dnf import to_dnf
from evo.export.json_rules import to_json_rules
from evo.export.python_source import to_python
from evo.model import Model
from fitness.data.encoder import Encoder

EXPORTERS: Mapping[str, Callable[[Model, Encoder], str]] = MappingProxyType(
    {"json": to_json_rules, "dnf": to_dnf, "python": to_python}
)
