"""evo check and evo schema: nothing is run, nothing is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evo.config.load import load_config
from evo.kinds.common.needs import total
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.check import seconds_per_generation
from evo.kinds.two_level.needs import covers
from tests.kits.commands import Evo


@pytest.fixture
def config(tmp_path: Path, flowers_csv: Path) -> Path:
    path = tmp_path / "flowers.yaml"
    path.write_text(f"schema: 1\nname: flowers\ndata: {{source: csv, path: {flowers_csv}}}\n")
    return path


def test_check_shows_the_plan_the_data_and_the_cost(evo_: Evo, config: Path) -> None:
    said = evo_("check", config, "--full", "-o", "search.population=50")
    assert (said.code, said.err) == (0, "")
    assert "\n  population: 50\n" in said.out
    shown = dict(re.findall(r"^# (\w+) +(.*)$", said.out, re.MULTILINE))
    assert shown["task"] == "kind: 3 classes"
    assert shown["rows"] == "105 train, 24 valid, 21 test"
    assert shown["inputs"].startswith("3 features -> 14 bits (height <= ")
    assert shown["genome"].startswith("3 covers, at most ")
    assert re.fullmatch(r"about [1-9]\d* MB", shown["memory"])
    assert re.fullmatch(r"[1-9]\d* ms a generation, at most [1-9]\d* (s|min|h) \(rough, one core\)", shown["time"])
    assert said.out.endswith(f"\n{config}: ok\n")


def test_check_shows_the_islands_what_each_does_and_what_all_cost(evo_: Evo, config: Path) -> None:
    assert "# islands" not in evo_("check", config).out
    said = evo_("check", config, "-o", "search.islands={count: 6, topology: full, every: 3}")
    assert said.code == 0
    assert "\n# islands   6 (full), up to 5 migrants from each origin every 3 generations\n" in said.out
    shown = re.findall(r"^# {11}([\d, ]+): (.+)$", said.out, re.MULTILINE)
    assert [islands for islands, _ in shown] == ["1", "2", "3", "4", "5"]
    assert all(text.startswith("prices ") and ", beams x " in text for _, text in shown)
    plain, six = (prepare(load_config(config, [f"search.islands.count={n}"]).config) for n in (1, 6))
    assert seconds_per_generation(six) == pytest.approx(6 * seconds_per_generation(plain))


def test_what_check_prints_is_a_config_that_means_the_same(evo_: Evo, config: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    out = evo_("check", config, "--full", "-o", "stop.generations=null", "-o", "stop.seconds=9").out
    copy.write_text(out.rsplit("\n", 2)[0])
    assert load_config(copy).config == load_config(config, ["stop.generations=null", "stop.seconds=9"]).config


def test_check_writes_nothing(evo_: Evo, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert evo_("check", config).code == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("algorithm", "key"), [("memetic", "prices"), ("nsga2", "population")])
def test_costs_are_positive_and_grow_with_the_work(config: Path, algorithm: str, key: str) -> None:
    chosen = f"search.algorithm={algorithm}"
    small, large = (prepare(load_config(config, [chosen, f"search.{key}={size}"]).config) for size in (50, 500))
    assert 0 < seconds_per_generation(small) < seconds_per_generation(large)
    assert 0 < total(covers(small.config, small.dataset)) < total(covers(large.config, large.dataset))


@pytest.mark.parametrize(
    ("stop", "shown"),
    [
        ("stop.seconds=7", "at most 7 s"),
        ("stop.evaluations=1000000", "at most "),
    ],
)
def test_the_time_shown_is_that_of_the_tightest_limit(evo_: Evo, config: Path, stop: str, shown: str) -> None:
    said = evo_("check", config, "-o", "stop.generations=1000000", "-o", stop)
    assert shown in said.out


def test_a_config_at_fault_exits_2_with_every_problem_and_its_line(evo_: Evo, config: Path) -> None:
    config.write_text(config.read_text() + "search: {population: -5}\nfittness: {}\n")
    said = evo_("check", config)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[0].startswith(f"{config}:4: search.population: ")
    assert said.err.splitlines()[-1] == "2 problems; nothing was run."


def test_data_at_fault_exit_3_in_one_line(evo_: Evo, config: Path) -> None:
    said = evo_("check", config, "-o", "data.target=knd")
    assert (said.code, said.out) == (3, "")
    assert said.err.endswith("no column 'knd'; did you mean 'kind'?\n")


def test_names_in_the_data_cannot_write_to_the_terminal(evo_: Evo, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('"a\x1b[31m","y\x07"\n' + "".join(f"c\x1b{i},l\x1b{i}\n" for i in range(3)) * 9)
    config = tmp_path / "t.yaml"
    config.write_text("schema: 1\ndata: {source: csv, path: t.csv}\n")
    said = evo_("check", config)
    assert said.code == 0
    assert all(line.isprintable() for line in said.out.splitlines())


def test_the_schema_is_json_schema_of_every_section(evo_: Evo) -> None:
    definitions = json.loads(evo_("schema").out)["$defs"]
    for name in ("FormulaConfig", "MaskConfig"):
        assert {"data", "genome", "fitness", "search", "stop"} <= definitions[name]["properties"].keys()


@pytest.mark.parametrize("kind", [(), ("mask",)])
def test_the_template_is_a_config_that_passes_the_check(
    evo_: Evo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: tuple[str, ...]
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(evo_("schema", "--template", *kind).out)
    monkeypatch.chdir(tmp_path)
    said = evo_("check", path)
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith(f"{path}: ok\n")
