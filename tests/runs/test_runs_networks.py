"""Searches for networks as runs: the same bytes wherever and however often interrupted, and what users do with them."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import evo as api
from distributed.ray_session import Session
from evo.config.load import load_config
from evo.display import make_display
from evo.running import launch
from evo.running.signals import StopSignals
from fitness.networks.operators.registry import operated
from tests.kits.lost_workers import one_lost_in_every_call
from tests.kits.other_units import other_units
from tests.kits.processes import altered_evo, evo, kill, products, reached, start_evo, wait_until

RULES = """\
schema: 1
name: rules
seed: 4
data: {source: csv, path: rules.csv, target: y, split: {valid: 0.2, test: 0.2}}
genome: {kind: network, votes: 3, gate_limit: 500}
fitness: {judging: rows}
search: {population: 8}
stop: {generations: 4, exact: null, settled: null}
output: {report: [md]}
"""
#: `evo`, one of whose operators is broken.
BROKEN = """
import sys
import fitness.networks.work as work
from evo.__main__ import main
whole = work.operated
def broken(bench, step):
    if step.operator == "fringe":
        raise ZeroDivisionError("fringe")
    return whole(bench, step)
work.operated = broken
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four generations of networks for a parity of three inputs or an AND of two, with wrong labels."""
    folder = tmp_path_factory.mktemp("rules")
    rows = [[i >> k & 1 for k in range(7)] for i in range(128)]
    labels = [(a ^ b ^ c) | (d & e) if i % 17 else a for i, (a, b, c, d, e, *_) in enumerate(rows)]
    lines = [",".join(map(str, [*row, label])) for row, label in zip(rows, labels, strict=True)]
    (folder / "rules.csv").write_text("\n".join(["a,b,c,d,e,f,g,y", *lines]) + "\n")
    (folder / "c.yaml").write_text(RULES)
    return folder / "c.yaml"


@pytest.fixture(scope="module")
def straight(rules: Path) -> Path:
    """The uninterrupted run; only to be read."""
    run = rules.parent / "straight"
    ended = evo("run", rules, "--run-dir", run, "--quiet")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return run


@pytest.mark.parametrize("chunk", [1, 100])
def test_chunks_change_no_byte(chunk: int, rules: Path, straight: Path, tmp_path: Path) -> None:
    api.run(rules, [f"compute.chunk={chunk}", "compute.backend=local"], run_dir=tmp_path / "run", display="quiet")
    assert products(tmp_path / "run") == products(straight)


def test_neither_other_vector_units_nor_threads_nor_hashes_change_a_byte(
    rules: Path, straight: Path, tmp_path: Path
) -> None:
    env = other_units() | {"OPENBLAS_NUM_THREADS": "3", "NUMBA_NUM_THREADS": "1", "PYTHONHASHSEED": "5"}
    assert evo("run", rules, "--run-dir", tmp_path / "run", "--quiet", env=env).returncode == 0
    assert products(tmp_path / "run") == products(straight)


@pytest.mark.usefixtures("session")
def test_ray_workers_change_no_byte_even_where_one_is_lost_in_every_generation(rules: Path, tmp_path: Path) -> None:
    run, stop = tmp_path / "run", "stop.generations=2"
    straight = api.run(rules, [stop], run_dir=tmp_path / "straight", display="quiet").run_dir
    with one_lost_in_every_call(tmp_path) as calls:
        result = api.run(rules, [stop, "compute.backend=ray", "compute.workers=2"], run_dir=run, display="quiet")
    assert result.details["backend"]["workers_lost"] == len(calls) == 2
    assert products(run) == products(straight)


def test_islands_of_networks_migrate_and_are_the_same_on_workers(rules: Path, session: Session, tmp_path: Path) -> None:
    islands = ["search.islands={count: 2, every: 1, migrants: 2}", "stop.generations=2"]
    alone = api.run(rules, islands, run_dir=tmp_path / "alone", display="quiet")
    spread = api.run(rules, [*islands, "compute.backend=ray"], run_dir=tmp_path / "spread", display="quiet")
    assert alone.details["islands"]["migrated"] > 0
    assert products(alone.run_dir) == products(spread.run_dir)


@pytest.mark.parametrize("generation", [0, 3])
def test_a_killed_search_for_networks_resumes_to_the_same_bytes(
    generation: int, rules: Path, straight: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    while True:
        process = start_evo("run", rules, "--run-dir", run)
        wait_until(reached(run, generation) if generation else run.exists, process)
        if kill(process) == -9:
            break
        shutil.rmtree(run)
    api.resume(run, display="quiet")
    assert products(run) == products(straight)


def test_a_run_that_was_grown_once_more_goes_on_from_what_the_search_left(
    rules: Path, straight: Path, tmp_path: Path
) -> None:
    api.run(rules, ["stop.generations=2"], run_dir=tmp_path / "run", display="quiet")
    api.resume(tmp_path / "run", ["stop.generations=4"], display="quiet")
    assert products(tmp_path / "run") == products(straight)


@pytest.mark.parametrize(("place", "call"), [
    ("fitness.networks.work.operated", 2), ("fitness.networks.work.operated", 30),
    ("fitness.networks.operators.registry.operated", 1),
], ids=["first generation", "third generation", "last growth"])  # fmt: skip
def test_ctrl_c_at_any_time_leaves_a_run_that_resumes_to_the_same_bytes(
    place: str, call: int, rules: Path, straight: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals, loaded, run, calls = StopSignals(), load_config(rules, ()), tmp_path / "run", list[int]()

    def struck(bench: Any, step: Any) -> Any:
        calls.append(1)
        if len(calls) == call:
            signals.received = signal.SIGINT
        return operated(bench, step)

    with monkeypatch.context() as patch:
        patch.setattr(place, struck)
        display = make_display("quiet", 1.0, sys.stdout)
        launch.start(loaded.config, loaded.text, [], display, signals=signals, path=run)
    record = json.loads((run / "run.json").read_text())
    assert (record["state"], record["stop_reason"], len(calls)) == ("interrupted", "SIGINT", call)
    assert not (run / "result.json").exists()
    api.resume(run, display="quiet")
    assert products(run) == products(straight)


def test_an_operator_that_raises_is_quarantined_and_replayed(rules: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert altered_evo(BROKEN, "run", rules, "--run-dir", run, "--quiet", "-o", "stop.generations=1").returncode == 0
    events = map(json.loads, (run / "events.jsonl").read_text().splitlines())
    found = [event for event in events if event["event"] == "quarantine"]
    assert found and {event["reason"] for event in found} == {"ZeroDivisionError: fringe"}
    assert {event["stream"]["role"] for event in found} == {"variation"}
    assert set(found[0]["genome"]) == {"units", "heads"}
    sound = evo("replay", run, found[0]["id"])
    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (0, f"{found[0]['id']}: sound")


@pytest.mark.parametrize("seconds", ["0.001", "0.4"])
def test_a_run_without_time_has_a_model_and_its_reports(seconds: str, rules: Path, tmp_path: Path) -> None:
    settings = [f"stop.seconds={seconds}", "output.report=[md, html]", "genome.refit=all", "stop.generations=null"]
    result = api.run(rules, settings, run_dir=tmp_path / "run", display="quiet")
    assert result.details["stop_reason"] == "seconds"
    assert (tmp_path / "run" / "report.html").exists()
    assert len(result.predict(rules.parent / "rules.csv")) == 128
    api.resume(tmp_path / "run", ["stop.seconds=null", "stop.generations=3"], display="quiet")


def test_a_person_reads_predicts_and_compares(straight: Path, rules: Path, mux: Path, tmp_path: Path) -> None:
    data = rules.parent / "rules.csv"
    truth = [line.rpartition(",")[2] for line in data.read_text().splitlines()[1:]]
    predicted = evo("predict", straight, data).stdout.splitlines()
    right = sum(a == b for a, b in zip(predicted[1:], truth, strict=True)) / len(truth)
    assert json.loads(evo("evaluate", straight, data, "--json").stdout)["accuracy"] == pytest.approx(right)
    status, report = evo("status", straight), evo("report", straight)
    assert "finished" in status.stdout and "gates" in status.stdout
    assert "## The network" in report.stdout
    formula = api.run(mux, ["stop.generations=1"], run_dir=tmp_path / "formula", display="quiet").run_dir
    for options in ((), ("--html", tmp_path / "both.html")):
        both = evo("report", straight, formula, *options)
        assert (both.returncode, both.stderr) == (0, "")
        said = (tmp_path / "both.html").read_text() if options else both.stdout
        assert all(word in said for word in ("rules", "mux", "gates", "literals"))
    rows = list(csv.DictReader((straight / "front.csv").open()))
    assert {"id", "error", "gates", "depth", "units", "train_accuracy", "valid_accuracy"} <= set(rows[0])


def test_a_check_says_what_a_run_will_do(rules: Path) -> None:
    said = evo("check", rules)
    assert (said.returncode, said.stderr) == (0, "")
    assert "networks grow on" in said.stdout and "at most 500 AND gates" in said.stdout
    assert said.stdout.splitlines()[-1].endswith(": ok")


def test_more_memory_than_there_is_is_one_line(rules: Path, tmp_path: Path) -> None:
    huge = ["-o", "search.population=100000", "-o", "genome.gate_limit=1000000"]
    ended = evo("run", rules, "--run-dir", tmp_path / "run", *huge)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 2)
    assert "search.population" in ended.stderr and "genome.gate_limit" in ended.stderr
    assert not (tmp_path / "run").exists()


def damaged_unit(record: dict[str, Any]) -> None:
    record["units"][0]["of"][0] = 10**6


def damaged_head(record: dict[str, Any]) -> None:
    record["heads"] = record["heads"] * 2


def damaged_kind(record: dict[str, Any]) -> None:
    record["units"][0]["kind"] = "nand"


@pytest.mark.parametrize("damage", [damaged_unit, damaged_head, damaged_kind])
def test_a_damaged_network_is_one_line(
    damage: Callable[[dict[str, Any]], None], straight: Path, rules: Path, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(straight, tmp_path / "run"))
    best = run / "models" / "best.json"
    record = json.loads(best.read_text())
    damage(record)
    best.write_text(json.dumps(record))
    ended = evo("predict", run, rules.parent / "rules.csv")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (4, "", 1)
    assert ended.stderr.startswith(f"{best}: ")
