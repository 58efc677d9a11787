"""The config reference, made from the config classes: a JSON Schema for editors and a commented starter file."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from evo.config.choice import KIND, schema_named, schemas
from evo.config.data_rules import SOURCES_OF
from evo.config.expect import EVERYTHING, expectation
from evo.config.resolved import dump_yaml
from evo.config.schema import RunConfig
from evo.config.shape import item_section, keys_of, section_at
from evo.kinds.registry import DEFAULT, KINDS, kind_of

_WIDTH: Final = 100
_HEAD: Final = (
    "A starter file for evo: every key, what it does, and its default.",
    "Keys that other data sources use are commented out. Leave out what you do not change.",
)
#: Sections by the names of their classes, as JSON Schemas.
Definitions = Mapping[str, dict[str, Any]]


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of configs: every key of every kind with its description and its default.

    `genome.kind` decides which class of config applies.
    """
    definitions = {name: section for schema in schemas() for name, section in definitions_of(schema).items()}
    branches = [
        {"if": _is_of(names), "then": {"$ref": f"#/$defs/{schema.__name__}"}} for schema, names in schemas().items()
    ]
    kind = {"enum": list(KINDS), "default": DEFAULT, "description": "What is evolved; each kind has keys of its own."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "evo config",
        "description": "One run, completely described.",
        "type": "object",
        "properties": {"genome": {"properties": {"kind": kind}}},
        "allOf": branches,
        "$defs": definitions,
    }


def _is_of(names: tuple[str, ...]) -> dict[str, Any]:
    """Whether a document is of one of some kinds; one that names none is of the usual one."""
    genome: dict[str, Any] = {"properties": {"kind": {"enum": list(names)}}}
    if DEFAULT in names:
        return {"properties": {"genome": genome}}
    return {"properties": {"genome": genome | {"required": ["kind"]}}, "required": ["genome"]}


def definitions_of(schema: type[RunConfig]) -> Definitions:
    """A class of config and its sections, by the names of the classes; made once, to be read only."""
    plain: type = schema
    return _definitions(plain)


@cache
def _definitions(schema: type) -> Definitions:
    sections = {section.__name__: section for section in _sections(schema)}
    generated = TypeAdapter(schema).json_schema()
    bodies = {**generated.pop("$defs"), schema.__name__: generated}
    definitions = {name: _described(sections[name], body) for name, body in bodies.items()}
    for name, body in definitions.items():
        _describe_sections(sections[name], body, definitions)
    return definitions


def _sections(section: type) -> Iterator[type]:
    """A section and all below it."""
    yield section
    for annotation in keys_of(section).values():
        inner = section_at(annotation) or item_section(annotation)
        if inner is not None:
            yield from _sections(inner)


def _described(section: type, body: dict[str, Any]) -> dict[str, Any]:
    """The section with the texts of inherited keys, and without the titles that pydantic makes up from key names."""
    inherited: dict[str, Any] = {}
    for base in filter(is_dataclass, reversed(section.__mro__[1:])):
        inherited |= {key: own["description"] for key, own in _properties(base).items() if "description" in own}
    keys = {}
    for key, own in body["properties"].items():
        keys[key] = {word: part for word, part in own.items() if word != "title"}
        if key in inherited:
            keys[key].setdefault("description", inherited[key])
    return {**body, "properties": keys}


@cache
def _properties(section: type) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = TypeAdapter(section).json_schema()["properties"]
    return properties


def _describe_sections(section: type, body: dict[str, Any], definitions: Definitions) -> None:
    """Give keys that hold a section its description, and its default: what is not as its class has it."""
    for key in fields(section):
        inner = section_at(keys_of(section)[key.name])
        if inner is None:
            continue
        own = body["properties"][key.name]
        own.setdefault("description", definitions[inner.__name__]["description"])
        if key.default_factory is not MISSING:
            plain, value = asdict(inner()), asdict(key.default_factory())
            differing = {name: part for name, part in value.items() if part != plain[name]}
            own["default"] = json.loads(json.dumps(differing))


def template(kind: str = DEFAULT) -> str:
    """A starter file for a kind that runs as it is, on a data set bundled with scikit-learn."""
    schema, names = schema_named(kind), [name for name in KINDS if name != kind]
    others = f"It is for genome.kind: {kind}; evo schema --template {' | '.join(names)} prints those of others."
    starter = {"schema": 1, **kind_of(kind).starter, ".".join(KIND): kind}
    head = [f"# {line}" for line in (*_HEAD, others)]
    return "\n".join([*head, *_section_lines(schema, definitions_of(schema), (), starter)]) + "\n"


def _section_lines(
    section: type, definitions: Definitions, above: tuple[str, ...], values: Mapping[str, Any]
) -> Iterator[str]:
    """The lines of a section; values: by key path, what the file says where that is not the key's own default."""
    indent, properties = "  " * len(above), definitions[section.__name__]["properties"]
    for key, annotation in keys_of(section).items():
        body, path = properties[key], (*above, key)
        if not above:
            yield ""
        yield from _comment(_description(body, annotation), indent)
        inner = section_at(annotation)
        if inner is None:
            value = values.get(".".join(path), body.get("default"))
            mark = "" if _is_for_starter(path, values) else "#"
            yield from (f"{indent}{mark}{line}" for line in _key_lines(key, value))
        else:
            own = {".".join((*path, name)): value for name, value in body.get("default", {}).items()}
            yield f"{indent}{key}:"
            yield from _section_lines(inner, definitions, path, {**own, **values})


def _description(body: Mapping[str, Any], annotation: Any) -> str:
    """The description, followed by what fits where that is more than the default shows."""
    text = str(body["description"])
    return text if section_at(annotation) else f"{text} [{expectation(annotation, EVERYTHING)}]"


def _comment(text: str, indent: str) -> Iterator[str]:
    return (f"{indent}# {line}" for line in textwrap.wrap(text, _WIDTH - len(indent) - 2, break_on_hyphens=False))


def _key_lines(key: str, value: Any) -> Iterator[str]:
    """One line, of a list of mappings one for each of these."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield f"{key}:"
        yield from (f"  - {dump_yaml([item], flow=True).strip()[1:-1]}" for item in value)
    else:
        yield f"{key}: {dump_yaml([value], flow=True).strip()[1:-1]}"


def _is_for_starter(path: tuple[str, ...], values: Mapping[str, Any]) -> bool:
    source = values["data.source"]
    return path[0] != "data" or source in SOURCES_OF.get(path[1], (source,))
