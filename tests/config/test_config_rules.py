"""Rules between keys: what each source, generator, split and metric needs and allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from evo.config.data_rules import ARGUMENTS_OF, SOURCES_OF
from evo.config.load import config_from_dict
from evo.config.schema import RunConfig
from evo.errors import ConfigError
from fitness.data.spec import DataSpec, FunctionName, Source

Problems = Callable[..., list[str]]

GOOD = "schema: 1\ndata: {source: sklearn, name: iris}\n"

VALID_DATA = [
    "{source: csv, path: a.csv}",
    "{source: csv, path: a.csv, name: null, target: y, ignore: [id], categorical: [zip], valid_path: b, test_path: c}",
    "{source: csv, path: a.csv, split: {column: fold}}",
    "{source: csv, path: a.csv, split: {column: fold, valid: 0.15, test: 0.15, stratify: true}}",
    "{source: csv, path: a.csv, noise: 0, samples: null}",
    "{source: csv, path: a.csv, valid_path: b.csv, split: {valid: 0.9, test: 0.2}}",
    "{source: npz, path: a.npz, categorical: [x3]}",
    "{source: pla, path: a.pla}",
    "{source: idx, path: a.gz, split: {valid: 0.7, test: 0.2}}",
    "{source: sklearn, name: digits}",
    "{source: function, function: multiplexer, address_bits: 3, samples: 1000, test_samples: 4000}",
    "{source: function, function: parity, bits: 9}",
    "{source: function, function: majority, bits: 9}",
    "{source: function, function: random_dnf, inputs: 5, terms: 3, literals: 5, noise: 0.1}",
    "{source: function, function: adder, bits: 4}",
    "{source: function, function: multiplier, bits: 4}",
    "{source: function, function: comparator, bits: 4}",
    "{source: function, function: modular_add, modulus: 7}",
    "{source: function, function: monk, problem: 3}",
]


@pytest.mark.parametrize("data", VALID_DATA)
def test_every_source_and_generator_has_a_valid_form(data: str, load: Callable[..., RunConfig]) -> None:
    load(f"schema: 1\ndata: {data}\n")


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ("{source: csv}", ["path: is required by source: csv; must be text"]),
        ("{source: npz, path: null}", ["path: is required by source: npz; must be text"]),
        ("{source: pla, path: ''}", ["path: must not be empty"]),
        (
            "{source: sklearn, path: a.csv}",
            [
                "name: is required by source: sklearn; must be one of breast_cancer, digits, wine, iris",
                "path: only used by source: table, csv, npz, pla, idx",
            ],
        ),
        ("{source: csv, path: a, name: iris}", ["name: only used by source: sklearn"]),
        (
            "{source: npz, path: a, target: y, ignore: [a]}",
            ["target: only used by source: table, csv", "ignore: only used by source: table, csv"],
        ),
        ("{source: pla, path: a, categorical: [x]}", ["categorical: only used by source: table, csv, npz"]),
        (
            "{source: sklearn, name: iris, valid_path: v}",
            ["valid_path: only used by source: table, csv, npz, pla, idx"],
        ),
        (
            "{source: csv, path: a, samples: 5, test_samples: 5, noise: 0.1}",
            [f"{key}: only used by source: function" for key in ("samples", "test_samples", "noise")],
        ),
        ("{source: csv, path: a, bits: 4}", ["bits: only used by source: function"]),
        (
            "{source: function}",
            [f"function: is required by source: function; must be one of {', '.join(get_args(FunctionName))}"],
        ),
        (
            "{source: function, function: multiplexer, bits: 4}",
            [
                "address_bits: is required by function: multiplexer; must be an integer from 1 to 8",
                "bits: only used by function: parity, majority, adder, multiplier, comparator",
            ],
        ),
        (
            "{source: function, function: monk}",
            ["problem: is required by function: monk; must be one of 1, 2, 3"],
        ),
        (
            "{source: function, function: random_dnf, inputs: 5, terms: 2, literals: 7}",
            ["literals: must be at most inputs (5), got 7"],
        ),
        ("{source: npz, path: a, split: {column: fold}}", ["split.column: only used by source: table, csv"]),
        (
            "{source: csv, path: a, test_path: t, split: {column: fold, valid: 0.2, stratify: false}}",
            [
                f"{key}: cannot be combined with data.split.column"
                for key in ("split.valid", "split.stratify", "test_path")
            ],
        ),
        (
            "{source: csv, path: a, split: {valid: 0.5, test: 0.5}}",
            ["split: valid and test must sum to at most 0.9, got 1"],
        ),
    ],
)
def test_a_data_section_that_does_not_fit_its_source(data: str, lines: list[str], problems: Problems) -> None:
    assert problems(f"schema: 1\ndata: {data}\n") == [f"c.yaml:2: data.{line}" for line in lines]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("fitness: {objectives: [terms]}", "fitness.objectives: must contain error, got ['terms']"),
        ("fitness: {objectives: [error, terms, error]}", "fitness.objectives: error is listed 2 times"),
        ("fitness: {class_weight: balanced}", "fitness.class_weight: only used by metric: weighted"),
        (
            "fitness: {metric: weighted}",
            "fitness.class_weight: is required by metric: weighted; must be balanced or a mapping from class to weight",
        ),
        (
            "fitness: {metric: weighted, class_weight: {yes: -1, no: 2}}",
            "fitness.class_weight.yes: must be a number >= 0, got -1.0",
        ),
        (
            "stop: {generations: null}",
            "stop: at least one of generations, seconds, evaluations, patience, target must be set",
        ),
        (
            "search: {algorithm: nsga2, population: 9, islands: {count: 2, migrants: 5}}",
            "search.islands.migrants: must be at most half of search.population (9) where genomes migrate, got 5",
        ),
    ],
)
def test_rules_of_the_other_sections(text: str, line: str, problems: Problems) -> None:
    assert problems(GOOD + text) == [f"c.yaml:3: {line}"]


@pytest.mark.parametrize(
    "search",
    [
        "{algorithm: nsga2, population: 8, islands: {count: 2, migrants: 4}}",
        "{algorithm: nsga2, population: 8, islands: {count: 2, migrants: 5, topology: none}}",
        "{algorithm: nsga2, population: 8, islands: {migrants: 5}}",
        "{algorithm: memetic, population: 8, islands: {count: 2, migrants: 500}}",
        "{algorithm: random, population: 8, islands: {count: 2, migrants: 500}}",
        "{islands: {count: 7, topology: full, every: 1000, migrants: 0}}",
    ],
)
def test_islands_that_fit_are_no_problem(search: str, load: Callable[..., RunConfig]) -> None:
    load(GOOD + f"search: {search}\n")


@pytest.mark.parametrize("name", ["a", "adult-sop_1.2", "_x", "9", "-", "x" * 100])
def test_a_plain_folder_name_is_a_name(name: str) -> None:
    assert _checked({"name": name}).name == name


@pytest.mark.parametrize("name", [".", "..", ".hidden", "a/b", "a\\b", "a b", "a\n", "é", "x" * 101])
def test_anything_else_is_no_name(name: str) -> None:
    with pytest.raises(ConfigError, match=r"^config: name: must be a plain folder name"):
        _checked({"name": name})


def test_a_rule_speaks_although_another_section_is_wrong(problems: Problems) -> None:
    assert problems("schema: 1\ndata: {source: sklearn, name: x}\nfitness: {objectives: [terms]}\n") == [
        "c.yaml:2: data.name: must be one of breast_cancer, digits, wine, iris or null, got 'x'",
        "c.yaml:3: fitness.objectives: must contain error, got ['terms']",
    ]


def test_a_rule_speaks_although_its_section_has_an_unknown_key(problems: Problems) -> None:
    unknown, needed = problems("schema: 1\ndata: {source: csv, file: a.csv}\n")
    assert unknown.startswith("c.yaml:2: data.file: unknown key; known keys in data: source, path, name, target, ")
    assert needed == "c.yaml:2: data.path: is required by source: csv; must be text"


def test_the_tables_of_the_data_rules_cover_the_schema() -> None:
    assert set(ARGUMENTS_OF) == set(get_args(FunctionName))
    assert {source for sources in SOURCES_OF.values() for source in sources} == set(get_args(Source))
    assert set(SOURCES_OF) <= {key.name for key in fields(DataSpec)}


def _checked(keys: Mapping[str, Any]) -> RunConfig:
    return config_from_dict({"schema": 1, "data": {"source": "sklearn", "name": "iris"}, **keys}, Path())


def test_an_output_root_with_a_nul_is_a_problem() -> None:
    with pytest.raises(ConfigError) as caught:
        config_from_dict(
            {"schema": 1, "data": {"source": "sklearn", "name": "iris"}, "output": {"root": "a\0b"}}, Path()
        )
    assert caught.value.problems == (r"config: output.root: must be a path without NUL, got 'a\x00b'",)


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        ({"source": "sklearn", "name": "iris"}, True),
        ({"source": "sklearn", "name": "iris", "split": {"valid": 0}}, False),
        ({"source": "csv", "path": "a.csv", "split": {"valid": 0}, "valid_path": "b.csv"}, True),
        ({"source": "csv", "path": "a.csv", "split": {"column": "part"}}, False),
    ],
)
def test_folds_and_a_holdout_do_not_both_choose(data: Mapping[str, Any], refused: bool) -> None:
    document = {"schema": 1, "data": data, "fitness": {"selection": "cross_validation"}}
    if not refused:
        config_from_dict(document, Path())
        return
    with pytest.raises(ConfigError) as caught:
        config_from_dict(document, Path())
    need = "cross_validation picks by folds of the training rows; set data.split.valid: 0 and no data.valid_path"
    assert caught.value.problems == (f"config: fitness.selection: {need}",)
