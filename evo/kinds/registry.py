"""The kinds of genomes by their names in `genome.kind`; one line adds one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from evo.kinds.kind import Kind

#: The module of a kind, which holds it as KIND. It is imported on demand.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "sop": "evo.kinds.two_level.kind",
        "pos": "evo.kinds.two_level.kind",
        "mask": "evo.kinds.mask.kind",
        "network": "evo.kinds.network.kind",
    }
)
#: The kind of a config that names none.
DEFAULT = "sop"


def kind_of(name: str) -> Kind:
    """The kind of a genome by its name.

    Raises:
        KeyError: no such kind.
    """
    kind: Kind = import_module(KINDS[name]).KIND
    return kind
