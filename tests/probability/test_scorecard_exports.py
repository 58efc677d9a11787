"""Scorecards in every format say what the estimator's scorecard says, by readers that share no code with it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", minversion="1.6")

import evo
from evo import BooleanNetworkClassifier, SOPClassifier
from evo.cli.main import run_command
from evo.errors import ExportError
from evo.export import EXPORTERS
from evo.export.scorecards import SCORECARDS, circuit_of
from tests.kits.people import Row, as_array, holds, people
from tests.kits.table_checks import TABLES

Fitted = tuple[Any, list[Row], Any]


@pytest.fixture(scope="module", params=[("no", "yes"), ("low", "mid", "top")], ids=["two", "three"])
def case(request: pytest.FixtureRequest) -> Fitted:
    """(estimator, rows to predict by the names of its columns, the same as an array)."""
    rows, labels = people(classes=request.param)
    fitted = SOPClassifier(generations=3, thresholds=4).fit(as_array(rows), labels)
    new, _ = people(40, seed=77)
    return fitted, [{f"x{i}": cell for i, cell in enumerate(row.values())} for row in new], as_array(new)


def from_json(text: str, row: Row) -> list[float]:
    """Probabilities by the format's description."""
    card = json.loads(text)
    read = {c["name"]: c["missing"] for c in card["columns"]}
    full = {name: read.get(name) if cell is None else cell for name, cell in row.items()}
    full = {name: float(cell) if isinstance(cell, bool) else cell for name, cell in full.items()}
    totals = np.array(card["base"])
    for term in card["terms"]:
        totals = totals + np.array(term["points"]) * all(holds(literal, full) for literal in term["literals"])
    odds = 2.0 ** (np.array([0, *totals] if len(totals) == 1 else totals) / card["double"])
    return list((odds / odds.sum()).tolist())


def test_json_holds_the_probabilities(case: Fitted) -> None:
    fitted, rows, x = case
    text = str(fitted.scorecard_.export("json"))
    expected = fitted.scorecard_.predict_proba(x)
    assert np.allclose([from_json(text, row) for row in rows], expected)
    assert expected.std() > 0.1


def test_python_predicts_and_tells_probabilities(case: Fitted) -> None:
    fitted, rows, x = case
    module: dict[str, Any] = {}
    exec(compile(str(fitted.scorecard_.export("python")), "exported", "exec"), module)
    cells = [{name: int(cell) if isinstance(cell, bool) else cell for name, cell in row.items()} for row in rows]
    assert [module["predict"](row) for row in cells] == fitted.scorecard_.predict(x).tolist()
    told = [list(module["predict_proba"](row).values()) for row in cells]
    assert np.allclose(told, fitted.scorecard_.predict_proba(x))


def as_text(cell: Any) -> str:
    """A cell as a file has it."""
    return "" if cell is None else str(int(cell) if isinstance(cell, bool) else cell)


@dataclass(frozen=True)
class Case:
    """What outside tools are asked (see `tests.kits.table_checks.RawCase`)."""

    encoder: Any
    rows: list[dict[str, str]]
    columns: Mapping[str, str]


@pytest.mark.parametrize("fmt", TABLES)
def test_programs_predict_what_it_predicts(case: Fitted, fmt: str, tmp_path: Path) -> None:
    if fmt.startswith("c") and shutil.which("gcc") is None:
        pytest.skip("needs gcc")
    fitted, rows, x = case
    card, encoder = fitted._fitted.scorecard, fitted._fitted.encoder
    cells = [{name: as_text(cell) for name, cell in row.items()} for row in rows]
    asked = Case(encoder, cells, circuit_of(card, encoder).kinds)
    said = TABLES[fmt](fitted.scorecard_.export(fmt), asked, tmp_path)
    assert said == fitted.scorecard_.predict(x).tolist()


def test_gates_add_up_to_the_same_class_for_every_row_of_bits(case: Fitted) -> None:
    fitted, _, x = case
    card, encoder = fitted._fitted.scorecard, fitted._fitted.encoder
    circuit = circuit_of(card, encoder)
    split = fitted._read(x)[1]
    totals = card.totals(split)
    least = min(score.bias for score in circuit.scores)
    assert least == 0 and all(weight > 0 for score in circuit.scores for _, weight in score.votes)
    assert set(SCORECARDS) - {"text"} <= set(EXPORTERS)
    assert (fitted.scorecard_.totals(x) == totals).all()


