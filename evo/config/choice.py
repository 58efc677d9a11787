"""Which class of config a document is checked against: that of the kind which its `genome.kind` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from evo.config.problems import KeyPath
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at, known_paths
from evo.kinds.registry import DEFAULT, KINDS, kind_of

KIND: Final = ("genome", "kind")
#: What `genome.kind` may be.
NAMES: Any = Literal[tuple(KINDS)]


def named(document: object) -> object:
    """The value of `genome.kind`; the usual kind where a document does not say."""
    genome = document.get("genome") if isinstance(document, Mapping) else None
    return genome.get("kind", DEFAULT) if isinstance(genome, Mapping) else DEFAULT


def schema_of(document: object) -> type[RunConfig]:
    """The class of config for a document; `RunConfig` itself where it names no kind that there is."""
    name = named(document)
    return schema_named(name) if isinstance(name, str) and name in KINDS else RunConfig


def schema_named(name: str) -> type[RunConfig]:
    """The class of config of a kind.

    Raises:
        KeyError: no such kind.
    """
    schema: type[RunConfig] = kind_of(name).config
    return schema


def schemas() -> Mapping[type[RunConfig], tuple[str, ...]]:
    """Every class of config with the kinds that it is for, the usual one first. It loads all kinds."""
    names: dict[type[RunConfig], tuple[str, ...]] = {}
    for name in (DEFAULT, *KINDS):
        schema = schema_named(name)
        names[schema] = tuple(dict.fromkeys((*names.get(schema, ()), name)))
    return names


def kinds_with(path: KeyPath) -> tuple[str, ...]:
    """The kinds whose config has a key."""
    having = [names for schema, names in schemas().items() if annotation_at(schema, path) is not None]
    return tuple(name for names in having for name in names)


def every_path() -> tuple[tuple[str, ...], ...]:
    """Every key that the config of any kind has, with its path."""
    return tuple(dict.fromkeys(path for schema in schemas() for path in known_paths(schema)))


def rules_of(config: RunConfig) -> tuple[Any, ...]:
    """The rules of a config's own kind; none where it has none."""
    return () if type(config) is RunConfig else tuple(kind_of(config.genome.kind).rules)
