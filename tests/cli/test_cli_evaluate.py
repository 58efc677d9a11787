"""evo evaluate: metrics of a stored model on labelled rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score, matthews_corrcoef

from evo.api import Result
from tests.kits.commands import Evo
from tests.kits.small_runs import cancer_npz, csv_rows, small_run


def test_evaluate_agrees_with_scikit_learn_on_the_predictions(evo_: Evo, two_classes: Result, tmp_path: Path) -> None:
    data = cancer_npz(tmp_path / "c.npz")
    said = evo_("predict", two_classes.run_dir, data).out.split()[1:]
    scores = json.loads(evo_("evaluate", two_classes.run_dir, data, "--json").out)
    bunch = load_breast_cancer()
    true = bunch.target_names[bunch.target]
    assert scores["rows"] == len(true)
    assert scores["accuracy"] == pytest.approx(accuracy_score(true, said))
    assert scores["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(true, said))
    assert scores["f1"] == pytest.approx(f1_score(true, said, pos_label="malignant"))
    assert scores["mcc"] == pytest.approx(matthews_corrcoef(true, said))
    assert scores["confusion"] == [confusion_matrix(true, said).tolist()]


def test_evaluate_agrees_with_scikit_learn_on_three_classes(
    evo_: Evo, three_classes: Result, flowers_csv: Path
) -> None:
    said = three_classes.predict(flowers_csv)
    true = [row["kind"] for row in csv_rows(flowers_csv)]
    scores = json.loads(evo_("evaluate", three_classes.run_dir, flowers_csv, "--json").out)
    assert scores["accuracy"] == pytest.approx(accuracy_score(true, said))
    assert scores["f1"] == pytest.approx(f1_score(true, said, average="macro"))
    assert scores["mcc"] == pytest.approx(matthews_corrcoef(true, said))
    assert scores["confusion"] == [confusion_matrix(true, said).tolist()]


def test_evaluate_prints_scores_and_a_table_of_classes(evo_: Evo, three_classes: Result, flowers_csv: Path) -> None:
    lines = evo_("evaluate", three_classes.run_dir, flowers_csv).out.splitlines()
    assert lines[0] == f"model {three_classes.best.id} on 150 rows"
    assert [line.split()[0] for line in lines[1:5]] == ["accuracy", "balanced_accuracy", "f1", "mcc"]
    assert lines[6].split() == ["kind", "predicted", "aster", "predicted", "rose", "predicted", "tulip"]
    assert [line.split()[:2] for line in lines[7:]] == [["is", "aster"], ["is", "rose"], ["is", "tulip"]]


def test_a_table_wider_than_a_screen_is_left_to_json(evo_: Evo, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = np.array([f"a class with a long name {i}" for i in range(15)])
    y = np.arange(150) % 15
    np.savez(tmp_path / "d.npz", X=rng.normal(size=(150, 2)) + y[:, None], y=labels[y])
    result = small_run(tmp_path, {"source": "npz", "path": str(tmp_path / "d.npz")}, stop={"generations": 1})
    said = evo_("evaluate", result.run_dir, tmp_path / "d.npz")
    assert said.out.splitlines()[-1] == "  the confusion counts of 15 classes are printed with --json"


def test_evaluate_gives_every_output_a_row(evo_: Evo, bits: Result) -> None:
    lines = evo_("evaluate", bits.run_dir, bits.run_dir.parents[2] / "t.pla").out.splitlines()
    assert [line.split()[0] for line in lines[6:]] == ["output", "f", "g"]


def test_a_label_that_training_did_not_have_exits_3(evo_: Evo, three_classes: Result, tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("height,soil,wet,kind\n3,clay,0,orchid\n")
    said = evo_("evaluate", three_classes.run_dir, data)
    known = "'aster', 'rose', 'tulip'"
    assert (said.code, said.out) == (3, "")
    assert said.err == f"{data}: labels 'orchid' are not among the training rows' {known}\n"
