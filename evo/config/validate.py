"""From a plain document to the config of its kind, or to all of its problems at once."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from evo.config.choice import KIND, NAMES, kinds_with, named, schema_of
from evo.config.expect import expectation, wrong_value
from evo.config.installed import not_installed
from evo.config.plain import Plain, plain
from evo.config.problems import KeyPath, Locations, Problem, config_error
from evo.config.rules import broken_rules
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at
from evo.config.suggest import unknown_key

_UNKNOWN = "unexpected_keyword_argument"
_MISSING = "missing"


def validate(document: Mapping[Any, Any], locations: Locations, earlier: Sequence[Problem] = ()) -> RunConfig:
    """Check a document against the schema and the rules between keys.

    Args:
        document: keys and values as given.
        locations: where they were given.
        earlier: problems that reading the document brought up.

    Raises:
        ConfigError: one line per problem, in the order of the file.
    """
    schema = schema_of(document)
    converted = plain(document, schema)
    config, errors = _try(schema, converted.value)
    problems = [*earlier, *converted.problems, *_problems(schema, errors, converted), *not_installed(converted.value)]
    if schema is RunConfig:
        others = [problem for problem in problems if problem.path != KIND]
        problems = [*others, Problem(KIND, wrong_value(NAMES, named(document)))]
    broken = {problem.path[0] for problem in converted.problems if problem.path}
    if errors or broken:
        config, broken = _without(schema, converted.value, errors, broken)
    if config is not None:
        problems += broken_rules(config, broken)
    if problems or config is None:
        raise config_error(problems, locations)
    return config


@cache
def adapter(schema: type[RunConfig]) -> TypeAdapter[RunConfig]:
    """Pydantic's view of a class of config."""
    return TypeAdapter(schema)


def _try(schema: type[RunConfig], document: object) -> tuple[RunConfig | None, list[ErrorDetails]]:
    """JSON mode takes mappings for dataclasses and lists for tuples, and is strict about everything else."""
    try:
        checker = adapter(schema)  # type: ignore[arg-type]  # mypy asks the class for its values' hash
        return checker.validate_json(json.dumps(document), strict=True), []
    except ValidationError as error:
        return None, list(error.errors(include_url=False, include_context=False))


def _problems(schema: type[RunConfig], errors: Iterable[ErrorDetails], converted: Plain) -> Iterator[Problem]:
    """One problem per key; where no kind is known, a key that some kind has is none."""
    located = {_true_path(error, converted.value): error for error in errors}
    done = {problem.path for problem in converted.problems}
    # A union reports the alternatives that were not meant too: only the deepest errors count.
    above = {path[:depth] for path in located for depth in range(len(path))}
    for path, error in located.items():
        value = _at(converted.value, path)
        if error["type"] == _UNKNOWN:
            if schema is RunConfig and kinds_with(path):
                continue
            yield Problem(path, partial(unknown_key, schema, path, value))
        elif path in done:
            continue
        elif error["type"] == _MISSING:
            yield Problem(path, f"is required; must be {expectation(annotation_at(schema, path))}")
        elif path not in above:
            yield Problem(path, partial(wrong_value, annotation_at(schema, path), value))


def _true_path(error: ErrorDetails, document: Any) -> KeyPath:
    """The error's place in the document: pydantic's location less the names of union members."""
    path: KeyPath = ()
    for step in error["loc"]:
        here = _at(document, path)
        if (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int)):
            path = (*path, step)
    return (*path, error["loc"][-1]) if error["type"] == _MISSING else path


def _at(document: Any, path: KeyPath) -> Any:
    for step in path:
        missing = isinstance(document, dict) and step not in document
        document = None if missing else document[step]
    return document


def _without(
    schema: type[RunConfig], document: Any, errors: Sequence[ErrorDetails], broken: set[Any]
) -> tuple[RunConfig | None, set[Any]]:
    """The config without its unknown keys and its sections that have other errors, and these sections' names."""
    if not isinstance(document, dict):
        return None, broken
    rest = copy.deepcopy(document)
    for error in errors:
        path = _true_path(error, document)
        if error["type"] == _UNKNOWN:
            _at(rest, path[:-1]).pop(path[-1], None)
        else:
            broken = broken | set(path[:1])
    for section in broken:
        rest.pop(section, None)
    config, _ = _try(schema, {"schema": 1, "data": {"source": "csv"}, **rest})
    return config, broken
