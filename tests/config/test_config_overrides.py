"""`-o key.path=value`."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import pytest

from evo.config.schema import RunConfig

Problems = Callable[..., list[str]]

GOOD = "schema: 1\ndata: {source: sklearn, name: iris}\n"


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("search.population=50", "search.population", 50),
        (" search . population = 50 ", "search.population", 50),
        ("search.crossover=1e-3", "search.crossover", 0.001),
        ("search={population: 50}", "search.population", 50),
        ("data.split.stratify=false", "data.split.stratify", False),
        ("fitness.objectives=[error, terms]", "fitness.objectives", ("error", "terms")),
        ("stop.seconds=null", "stop.seconds", None),
        ("data.target=", "data.target", None),
        ("output.root=a=b", "output.root", "a=b"),
        ("output.root='5'", "output.root", "5"),
        ("output.root=on", "output.root", "on"),
    ],
)
def test_an_override_sets_one_key(override: str, key: str, value: object, load: Callable[..., RunConfig]) -> None:
    assert reduce(getattr, key.split("."), load(GOOD, [override])) == value


def test_an_override_replaces_what_the_file_says(load: Callable[..., RunConfig]) -> None:
    assert load(GOOD + "search: {population: -1}\n", ["search.population=8"]).search.population == 8


def test_the_last_of_several_overrides_counts(load: Callable[..., RunConfig]) -> None:
    assert load(GOOD, ["seed=1", "seed=x", "seed=3"]).seed == 3


def test_overrides_can_describe_a_whole_run(load: Callable[..., RunConfig]) -> None:
    assert load("# nothing\n", ["schema=1", "data.source=sklearn", "data.name=iris"]).data.name == "iris"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("search.populaton=5", "search.populaton: unknown key; did you mean search.population?"),
        ("search.population=-5", "search.population: must be an integer >= 4, got -5"),
        ("seed=1.5", "seed: must be an integer >= 0, got 1.5"),
        (
            "stop.generations=null",
            "stop: at least one of generations, seconds, evaluations, patience, target must be set",
        ),
        ("data.path=x.csv", "data.path: only used by source: table, csv, npz, pla, idx"),
        ("data={}", "data.source: is required; must be one of table, csv, npz, pla, idx, sklearn, function"),
        ("search={population: 5, population: 6}", "search.population: is given twice"),
        ("data.name.first=1", "data.name.first: unknown key; data.name has one value and no keys"),
        ("serch.population=5", "serch: unknown key; did you mean search?"),
        ("search.population", "must have the form key.path=value"),
        ("=5", "must have the form key.path=value"),
        ("search..population=5", "must have the form key.path=value"),
        ("", "must have the form key.path=value"),
        ("seed=[1", "expected ',' or ']' in the list that starts on line 1"),
        ("name=@x", "text cannot start with '@'; put it in quotes"),
    ],
)
def test_a_wrong_override_is_located_at_itself(override: str, message: str, problems: Problems) -> None:
    assert problems(GOOD, [override]) == [f"-o {override}: {message}"]


def test_an_override_stays_on_one_line(problems: Problems) -> None:
    (line,) = problems(GOOD, ["seed=a\nb" + "x" * 500])
    assert "\n" not in line
    assert line.startswith("-o 'seed=a\\nbxxx")
    assert len(line) < 250


def test_overrides_come_after_the_file(problems: Problems) -> None:
    assert problems(GOOD + "seed: -1\n", ["name=..", "search.population=1"]) == [
        "c.yaml:3: seed: must be an integer >= 0, got -1",
        "-o name=..: name: must be a plain folder name "
        "(at most 100 letters, digits, '.', '_' or '-', not starting with '.'), got '..'",
        "-o search.population=1: search.population: must be an integer >= 4, got 1",
    ]


def test_an_override_cannot_repair_a_section_that_is_no_mapping(problems: Problems) -> None:
    keys = "algorithm, population, prices, crossover, islands, operators, ..."
    assert problems(GOOD + "search: 5\n", ["search.population=8"]) == [
        f"c.yaml:3: search: must be a mapping (keys: {keys}), got 5",
        "-o search.population=8: search.population: cannot be set while search is not a mapping",
    ]
