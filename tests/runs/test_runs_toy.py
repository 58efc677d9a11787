"""A kind of genome that a newcomer adds in three files and three lines goes through everything a run goes through."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.kits.processes import kill, products, python, reached, start, wait_until

TOY = ("-m", "tests.kits.toy")
CONFIG = """\
schema: 1
name: counting
seed: 3
data: {source: function, function: majority, bits: 7, samples: 120, split: {valid: 0.2, test: 0.2}}
genome: {kind: counting, first: 0.4}
stop: {generations: 40, exact: null}
checkpoint: {every: 2}
"""


def toy(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return python(*TOY, *arguments)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("toy") / "c.yaml"
    path.write_text(CONFIG)
    return path


@pytest.fixture(scope="module")
def straight(config: Path) -> Path:
    """The uninterrupted run; only to be read."""
    run = config.parent / "straight"
    ended = toy("run", config, "--run-dir", run, "--plain")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "at least" in ended.stdout
    return run


def test_check_says_what_it_is_and_keys_of_other_kinds_are_unknown(config: Path, tmp_path: Path) -> None:
    ended = toy("check", config)
    assert ended.returncode == 0
    assert "# genome    counts among 7 bits" in ended.stdout
    wrong = toy("check", config, "-o", "genome.terms=3")
    assert (wrong.returncode, "genome.terms" in wrong.stderr) == (2, True)


def test_a_killed_run_resumes_to_the_same_bytes(config: Path, straight: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    while True:
        process = start(*TOY, "run", config, "--run-dir", run)
        wait_until(reached(run, 5), process)
        if kill(process) == -9:
            break
        shutil.rmtree(run)
    ended = toy("resume", run, "--quiet")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert products(run) == products(straight)


def test_its_sizes_have_their_own_names_wherever_they_are_shown(straight: Path) -> None:
    header, *rows = csv.reader((straight / "front.csv").open())
    assert header[:4] == ["id", "error", "inputs", "need"]
    result = json.loads((straight / "result.json").read_text())
    assert result["best"]["inputs"] == len(json.loads((straight / "models" / "best.json").read_text())["inputs"])
    assert len(rows) == len(result["front"])
    status, report = toy("status", straight), toy("report", straight)
    assert (status.returncode, report.returncode) == (0, 0)
    assert "inputs" in status.stdout.splitlines()[0]
    assert "literals" not in status.stdout + report.stdout
    page = (straight / "report.html").read_text()
    assert ">needed<" in page
    assert "inputs counted" in page
    assert "## What is counted" in report.stdout


def test_predictions_are_those_of_the_exported_count(straight: Path, tmp_path: Path) -> None:
    model = json.loads(toy("export", straight, "--format", "json").stdout)
    rows = [[n >> i & 1 for i in range(7)] for n in range(128)]
    names = json.loads((straight / "encoder.json").read_text())["binarizer"]["columns"]
    table = tmp_path / "rows.csv"
    table.write_text(
        "\n".join([",".join(name for name, _ in names), *(",".join(map(str, row)) for row in rows)]) + "\n"
    )
    said = toy("predict", straight, table).stdout.splitlines()[1:]
    assert said == [str(int(sum(row[i] for i in model["inputs"]) >= model["need"])) for row in rows]


def test_a_task_that_failed_is_replayed(config: Path, tmp_path: Path) -> None:
    code = """
import sys
import tests.kits.toy.__main__
import tests.kits.toy.worth as worth
plain = worth.evaluate
def broken(problem, tasks):
    if any(need == 2 for _, need in tasks.genomes):
        raise ZeroDivisionError("two")
    return plain(problem, tasks)
worth.evaluate = broken
from evo.__main__ import main
sys.exit(main())
"""
    run = tmp_path / "run"
    assert python("-c", code, "run", config, "--run-dir", run, "--quiet", "-o", "stop.generations=1").returncode == 0
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    failed = next(event for event in events if event["event"] == "quarantine")
    assert failed["genome"]["need"] == 2
    replayed = toy("replay", run, failed["id"])
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (0, f"{failed['id']}: sound")
