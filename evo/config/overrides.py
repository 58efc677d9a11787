"""`-o key.path=value`: single keys of a config, replaced from the command line."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from evo.config.choice import schema_of
from evo.config.problems import Locations, Problem, dotted
from evo.config.shape import annotation_at, section_at
from evo.config.suggest import unknown_key
from evo.config.yaml_loader import DEEPEST, YamlError, parse_yaml
from evo.errors import ConfigError
from genomes.text.quoting import quoted, shortened

_LONGEST: Final = 100
#: Overrides of one command, and characters of all of them: no command line that a person or a script writes has more.
_MOST, _MOST_CHARACTERS = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Overridden:
    """A document with overrides applied, where each key was written, and what could not be applied."""

    value: Any
    locations: Locations
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Setting:
    path: tuple[str, ...]
    value: Any
    where: str
    problems: tuple[Problem, ...]


def apply_overrides(document: Any, locations: Locations, overrides: Sequence[str]) -> Overridden:
    """The document with every `key.path=value` put in, in the order given.

    A value is YAML: a scalar, or a list or mapping in brackets. An absent section is made.

    Raises:
        ConfigError: overrides that cannot be read, a line each.
    """
    result = Overridden(copy.deepcopy(document), locations)
    for number, setting in enumerate(_parse_all(overrides)):
        result = _apply(result, number, setting)
    return result


def _parse_all(overrides: Sequence[str]) -> list[_Setting]:
    length = sum(map(len, overrides))
    if len(overrides) > _MOST or length > _MOST_CHARACTERS:
        most = f"at most {_MOST:,} overrides of {_MOST_CHARACTERS:,} characters in all"
        raise ConfigError([f"-o: {most}, got {len(overrides):,} of {length:,}; write them into the file"])
    settings, problems = [], []
    for text in overrides:
        where = f"-o {shortened(text, _LONGEST) if text.isprintable() else quoted(text, _LONGEST)}"
        try:
            settings.append(_parse(text, where))
        except YamlError as error:
            problems.append(f"{where}: {error}")
    if problems:
        raise ConfigError(problems)
    return settings


def _parse(text: str, where: str) -> _Setting:
    key, equals, value = text.partition("=")
    path = tuple(step.strip() for step in key.split("."))
    if not equals or not all(path):
        raise YamlError(1, "must have the form key.path=value")
    if len(path) > DEEPEST:
        raise YamlError(1, f"nested more than {DEEPEST} levels deep")
    document = parse_yaml(f'"{value.strip()}"' if value.strip() == "-" else value)  # no list of nothing
    problems = (
        Problem((*path, *problem.path), str(problem.message).partition(", first on")[0])
        for problem in document.problems
    )
    return _Setting(path, document.value, where, tuple(problems))


def _apply(before: Overridden, number: int, setting: _Setting) -> Overridden:
    """One override put in; `before.value` is a copy of this module's own, so it is changed in place."""
    locations = before.locations.overridden(setting.path, number, setting.where)
    here = before.value
    for depth, key in enumerate(setting.path[:-1]):
        if isinstance(here, dict) and here.get(key) is None:
            here[key] = {}
        here = here[key] if isinstance(here, dict) else None
        if not isinstance(here, dict):
            message = partial(_no_mapping, before.value, setting.path, depth + 1)
            problem = Problem(setting.path, message)
            return replace(before, locations=locations, problems=(*before.problems, problem))
    here[setting.path[-1]] = setting.value
    return Overridden(before.value, locations, (*before.problems, *setting.problems))


def _no_mapping(document: object, path: tuple[str, ...], depth: int) -> str:
    """What is wrong with a key below `path[:depth]`, asked when all overrides are in the document."""
    schema = schema_of(document)
    above = annotation_at(schema, path[:depth])
    if section_at(above) is not None:
        return f"cannot be set while {dotted(path[:depth])} is not a mapping"
    if above is None:
        return unknown_key(schema, path[:depth], None)
    return f"unknown key; {dotted(path[:depth])} has one value and no keys"
