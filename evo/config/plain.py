"""Any Python value as plain JSON values, so that what YAML or a dict holds can be validated as one thing."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, Final

from evo.config.expect import wrong_value
from evo.config.problems import KeyPath, Problem, dotted, key_text, shown
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at, literals
from evo.config.yaml_loader import LONGEST, MOST_VALUES, TOO_MANY
from evo.errors import ConfigError

#: A place of no key of the schema, and deeper than any.
_DEEPEST: Final = 32
#: Larger integers have no use here, would be infinite as floats, and at some point Python refuses to spell them.
_MOST_BITS: Final = 1000


@dataclass(frozen=True, slots=True)
class Plain:
    """A value that json.dumps accepts, and the problems of what had to be replaced by null to get there."""

    value: Any
    problems: tuple[Problem, ...]


def plain(value: object, schema: type[RunConfig]) -> Plain:
    """Dicts, lists, text, finite numbers, booleans and null; anything else becomes null.

    It is a problem only where the config class has a place for a value: elsewhere the place itself is one.

    Raises:
        ConfigError: more values than a config may have.
    """
    walk = _Walk(schema)
    return Plain(walk.convert(value, ()), tuple(walk.problems))


@dataclass(slots=True)
class _Walk:
    schema: type[RunConfig]
    problems: list[Problem] = field(default_factory=list)
    above: set[int] = field(default_factory=set)
    count: int = 0

    def convert(self, value: object, path: KeyPath) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise ConfigError([f"config: {dotted(path)}: {TOO_MANY}"])
        if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str | bytes)):
            return self._container(value, path)
        leaf = _leaf(value)
        if _fits_json(leaf) and not self._is_disguised(leaf, path):
            return leaf
        annotation = annotation_at(self.schema, path)
        if annotation is not None:
            self.problems.append(Problem(path, _reason(leaf, annotation)))
        return None

    def _container(self, value: Mapping[Any, Any] | Sequence[Any], path: KeyPath) -> Any:
        if len(path) > _DEEPEST or id(value) in self.above:
            return None
        self.above.add(id(value))
        converted: Any = (
            {key: self.convert(item, (*path, key)) for key, item in self._items(value, path)}
            if isinstance(value, Mapping)
            else [self.convert(item, (*path, number)) for number, item in enumerate(value)]
        )
        self.above.remove(id(value))
        return converted

    def _items(self, mapping: Mapping[Any, Any], path: KeyPath) -> Iterator[tuple[str, Any]]:
        for key, item in mapping.items():
            if isinstance(key, str) and _fits_json(str(key)):
                yield str(key), item
            else:
                advice = "" if isinstance(key, str) else f"; write '{shown(key)}'"
                message = f"the key {key_text(key)} must be text{advice}"
                self.problems.append(Problem(path, message, at=(*path, key)))

    def _is_disguised(self, leaf: object, path: KeyPath) -> bool:
        """`true` and `1.0` equal 1, but they are not written 1; pydantic's Literal does not tell them apart."""
        return isinstance(leaf, bool | float) and any(
            isinstance(choice, int) and leaf == choice for choice in literals(annotation_at(self.schema, path))
        )


def _leaf(value: object) -> object:
    """Paths and other packages' numbers as Python's own."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    return str(value) if isinstance(value, str) else value


def _fits_json(leaf: object) -> bool:
    match leaf:
        case None | bool():
            return True
        case int():
            return leaf.bit_length() <= _MOST_BITS
        case float():
            return math.isfinite(leaf)
        case str():
            return len(leaf) <= LONGEST and not any("\ud800" <= character <= "\udfff" for character in leaf)
    return False


def _reason(leaf: object, annotation: Any) -> str:
    if not isinstance(leaf, str):
        return wrong_value(annotation, leaf)
    long = len(leaf) > LONGEST
    return f"must be text of at most {LONGEST:,} characters" if long else "must be text without lone surrogates"
