"""The JSON Schema and the starter file, both made from the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from evo.config.identity import to_json
from evo.config.load import config_from_dict, load_config
from evo.config.reference import json_schema, template
from evo.config.reference_page import reference_page
from evo.config.shape import known_paths


def _properties(
    schema: dict[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    definitions = json_schema()["$defs"]
    for key, body in schema["properties"].items():
        yield (*above, key), body
        if "$ref" in body:
            yield from _properties(definitions[body["$ref"].rpartition("/")[2]], (*above, key))


PROPERTIES = dict(_properties(json_schema()))
REQUIRED = {("schema",), ("data",), ("data", "source")}


def test_the_json_schema_has_every_key() -> None:
    assert tuple(PROPERTIES) == known_paths()


@pytest.mark.parametrize("path", PROPERTIES, ids=".".join)
def test_every_key_has_a_description_and_a_default_unless_required(path: tuple[str, ...]) -> None:
    body = PROPERTIES[path]
    assert body["description"].endswith((".", ")"))
    assert ("default" in body) == (path not in REQUIRED)


def test_the_json_schema_names_its_version_and_title() -> None:
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json_schema()["title"] == "evo config"


def test_the_json_schema_forbids_unknown_keys_everywhere() -> None:
    schema = json_schema()
    assert all(section["additionalProperties"] is False for section in (schema, *schema["$defs"].values()))


def test_the_defaults_of_the_json_schema_are_those_of_a_minimal_config() -> None:
    minimal = to_json(config_from_dict({"schema": 1, "data": {"source": "sklearn", "name": "iris"}}, Path()))
    for path, body in PROPERTIES.items():
        if "default" in body and "$ref" not in body and path != ("data", "name"):
            value: Any = minimal
            for key in path:
                value = value[key]
            assert value == body["default"], path


def test_the_starter_file_fits_the_json_schema() -> None:
    schema = json_schema()
    assert _fits(yaml.safe_load(template()), schema, schema["$defs"])


@pytest.mark.parametrize("wrong", ["seed: -1", "naem: x", "name: ''", "genome: {kind: dnf}", "stop: {seconds: x}"])
def test_the_json_schema_refuses_what_the_loader_refuses(wrong: str) -> None:
    schema = json_schema()
    document = {**yaml.safe_load(template()), **yaml.safe_load(wrong)}
    assert not _fits(document, schema, schema["$defs"])


TYPES: dict[str, Any] = {
    "null": type(None),
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
}


def _fits(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """The part of JSON Schema that ours uses."""
    if "$ref" in schema:
        return _fits(value, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return any(_fits(value, part, definitions) for part in schema["anyOf"])
    if schema["type"] == "object":
        return isinstance(value, dict) and _object_fits(value, schema, definitions)
    if not isinstance(value, TYPES[schema["type"]]):
        return False
    if isinstance(value, list):
        in_range = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return in_range and all(_fits(item, schema["items"], definitions) for item in value)
    return (
        value in schema.get("enum", [schema.get("const", value)])
        and not (isinstance(value, str) and len(value) < schema.get("minLength", 0))
        and not (isinstance(value, int | float) and value < schema.get("minimum", value))
        and not (isinstance(value, int | float) and value > schema.get("maximum", value))
    )


def _object_fits(value: dict[str, Any], schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", False)
    return set(schema.get("required", [])) <= set(value) and all(
        _fits(item, known[key], definitions) if key in known else bool(rest) and _fits(item, rest, definitions)
        for key, item in value.items()
    )


def test_the_starter_file_is_a_valid_config_of_defaults(tmp_path: Path) -> None:
    path = tmp_path / "start.yaml"
    path.write_text(template())
    loaded = load_config(path).config
    data = {"source": "sklearn", "name": "breast_cancer"}
    assert loaded == config_from_dict({"schema": 1, "name": "breast-cancer", "data": data}, tmp_path)


def test_the_starter_file_shows_every_key_with_its_description() -> None:
    text = template()
    shown = re.findall(r"^ *#?([a-z_]+):(?: |$)", text, re.MULTILINE)
    assert shown == [path[-1] for path in known_paths()]
    prose = " ".join(line.strip(" #") for line in text.splitlines())
    assert all(body["description"] in prose for body in PROPERTIES.values())


def test_the_starter_file_comments_out_what_its_source_does_not_use() -> None:
    commented = re.findall(r"^ *#([a-z_]+):", template(), re.MULTILINE)
    assert "path" in commented
    assert "modulus" in commented
    assert "split" not in commented


def test_the_starter_file_fits_a_screen_in_width() -> None:
    assert max(map(len, template().splitlines())) <= 100


def test_the_page_in_the_docs_is_the_schemas() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "config.md"
    assert page.read_text(encoding="utf-8") == reference_page(), "run evo schema --markdown > docs/config.md"


def test_the_page_has_every_key() -> None:
    page = reference_page()
    for path in known_paths():
        assert f"`{path[-1]}`" in page or f"`{'.'.join(path)}`" in page
