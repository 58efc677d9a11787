"""`stop.exact`: a run ends some generations after every training row is right, and can go on from there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import evo as api
from evo.api import Result
from tests.kits.processes import evo, products
from tests.kits.small_search import MULTIPLEXER

DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "name": "mux",
    "seed": 7,
    "data": {**MULTIPLEXER, "split": {"valid": 0}},
    "genome": {"terms": 8},
    "search": {"algorithm": "nsga2", "population": 60},
    "stop": {"generations": 90, "exact": 4},
}


def metrics(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def exact_run(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return api.run(DOCUMENT, run_dir=tmp_path_factory.mktemp("exact") / "run", display="quiet")


@pytest.fixture
def copy(exact_run: Result, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exact_run.run_dir, tmp_path / "run"))


def test_a_run_ends_so_many_generations_after_its_best_exact_model(exact_run: Result) -> None:
    lines = metrics(exact_run.run_dir)
    first = next(line["generation"] for line in lines if line["best_error"] == 0)
    last_better = max(line["generation"] for line in lines if line["stalled"] == 0)
    assert (exact_run.state, exact_run.stop_reason) == ("finished", "exact")
    assert lines[-1]["generation"] == last_better + 4
    assert first <= last_better
    assert exact_run.front[0].error == 0


def test_errors_that_are_left_never_end_a_run(tmp_path: Path) -> None:
    stop = {"generations": 12, "exact": 1}
    noisy = {**DOCUMENT, "data": {**DOCUMENT["data"], "noise": 0.2}, "genome": {"terms": 1}, "stop": stop}
    result = api.run(noisy, run_dir=tmp_path / "run", display="quiet")
    assert result.front[0].error > 0
    assert (result.stop_reason, result.details["generations"]) == ("generations", 12)


def test_more_generations_alone_do_not_extend_it_and_it_says_what_does(copy: Path) -> None:
    before = products(copy)
    ended = evo("resume", copy, "--plain", "-o", "stop.generations=400")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "already exact for stop.exact generations; -o stop.exact=null continues the search" in ended.stdout
    assert json.loads((copy / "result.json").read_text())["stop_reason"] == "exact"
    assert products(copy) == before


def test_it_goes_on_as_a_run_without_the_rule_would_have(copy: Path, tmp_path: Path) -> None:
    straight = api.run({**DOCUMENT, "stop": {"generations": 30}}, ["stop.exact=null"], run_dir=tmp_path / "straight")
    overrides = ["stop.exact=null", "stop.generations=30"]
    result = api.resume(copy, overrides, display="quiet")
    assert result.stop_reason == "generations"
    assert products(copy) == products(straight.run_dir)


def test_the_last_line_offers_a_command_that_goes_on(copy: Path) -> None:
    ended = evo("resume", copy, "--plain")
    hint = next(line for line in ended.stdout.splitlines() if "evo resume" in line and "-o" in line)
    arguments = hint.split("evo ", 1)[1].split()
    assert evo(*arguments, "-o", "stop.generations=25").returncode == 0
    assert metrics(copy)[-1]["generation"] == 25


def test_the_result_and_the_report_count_the_local_steps_that_were_saved(exact_run: Result) -> None:
    cache = exact_run.details["cache"]
    assert set(cache) == {"hits", "misses"}
    assert cache["hits"] > 0
    assert cache["misses"] > 0
    report = (exact_run.run_dir / "report.md").read_text()
    share = f"{100 * cache['hits'] / (cache['hits'] + cache['misses']):.1f} %"
    assert f"- local steps: {cache['misses']:,} made, {cache['hits']:,} saved ({share}) as" in report


def test_a_run_without_local_steps_counts_none(tmp_path: Path) -> None:
    plain = {**DOCUMENT, "local": {"kind": "none"}, "stop": {"generations": 2}}
    result = api.run(plain, run_dir=tmp_path / "run", display="quiet")
    assert result.details["cache"] == {"hits": 0, "misses": 0}
    assert "local steps" not in (result.run_dir / "report.md").read_text()
