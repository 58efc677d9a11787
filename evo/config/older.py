"""Configs that older versions stored: they had the keys of all kinds, and some that are gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from evo.config.choice import kinds_with, schema_of
from evo.config.problems import KeyPath
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at, section_at

#: Keys that are gone, and values that are gone of keys that are not.
REMOVED_KEYS: Final = (("local", "inheritance"),)
REMOVED_VALUES: Final[Mapping[KeyPath, str]] = {("search", "islands", "topology"): "torus"}
#: Keys of islands that said nothing, and are refused now, where the algorithm exchanges nothing.
UNUSED: Final = {"lut_boost": ("topology", "migrants")}


def without_older_keys(document: Any) -> Any:
    """What an older version stored, without keys that only another kind has, and without keys and values that are gone.

    What no version ever had is left in, to be found by whoever checks the document.
    """
    return _exchanged(_kept(schema_of(document), document, ()))


def _exchanged(document: Any) -> Any:
    """A document without keys of islands that its algorithm has no use for."""
    search = document.get("search") if isinstance(document, Mapping) else None
    islands = search.get("islands") if isinstance(search, Mapping) else None
    if not isinstance(search, Mapping) or not isinstance(islands, Mapping):
        return document
    algorithm = search.get("algorithm")
    unused = UNUSED.get(algorithm, ()) if isinstance(algorithm, str) else ()
    if not any(key in unused for key in islands):
        return document
    left = {key: value for key, value in islands.items() if key not in unused}
    return {**document, "search": {**search, "islands": left}}


def _kept(schema: type[RunConfig], value: Any, path: KeyPath) -> Any:
    if section_at(annotation_at(schema, path)) is None or not isinstance(value, Mapping):
        return value
    return {
        key: _kept(schema, item, (*path, key))
        for key, item in value.items()
        if not _is_older(schema, item, (*path, key))
    }


def _is_older(schema: type[RunConfig], value: Any, path: KeyPath) -> bool:
    if path in REMOVED_VALUES:
        return bool(value == REMOVED_VALUES[path])
    return annotation_at(schema, path) is None and (path in REMOVED_KEYS or bool(kinds_with(path)))
