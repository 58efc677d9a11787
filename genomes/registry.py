"""Every kind of genome: where its space, its batch of arrays and its plain form are found.

A kind is one line in `KINDS` and a module with its `GenomeKind`, imported when it is first asked for. What moves,
stores or shows genomes asks here by the space that they live in, so it need not know which kinds there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from genomes.batches import Space
from genomes.checks import Arrays

#: The module of a kind, which holds it as KIND.
KINDS: Mapping[str, str] = MappingProxyType(
    {"two_level": "genomes.two_level.kind", "mask": "genomes.masks.kind", "network": "genomes.networks.kind"}
)


@dataclass(frozen=True, slots=True)
class GenomeKind:
    """A kind of genome.

    name: as in `KINDS` and as `genome` of the space; space, batch: the types (see `genomes.batches`; the batch also has
    the class methods ``of(genomes, space)`` and ``from_arrays(arrays, prefix, space)``); plain: a genome of a space as
    JSON, as models/ and events.jsonl show it.
    """

    name: str
    space: type
    batch: Any
    plain: Callable[[Any, Any], dict[str, Any]]


def kind_of(space: Space) -> GenomeKind:
    """The kind that the class of `space` names."""
    kind: GenomeKind = import_module(KINDS[space.genome]).KIND
    return kind


def empty(space: Space) -> Any:
    """The batch of `space` without genomes."""
    return kind_of(space).batch.of([], space)


def from_arrays(arrays: Arrays, prefix: str, space: Space) -> Any:
    """Inverse of `Batch.to_arrays`.

    Raises:
        GenomeError: arrays that are missing or do not form genomes of `space`.
    """
    return kind_of(space).batch.from_arrays(arrays, prefix, space)


def plain(genome: Any, space: Space) -> dict[str, Any]:
    """A genome of `space` as JSON."""
    return kind_of(space).plain(genome, space)
