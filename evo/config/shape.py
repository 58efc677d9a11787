"""A config class's annotations as a tree of keys: what may stand where, read from the section dataclasses."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import GroupedMetadata

from evo.config.problems import KeyPath
from evo.config.schema import RunConfig


@cache
def keys_of(section: type) -> Mapping[str, Any]:
    """Annotation of every key of a section, in order."""
    return types.MappingProxyType(get_type_hints(section, include_extras=True))


def members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union; of anything else, itself."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def bare(member: Any) -> Any:
    """A union member without its constraints."""
    return get_args(member)[0] if get_origin(member) is Annotated else member


def constraints(member: Any) -> list[Any]:
    """The constraints of a union member; grouped ones (Len) taken apart."""
    metadata = get_args(member)[1:] if get_origin(member) is Annotated else ()
    return [part for item in metadata for part in (item if isinstance(item, GroupedMetadata) else (item,))]


def section_at(annotation: Any) -> type | None:
    """The section dataclass an annotation stands for, or None."""
    return annotation if isinstance(annotation, type) and is_dataclass(annotation) else None


def item_section(annotation: Any) -> type | None:
    """The section dataclass that the items of a list are, or None."""
    kind = bare(annotation)
    return section_at(bare(get_args(kind)[0])) if get_origin(kind) is tuple else None


def annotation_at(schema: type[RunConfig], path: KeyPath) -> Any:
    """Annotation of the value at a key path, or None where the config class has no such place."""
    annotation: Any = schema
    for step in path:
        annotation = next((inner for member in members(annotation) if (inner := _inside(bare(member), step))), None)
    return annotation


def _inside(kind: Any, step: object) -> Any:
    section = section_at(kind)
    if section is not None:
        return keys_of(section).get(step) if isinstance(step, str) else None
    if get_origin(kind) is tuple and isinstance(step, int):
        return get_args(kind)[0]
    if get_origin(kind) is dict and isinstance(step, str):
        return get_args(kind)[1]
    return None


def literals(annotation: Any) -> tuple[Any, ...]:
    """The values an annotation enumerates; empty where it enumerates none."""
    return tuple(value for member in members(annotation) if get_origin(member) is Literal for value in get_args(member))


def known_paths(schema: type[RunConfig]) -> tuple[tuple[str, ...], ...]:
    """Every key of a config class with its path, sections included, in order."""
    return tuple(_known(schema, ()))


def _known(section: type, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, annotation in keys_of(section).items():
        yield (*above, key)
        inner = section_at(annotation)
        if inner is not None:
            yield from _known(inner, (*above, key))
