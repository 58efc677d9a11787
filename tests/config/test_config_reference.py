"""The JSON Schema and the starter file, both made from the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from evo.config.choice import every_path, schema_named, schemas
from evo.config.identity import to_json
from evo.config.load import config_from_dict, load_config
from evo.config.reference import definitions_of, json_schema, template
from evo.config.reference_page import reference_page
from evo.config.schema import RunConfig
from evo.config.shape import known_paths
from evo.errors import ConfigError
from evo.kinds.mask.config import MaskConfig
from evo.kinds.network.config import NetworkConfig
from evo.kinds.registry import KINDS
from evo.kinds.two_level.config import FormulaConfig


def _properties(
    section: str, definitions: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for key, body in definitions[section]["properties"].items():
        yield (*above, key), body
        if "$ref" in body:
            yield from _properties(body["$ref"].rpartition("/")[2], definitions, (*above, key))


SCHEMA = json_schema()
#: Per class of config the keys with what the JSON Schema says of them, and documents that say nothing but the least.
PROPERTIES = {schema: dict(_properties(schema.__name__, SCHEMA["$defs"])) for schema in schemas()}
LEAST: dict[type[RunConfig], dict[str, Any]] = {
    FormulaConfig: {"schema": 1, "data": {"source": "sklearn", "name": "iris"}},
    MaskConfig: {
        "schema": 1,
        "data": {"source": "sklearn", "name": "iris"},
        "genome": {"kind": "mask", "network": {"layers": [4, 3]}},
    },
    NetworkConfig: {"schema": 1, "data": {"source": "sklearn", "name": "iris"}, "genome": {"kind": "network"}},
}
REQUIRED = {("schema",), ("data",), ("data", "source")}
EVERY_KEY = [(schema, path) for schema in PROPERTIES for path in PROPERTIES[schema]]


@pytest.mark.parametrize("schema", LEAST)
def test_the_json_schema_has_every_key(schema: type[RunConfig]) -> None:
    assert tuple(PROPERTIES[schema]) == known_paths(schema)


@pytest.mark.parametrize(("schema", "path"), EVERY_KEY)
def test_every_key_has_a_description_and_a_default_unless_required(
    schema: type[RunConfig], path: tuple[str, ...]
) -> None:
    body = PROPERTIES[schema][path]
    assert body["description"].endswith((".", ")"))
    assert ("default" in body) == (path not in REQUIRED)


def test_sections_of_one_name_are_one() -> None:
    everything = [pair for schema in schemas() for pair in definitions_of(schema).items()]
    assert all(SCHEMA["$defs"][name] == section for name, section in everything)


def test_the_json_schema_names_its_version_and_title() -> None:
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json_schema()["title"] == "evo config"


def test_the_json_schema_forbids_unknown_keys_everywhere() -> None:
    assert all(section["additionalProperties"] is False for section in SCHEMA["$defs"].values())


@pytest.mark.parametrize("schema", LEAST)
def test_the_defaults_of_the_json_schema_are_those_of_a_minimal_config(schema: type[RunConfig]) -> None:
    least = to_json(config_from_dict(LEAST[schema], Path()))
    sections = {
        path: body["default"] for path, body in PROPERTIES[schema].items() if body.get("default") and "$ref" in body
    }
    for path, body in PROPERTIES[schema].items():
        if "default" in body and "$ref" not in body and path not in (("data", "name"), ("genome", "network", "layers")):
            value: Any = least
            for key in path:
                value = value[key]
            assert value == sections.get(path[:-1], {}).get(path[-1], body["default"]), path


def test_a_section_that_is_not_as_its_class_has_it_says_so() -> None:
    assert PROPERTIES[MaskConfig]["data", "binarize"]["default"] == {"method": "none"}
    assert PROPERTIES[FormulaConfig]["data", "binarize"]["default"] == {}


def test_the_json_schema_has_a_branch_for_each_kind_and_the_usual_one_where_none_is_named() -> None:
    formulas, masks, networks = SCHEMA["allOf"]
    kinds = {"properties": {"kind": {"enum": ["sop", "pos"]}}}
    assert formulas == {"if": {"properties": {"genome": kinds}}, "then": {"$ref": "#/$defs/FormulaConfig"}}
    assert masks["if"]["required"] == ["genome"]
    assert masks["if"]["properties"]["genome"] == {"properties": {"kind": {"enum": ["mask"]}}, "required": ["kind"]}
    assert networks["then"] == {"$ref": "#/$defs/NetworkConfig"}
    assert SCHEMA["properties"]["genome"]["properties"]["kind"]["enum"] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_file_fits_the_json_schema(kind: str) -> None:
    assert _fits(yaml.safe_load(template(kind)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "wrong",
    ["seed: -1", "naem: x", "name: ''", "genome: {kind: dnf}", "genome: {kind: 5}", "genome: 5", "stop: {x: 1}"],
)
def test_the_json_schema_refuses_what_the_loader_refuses(kind: str, wrong: str) -> None:
    assert not _fits({**yaml.safe_load(template(kind)), **yaml.safe_load(wrong)})


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("{}", True),
        ("genome: {}", True),
        ("genome: {terms: 4}\nlocal: {share: 0.5}", True),
        ("genome: {network: {layers: [4, 3]}}", False),
        ("local: {sweeps: 3}", False),
        ("local: {kind: auto}", False),
        ("genome: {kind: pos}\nfitness: {objectives: [error, kept]}", False),
        (
            "genome: {kind: mask, network: {layers: [4, 3]}}\nlocal: {sweeps: 3, kind: auto}\noutput: {controls: 0}",
            True,
        ),
        ("genome: {kind: mask, terms: 4}", False),
        ("genome: {kind: mask}\nsearch: {algorithm: nsga2}", False),
        ("genome: {kind: mask}\nlocal: {share: 0.5}", False),
        ("output: {controls: 0}", False),
    ],
)
def test_the_json_schema_has_the_keys_and_values_of_the_kind_alone(text: str, fits: bool) -> None:
    document = {**LEAST[FormulaConfig], **yaml.safe_load(text)}
    assert _fits(document) is fits
    if not fits:
        with pytest.raises(ConfigError):
            config_from_dict(document, Path())


@cache
def _validator() -> Any:
    """What reads the schema, after a look at the schema itself."""
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(SCHEMA)
    return validator(SCHEMA)


def _fits(document: Any) -> bool:
    # As YAML has them, lists; a validator takes no tuples.
    return bool(_validator().is_valid(json.loads(json.dumps(document))))


def test_the_starter_file_is_a_valid_config_of_defaults(tmp_path: Path) -> None:
    path = tmp_path / "start.yaml"
    path.write_text(template())
    loaded = load_config(path).config
    data = {"source": "sklearn", "name": "breast_cancer"}
    assert loaded == config_from_dict({"schema": 1, "name": "breast-cancer", "data": data}, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_starter_file_of_any_kind_is_valid_and_names_it(kind: str, tmp_path: Path) -> None:
    loaded = config_from_dict(yaml.safe_load(template(kind)), tmp_path)
    assert (type(loaded), loaded.genome.kind) == (schema_named(kind), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_starter_file_shows_every_key_with_its_description(kind: str) -> None:
    text, schema = template(kind), schema_named(kind)
    shown = re.findall(r"^ *#?([a-z_]+):(?: |$)", text, re.MULTILINE)
    assert shown == [path[-1] for path in known_paths(schema)]
    prose = " ".join(line.strip(" #") for line in text.splitlines())
    assert all(body["description"] in prose for body in PROPERTIES[schema].values())


def test_the_starter_file_comments_out_what_its_source_does_not_use() -> None:
    commented = re.findall(r"^ *#([a-z_]+):", template(), re.MULTILINE)
    assert "path" in commented
    assert "modulus" in commented
    assert "split" not in commented


@pytest.mark.parametrize("kind", KINDS)
def test_the_starter_file_fits_a_screen_in_width(kind: str) -> None:
    assert max(map(len, template(kind).splitlines())) <= 100


def test_the_page_in_the_docs_is_the_schemas() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "config.md"
    assert page.read_text(encoding="utf-8") == reference_page(), "run evo schema --markdown > docs/config.md"


def test_the_page_has_every_key() -> None:
    page = reference_page()
    for path in every_path():
        assert f"`{path[-1]}`" in page or f"`{'.'.join(path)}`" in page
