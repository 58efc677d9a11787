"""Run directories of an earlier version (`tests/runs/old`) are read by every command, and resumed by none."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris

from evo.cli.main import run_command
from tests.kits.processes import products

OLD = Path(__file__).parent / "old"
#: Names of sizes today, and in the kept files.
SIZES = {
    "formula": {"literals": "literals", "terms": "terms", "gates": "gates", "depth": "depth"},
    "mask": {"weights": "literals", "neurons": "terms", "multiplications": "gates", "depth": "depth"},
}
#: Parts of a page, by their anchors.
PARTS = {
    "formula": [
        "rules", "try", "network", "scores", "baselines", "front", "features", "robustness", "time", "provenance",
    ],
    "mask": ["network", "layers", "controls", "brittle", "scores", "front", "time", "provenance"],
}  # fmt: skip
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=SIZES)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a kept run; its name says what it searched for."""
    return Path(shutil.copytree(OLD / request.param, tmp_path / request.param))


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    def ask(*arguments: object) -> tuple[int, str, str]:
        code = run_command([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return ask


@pytest.fixture
def table(run: Path) -> Path:
    """All rows that the run had, with their labels."""
    bunch = load_iris() if run.name == "mask" else load_breast_cancer()
    lines = [
        [*map(repr, row.tolist()), bunch.target_names[label]]
        for row, label in zip(bunch.data, bunch.target, strict=True)
    ]
    with (run.parent / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[*bunch.feature_names, "target"], *lines])
    return run.parent / "rows.csv"


def result_of(run: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((run / "result.json").read_bytes())
    return value


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def test_status_has_the_figures_of_the_journal_and_of_the_front(run: Path, command: Command) -> None:
    size, formerly = next(iter(SIZES[run.name].items()))
    pick = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["pick"]
    row = next(row for row in csv.DictReader((run / "front.csv").open()) if row["id"] == pick["id"])
    code, out, _ = command("status", run)
    header, line = (
        text.split() for text in out.replace(" %", "%").replace("finished (generations)", "finished").splitlines()
    )
    shown = dict(zip(header, line, strict=False))
    assert code == 0
    assert (shown["generation"], shown[size]) == ("4", row[formerly])
    assert (shown["train"], shown["valid"], shown["sparsity"]) == tuple(
        percent(float(row[name])).replace(" ", "") for name in ("train_accuracy", "valid_accuracy", "sparsity")
    )


def test_the_kinds_of_runs_stand_in_one_table_with_a_column_each(command: Command) -> None:
    _, out, _ = command("status", OLD / "formula", OLD / "mask")
    header, *lines = out.splitlines()
    assert header.split() == [
        "run", "state", "generation", "valid", "train", "literals", "weights", "sparsity", "heartbeat",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines] == ["old-formula/formula", "old-mask/mask"]


def test_the_report_is_the_stored_one_and_a_page_has_its_figures(run: Path, command: Command) -> None:
    assert command("report", run)[1] == (run / "report.md").read_text()
    code, _, err = command("report", run, "--html", run.parent / "page.html")
    assert (code, err) == (0, "")
    page, result = (run.parent / "page.html").read_text(), result_of(run)
    for name, formerly in SIZES[run.name].items():
        assert name in page
        assert all(f"<td>{row[formerly]}</td>" in page for row in result["front"])
    assert re.findall(r'<section id="(\w+)"', page) == PARTS[run.name]


def test_runs_of_different_kinds_are_compared_by_the_sizes_of_each(command: Command) -> None:
    code, out, _ = command("report", OLD / "formula", OLD / "mask")
    header, _, *rows = (
        [cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines() if line.startswith("|")
    )
    assert code == 0
    shown = [dict(zip(header, row, strict=True)) for row in rows]
    best = [result_of(OLD / name)["best"] for name in SIZES]
    assert [row["literals"] for row in shown] == [str(best[0]["literals"]), "-"]
    assert [row["neurons"] for row in shown] == ["-", str(best[1]["terms"])]


def test_predictions_and_scores_on_all_rows_are_those_of_the_splits_together(
    run: Path, table: Path, command: Command
) -> None:
    result = result_of(run)
    counts = sum(np.array(scores["confusion"][0]) for scores in result["best"]["scores"].values())
    code, out, _ = command("evaluate", run, table, "--json")
    assert (code, json.loads(out)["confusion"]) == (0, [counts.tolist()])
    predicted = command("predict", run, table)[1].splitlines()
    truth = [line.rpartition(",")[2] for line in table.read_text().splitlines()[1:]]
    classes = result["data"]["classes"]
    told = np.zeros_like(counts)
    for label, guess in zip(truth, predicted[1:], strict=True):
        told[classes.index(label), classes.index(guess)] += 1
    assert predicted[0] == "predicted_target"
    assert told.tolist() == counts.tolist()


@pytest.mark.parametrize("pick", ["best", "knee"])
def test_every_pick_is_exported_and_evaluated(pick: str, run: Path, table: Path, command: Command) -> None:
    formerly = next(iter(SIZES[run.name].values()))
    rows = list(csv.DictReader((run / "front.csv").open()))
    best = result_of(run)["best"]
    rows = [row for row in rows if int(row[formerly]) <= best[formerly]]
    points = np.array([[1 - float(row["valid_accuracy"]), float(row[formerly])] for row in rows])
    scaled = (points - points.min(axis=0)) / np.maximum(np.ptp(points, axis=0), 1e-12)
    expected = {"best": best["id"], "knee": rows[int(scaled.sum(axis=1).argmin())]["id"]}[pick]
    code, out, _ = command("evaluate", run, table, "--pick", pick, "--json")
    assert (code, json.loads(out)["id"]) == (0, expected)
    code, out, _ = command("export", run, "--pick", pick, "--format", "json")
    assert code == 0
    assert json.loads(out)["id"] == expected


def test_resuming_is_refused_in_one_line_and_changes_nothing(run: Path, command: Command) -> None:
    before = products(run)
    code, out, err = command("resume", run, "-o", "stop.generations=8")
    assert (code, out) == (4, "")
    assert err.startswith(f"{run}: resume refused: ")
    assert err.count("\n") == 1
    assert products(run) == before
