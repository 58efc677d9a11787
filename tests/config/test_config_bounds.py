"""Configs that are large or ask for too much get their lines at once, whichever way they come."""

from __future__ import annotations

import os
import re
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen

from evo.config.choice import schemas
from evo.config.load import config_from_dict, load_config
from evo.config.reference import json_schema
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at, bare, constraints, known_paths, members, section_at
from evo.errors import ConfigError

Problems = Callable[..., list[str]]
GOOD = "schema: 1\ndata: {source: sklearn, name: iris}\n"
PARITY = "schema: 1\ndata: {source: function, function: parity, bits: 20, samples: 1000}\n"
MASK = "schema: 1\ndata: {source: sklearn, name: digits}\ngenome: {kind: mask, network: {layers: [64, 20, 10]}}\n"


def lines_of(run: Callable[[], object]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        run()
    return str(caught.value).splitlines()


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    """Every config of this file is answered within 500 MB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500 * 1024


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD + "stop: [" + "1," * 400_000 + "]", "c.yaml:3: more than 20,000 values"),
        (GOOD + "x: '" + "x" * 1_000_000 + "'", "c.yaml: is larger than 1 MB"),
        (MASK.replace("20,", "20," * 65), "genome.network.layers: must be a list of at most 64 of integers"),
        (MASK.replace("20,", "20," * 100_000), "c.yaml:3: more than 20,000 values"),
        (GOOD + "genome: {terms: 100000000}", "genome.terms: must be an integer from 1 to 65536, got 100000000"),
        (PARITY.replace("1000", "1" + "0" * 15), "data.samples: must be an integer from 1 to 1048576 or null, got 10"),
        (GOOD + "search: {islands: {count: 1000000000}}", "islands.count: must be an integer from 1 to 1000, got"),
        (GOOD + "search: {population: 1000000000000}", "population: must be an integer from 4 to 1000000, got"),
        (GOOD + "x: " + "[" * 100_000, "c.yaml:3: nested more than 24 levels deep"),
        (GOOD + "x: " + "{a: " * 100_000, "c.yaml:3: nested more than 24 levels deep"),
        (GOOD + "seed: " + "9" * 5_000, "seed: must be an integer from 0 to 9223372036854775807, got an integer of"),
        (GOOD + "stop: {seconds: 1e400}", "stop.seconds: must be a finite number > 0 or null, got .inf"),
        (GOOD + "stop: {seconds: .nan}", "stop.seconds: must be a finite number > 0 or null, got .nan"),
        (GOOD + "fitness: {price: 1e300}", "fitness.price: must be a number > 0 and <= 1000000000"),
        (GOOD + "'" + "x" * 1_000 + "': 1", "c.yaml:3: " + "x" * 25 + "..." + "x" * 12 + ": unknown key"),
        (GOOD + "x: !!python/object/apply:os.system [a]", "c.yaml:3: the tag !!python/object/apply:os.system is not"),
        (GOOD + "x: !!binary aGk=", "c.yaml:3: the tag !!binary is not allowed"),
        (GOOD + "a: &a 1\nb: &a 2", "c.yaml:4: not valid YAML: found duplicate anchor"),
        ("a: &" + "a" * 900_000 + " [1, *b]", "c.yaml:1: not valid YAML: found undefined alias 'b'"),
        ((GOOD + "x: 1").encode("utf-16"), "c.yaml:1: is not UTF-8 text (byte 0xff); save it as UTF-8"),
        (GOOD.replace("sklearn", "csv, path: " + "p" * 100_000), "data.path: must be text of at most 4,096 characters"),
        (GOOD + "output: {root: " + "r" * 100_000 + "}", "output.root: must be non-empty text of at most 4,096"),
    ],
)  # fmt: skip
def test_too_much_is_refused_in_a_line(text: str | bytes, line: str, problems: Problems) -> None:
    found = problems(text)
    assert any(line in told for told in found), found
    assert all(len(told) <= 300 and told.isprintable() for told in found)


def test_a_byte_order_mark_is_no_problem(load: Callable[..., RunConfig]) -> None:
    assert load(GOOD.encode("utf-8-sig")).data.name == "iris"


def test_of_many_problems_twenty_are_told_and_all_are_counted(load: Callable[..., RunConfig]) -> None:
    lines = lines_of(lambda: load(GOOD + "".join(f"unknown_{i}: 1\n" for i in range(9_000))))
    assert len(lines) == 22
    assert lines[0].startswith("c.yaml:3: unknown_0: unknown key")
    assert lines[-2:] == ["and 8,980 more", "9,000 problems; nothing was run."]


@pytest.mark.parametrize(
    ("overrides", "line"),
    [
        (["seed=1"] * 1_001, "-o: at most 1,000 overrides of 1,000,000 characters in all, got 1,001 of 6,006"),
        (
            ["name=" + "x" * 10_000_000],
            "-o: at most 1,000 overrides of 1,000,000 characters in all, got 1 of 10,000,005",
        ),
        ([".".join("a" * 100) + "=1"], "nested more than 24 levels deep"),
        (["x=" + "[" * 100_000], "nested more than 24 levels deep"),
        (
            ["seed=0x" + "f" * 5_000],
            "seed: must be an integer from 0 to 9223372036854775807, got an integer of about 6",
        ),
    ],
)
def test_overrides_have_the_same_bounds(overrides: list[str], line: str, load: Callable[..., RunConfig]) -> None:
    lines = lines_of(lambda: load(GOOD, overrides))
    assert line in lines[0]
    assert all(len(told) <= 300 for told in lines)


def test_a_thousand_overrides_are_applied_at_once(load: Callable[..., RunConfig]) -> None:
    assert load(GOOD, [f"seed={i}" for i in range(1_000)]).seed == 999


class Endless(list[int]):
    def __iter__(self) -> Iterator[int]:
        while True:
            yield 1


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"genome": {"network": {"layers": range(10**15)}}}, ": more than 20,000 values"),
        ({"stop": Endless()}, "more than 20,000 values"),
        ({"x": nested(100_000)}, "config: x: unknown key"),
        (
            {"seed": 10**5_000},
            "seed: must be an integer from 0 to 9223372036854775807, got an integer of about 5000 digits",
        ),
        ({"output": {"root": "x" * 10**8}}, "output.root: must be text of at most 1,000,000 characters"),
        ({"name": "x" * 10**6}, "name: must be a plain folder name"),
    ],
)
def test_a_mapping_has_the_same_bounds(values: dict[str, Any], line: str, tmp_path: Path) -> None:
    doc = {"schema": 1, "data": {"source": "sklearn", "name": "iris"}, **values}
    lines = lines_of(lambda: config_from_dict(doc, tmp_path))
    assert line in lines[0]
    assert all(len(told) <= 300 for told in lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (PARITY.replace("20", "512").replace("1000", "1000000"), "got 1,000,000 rows of 513 inputs and outputs"),
        (
            "schema: 1\ndata: {source: function, function: adder, bits: 512, samples: 40000}\n",
            "data.samples: at most 41,943,040 values are generated, got 40,000 rows of 3,074 inputs",
        ),
        (
            "schema: 1\n"
            "data: {source: function, function: random_dnf, inputs: 40, terms: 9000, literals: 30, samples: 1000000}\n",
            "data.terms: rows times terms times literals must be at most 268,435,456, got 270,000,000,000",
        ),
        (MASK.replace("20", "1000000, 1000000"), "genome.network.layers: at most 16,777,216 weights can be searched"),
        (
            MASK.replace("20, 10]", "10], image: [64, 1, 1], convolutions: [[1000000, 1, 1]]"),
            "genome.network.layers: at most 16,777,216 weights can be searched, got 74,000,000",
        ),
    ],
)
def test_products_of_keys_are_bounded(text: str, line: str, problems: Problems) -> None:
    (told,) = problems(text)
    assert line in told


@pytest.mark.parametrize(
    "arguments",
    ["parity, bits: 20", "multiplier, bits: 10", "multiplexer, address_bits: 4", "modular_add, modulus: 1024"],
)
def test_every_whole_table_that_can_be_made_is_allowed(arguments: str, load: Callable[..., RunConfig]) -> None:
    assert load(f"schema: 1\ndata: {{source: function, function: {arguments}}}\n").data.samples is None


def _leaves(annotation: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Every kind of value that fits, with its limits, items of lists included."""
    for member in members(annotation):
        kind, limits = bare(member), constraints(member)
        if get_origin(kind) is tuple:
            yield tuple, limits
            yield from _leaves(get_args(kind)[0])
        else:
            yield get_origin(kind) or kind, limits


#: Choices are their own bound; `name` has a rule, `unpack_limit` never allows more than there is memory.
FREE = {("name",), ("data", "unpack_limit"), ("output", "report")}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (schema, path)
        for schema in schemas()
        for path in known_paths(schema)
        if not section_at(annotation_at(schema, path)) and path not in FREE
    ],
)
def test_every_key_has_bounds(schema: type[RunConfig], path: tuple[str, ...]) -> None:
    for kind, limits in _leaves(annotation_at(schema, path)):
        if kind in (int, float):
            assert any(isinstance(limit, Le | Lt) for limit in limits) and any(
                isinstance(limit, Ge | Gt) for limit in limits
            )
        if kind in (str, tuple, dict):
            assert any(isinstance(limit, MaxLen) for limit in limits) or (kind is tuple and path[-1] == "objectives")


def test_the_json_schema_says_the_bounds() -> None:
    sections = json_schema()["$defs"]
    assert sections["NetworkSpec"]["properties"]["layers"]["maxItems"] == 64
    assert sections["StopSpec"]["properties"]["generations"]["anyOf"][0]["maximum"] == 10**9


def test_a_pipe_that_somebody_writes_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)  # as a shell holds it open for the command in <(...)

    def write() -> None:
        time.sleep(0.2)
        os.write(end, GOOD.encode())
        os.close(end)

    threading.Thread(target=write, daemon=True).start()
    assert load_config(pipe).config.data.name == "iris"


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), os.mkdir])
def test_what_is_no_file_is_a_line_and_never_a_wait(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "c.yaml")
    (line, _) = lines_of(lambda: load_config(tmp_path / "c.yaml"))
    assert re.search(r"is empty|is larger than 1 MB|is a folder", line)


def test_a_stored_config_has_the_same_bounds(tmp_path: Path) -> None:
    (tmp_path / "resolved.yaml").write_text(GOOD + "genome: {terms: 100000000}\n")
    (line, _) = lines_of(lambda: load_config(tmp_path / "resolved.yaml"))
    assert line.endswith("genome.terms: must be an integer from 1 to 65536, got 100000000")