def test_words_say_the_points_and_what_totals_mean(case: Fitted) -> None:
    fitted, _, x = case
    card = fitted.scorecard_
    lines = str(card).splitlines()
    for words, points in card.points:
        assert all(not p or any(line.split(maxsplit=1) == [f"{p:+d}", words] for line in lines) for p in points)
    if len(card.classes) > 2:
        return
    needed = int(lines[0].removeprefix("class = yes when the points reach ").split(",")[0])
    sums = card.totals(x)[:, 0] - fitted._fitted.scorecard.base[0]
    assert ((sums >= needed) == (card.predict(x) == "yes")).all()
    totals, shares = ([cell for cell in line.split("  ") if cell][1:] for line in lines[-3:-1])
    at = dict(zip(map(int, totals), shares, strict=True))
    least = -fitted._fitted.scorecard.base[0]
    assert at[least].strip() == "50 %" and at[least + 10].strip() == "67 %" and at[least + 20].strip() == "80 %"


def test_a_network_has_no_scorecard() -> None:
    fitted = BooleanNetworkClassifier(kind="network", generations=1).fit([[0], [1]] * 30, [0, 1] * 30)
    assert not hasattr(fitted, "scorecard_")
    with pytest.raises(ExportError, match="no such format"):
        SOPClassifier(generations=1).fit([[0], [1]], [0, 1]).scorecard_.export("jsn")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on people.csv beside it."""
    folder = tmp_path_factory.mktemp("run")
    rows, labels = people(200)
    with (folder / "people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*rows[0], "loan"])
        writer.writerows([*row.values(), label] for row, label in zip(rows, labels, strict=True))
    config = {"schema": 1, "data": {"source": "table", "path": str(folder / "people.csv")}, "stop": {"generations": 3}}
    evo.run(config | {"output": {"report": []}}, run_dir=folder / "run", display="quiet")
    return folder


def test_a_run_tells_probabilities_beside_its_predictions(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(run / "people.csv")
    texts = {}
    for option in ([], ["--proba"], ["--scorecard"]):
        assert run_command(["predict", str(run / "run"), data, *option]) == 0
        texts["".join(option)] = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert texts["--proba"][0] == ["predicted_loan", "probability_no", "probability_yes"]
    assert [row[0] for row in texts["--proba"]] == [row[0] for row in texts[""]]
    for name in ("--proba", "--scorecard"):
        for label, no, yes in texts[name][1:]:
            assert float(no) + float(yes) == pytest.approx(1, abs=2e-6) and label == ("no" if no > yes else "yes")
    assert run_command(["export", str(run / "run"), "--scorecard", "--format", "json"]) == 0
    card = capsys.readouterr().out
    rows, _ = people(200)
    told = [from_json(card, row)[1] for row in rows]
    assert np.allclose(told, [float(row[2]) for row in texts["--scorecard"][1:]], atol=1e-6)


def test_without_the_rows_it_learned_from_only_the_pick_has_probabilities(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = evo.load(run / "run")
    other = next(row.id for row in loaded.front if row.id != loaded.best.id)
    predict = ["predict", str(run / "run"), str(run / "moved.csv"), "--proba"]
    moved = (run / "people.csv").rename(run / "moved.csv")
    try:
        assert run_command(predict) == 0
        kept = capsys.readouterr().out
        assert run_command([*predict, "--pick", other]) in {2, 3}
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
    finally:
        moved.rename(run / "people.csv")
    result = json.loads((run / "run" / "result.json").read_text())
    card = result.pop("scorecard")
    again = shutil.copytree(run / "run", run / "older")
    (again / "result.json").write_text(json.dumps(result))  # of a version that kept none: fitted on the rows again
    assert run_command(["predict", str(again), str(run / "people.csv"), "--proba"]) == 0
    assert capsys.readouterr().out == kept
    (again / "result.json").write_text(json.dumps(result | {"scorecard": card | {"terms": [[999]]}}))
    assert run_command(["predict", str(again), str(run / "people.csv"), "--proba"]) == 4
    assert "scorecard" in capsys.readouterr().err
