"""The config reference, made from the schema: a JSON Schema for editors and a commented starter file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from evo.config.data_rules import SOURCES_OF
from evo.config.expect import EVERYTHING, expectation
from evo.config.resolved import dump_yaml
from evo.config.schema import RunConfig
from evo.config.shape import keys_of, section_at
from evo.config.validate import adapter

_WIDTH: Final = 100
_HEAD: Final = (
    "A starter file for evo: every key, what it does, and its default.",
    "Keys that other data sources use are commented out. Leave out what you do not change.",
)
#: What the starter file says where a key has no default, or a better value to start from.
_STARTER: Final[Mapping[tuple[str, ...], Any]] = {
    ("schema",): 1,
    ("name",): "breast-cancer",
    ("data", "source"): "sklearn",
    ("data", "name"): "breast_cancer",
}


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the config: every key with its description and its default."""
    made = adapter().json_schema()
    definitions = {name: _tidy(section) for name, section in made.pop("$defs").items()}
    schema = _tidy(made) | {"title": "evo config", "$defs": definitions}
    for section in (schema, *definitions.values()):
        _describe_sections(section, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _tidy(section: dict[str, Any]) -> dict[str, Any]:
    """A section without the titles that pydantic makes up from key names."""
    keys = {
        key: {word: part for word, part in body.items() if word != "title"}
        for key, body in section["properties"].items()
    }
    return {**section, "properties": keys}


def _describe_sections(section: dict[str, Any], definitions: Mapping[str, Any]) -> None:
    """Give keys that hold a section its description, and {} as default where nothing in it is required."""
    for body in section["properties"].values():
        if "$ref" in body:
            inner = definitions[body["$ref"].rpartition("/")[2]]
            body.setdefault("description", inner["description"])
            if not inner.get("required"):
                body["default"] = {}


def template() -> str:
    """A starter file that runs as it is, on a data set bundled with scikit-learn."""
    schema = json_schema()
    head = [f"# {line}" for line in _HEAD]
    return "\n".join([*head, *_section_lines(RunConfig, schema, schema["$defs"], ())]) + "\n"


def _section_lines(
    section: type, schema: Mapping[str, Any], definitions: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[str]:
    indent = "  " * len(above)
    for key, annotation in keys_of(section).items():
        body, path = schema["properties"][key], (*above, key)
        if not above:
            yield ""
        yield from _comment(_description(body, annotation), indent)
        inner = section_at(annotation)
        if inner is None:
            mark = "" if _is_for_starter(path) else "#"
            yield f"{indent}{mark}{_key_line(key, _STARTER.get(path, body.get('default')))}"
        else:
            yield f"{indent}{key}:"
            yield from _section_lines(inner, definitions[inner.__name__], definitions, path)


def _description(body: Mapping[str, Any], annotation: Any) -> str:
    """The description, followed by what fits where that is more than the default shows."""
    text = str(body["description"])
    return text if section_at(annotation) else f"{text} [{expectation(annotation, EVERYTHING)}]"


def _comment(text: str, indent: str) -> Iterator[str]:
    return (f"{indent}# {line}" for line in textwrap.wrap(text, _WIDTH - len(indent) - 2, break_on_hyphens=False))


def _key_line(key: str, value: Any) -> str:
    flow = dump_yaml([value], flow=True).strip()[1:-1]
    return f"{key}: {flow}"


def _is_for_starter(path: tuple[str, ...]) -> bool:
    return path[0] != "data" or _STARTER["data", "source"] in SOURCES_OF.get(path[1], ("sklearn",))
