"""A saved estimator: a run directory that the command line reads, and the same estimator again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import evo
from evo import BooleanNetworkClassifier, POSClassifier, SOPClassifier
from evo.cli.main import run_command
from tests.kits.people import people

CHEAP: dict[str, Any] = {"generations": 2, "thresholds": 4, "price": 1.0}


@pytest.fixture(scope="module")
def table() -> tuple[Any, Any]:
    rows, labels = people(90)
    return pd.DataFrame(rows), pd.Series(labels, name="loan")


@pytest.fixture(scope="module")
def fitted(table: tuple[Any, Any]) -> Any:
    return SOPClassifier(**CHEAP, class_weight={"no": 1, "yes": 2}, monotone_features={0: 1}).fit(*table)


@pytest.fixture(scope="module")
def saved(fitted: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted.save(tmp_path_factory.mktemp("saved") / "loans")  # type: ignore[no-any-return]


def same(one: Any, other: Any, x: Any) -> bool:
    return (
        np.array_equal(one.predict(x), other.predict(x))
        and np.array_equal(one.predict_proba(x), other.predict_proba(x))
        and np.array_equal(one.feature_importances_, other.feature_importances_)
        and one.rules_ == other.rules_
        and one.export("json") == other.export("json")
        and list(map(str, one.explain(x[:5]))) == list(map(str, other.explain(x[:5])))
    )


def test_it_comes_back_as_it_was_with_every_member_of_the_front(fitted: Any, saved: Path, table: Any) -> None:
    again, x = SOPClassifier.load(saved), table[0]
    assert again.get_params() == fitted.get_params() and again.front_ == fitted.front_
    assert list(again.feature_names_in_) == list(fitted.feature_names_in_) and again.n_features_in_ == x.shape[1]
    assert again.classes_.dtype == fitted.classes_.dtype and same(again, fitted, x)
    assert same(again.with_pick(fitted.front_[0].id), fitted.with_pick(fitted.front_[0].id), x)
    assert str(again.scorecard_) == str(fitted.scorecard_)
    assert again.fit(*table).to_dnf() == fitted.to_dnf()


def test_what_was_loaded_can_be_saved_with_another_pick(fitted: Any, saved: Path, table: Any, tmp_path: Path) -> None:
    last = SOPClassifier.load(saved).with_pick(fitted.front_[-1].id)
    last.save(tmp_path / "last")
    assert same(SOPClassifier.load(tmp_path / "last"), last, table[0])
    assert evo.load(tmp_path / "last").best.id == last.pick_ != fitted.pick_


def test_the_command_line_reads_it_as_a_run(
    fitted: Any, saved: Path, table: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    x, y = table
    rows = tmp_path / "rows.csv"
    pd.concat([x, y], axis=1).to_csv(rows, index=False)
    assert run_command(["predict", str(saved), str(rows), "--out", str(tmp_path / "out.csv"), "--proba"]) == 0
    out = pd.read_csv(tmp_path / "out.csv")
    assert out.predicted_loan.tolist() == fitted.predict(x).tolist()
    assert out.iloc[:, 1:].to_numpy() == pytest.approx(fitted.predict_proba(x), abs=1e-6)
    capsys.readouterr()
    assert run_command(["evaluate", str(saved), str(rows)]) == 0
    assert f"{100 * fitted.score(x, y):.1f} %" in capsys.readouterr().out
    assert run_command(["show", str(saved)]) == 0
    assert fitted.to_dnf().splitlines()[0] in capsys.readouterr().out
    assert run_command(["export", str(saved), "--format", "sql"]) == 0
    assert capsys.readouterr().out.rstrip("\n") == str(fitted.export("sql")).rstrip("\n")
    assert run_command(["list", str(saved.parent)]) == 0
    listed = capsys.readouterr().out
    assert "finished (generations)" in listed and f"{100 * fitted.score(x, y):.1f}" in listed
    assert run_command(["report", str(saved), "--trust"]) == 0
    report = capsys.readouterr().out
    assert report.startswith(f"# {type(fitted).__name__}\n") and f"train {100 * fitted.score(x, y):.1f} %" in report
    assert fitted.to_dnf().splitlines()[0] in report and "The rows were given to fit, and no file keeps them" in report
    assert run_command(["resume", str(saved)]) == 4
    assert "resume refused: an estimator was saved here, without the rows" in capsys.readouterr().err


def test_a_result_of_it_predicts_and_shows_itself(fitted: Any, saved: Path, table: Any) -> None:
    result = evo.load(saved)
    assert result.front == fitted.front_ and result.formula == fitted.to_dnf()
    assert result.predict(table[0]) == fitted.predict(table[0]).tolist()
    assert fitted.to_dnf().splitlines()[0] in result._repr_html_()


@pytest.mark.parametrize("labels", [[0, 1, 2], [False, True], [0.0, 1.0], ["a", "b", "c"]])
def test_labels_keep_their_type(labels: list[Any], tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(60, 3))
    y = np.array(labels)[np.digitize(x[:, 0], [-0.4, 0.4]) % len(labels)]
    fitted = BooleanNetworkClassifier(generations=1).fit(x, y)
    again = BooleanNetworkClassifier.load(fitted.save(tmp_path / "run"))
    assert again.classes_.dtype == fitted.classes_.dtype and not hasattr(again, "feature_names_in_")
    assert same(again, fitted, x)


def test_networks_come_back_too(tmp_path: Path) -> None:
    x = np.random.default_rng(0).integers(0, 2, (120, 5))
    fitted = BooleanNetworkClassifier(kind="network", generations=1).fit(x, x[:, 0] ^ x[:, 2])
    again = BooleanNetworkClassifier.load(fitted.save(tmp_path / "run"))
    other = next(row.id for row in fitted.front_ if row.id != fitted.pick_)
    assert same(again, fitted, x) and same(again.with_pick(other), fitted.with_pick(other), x)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record | {"estimator": "POSClassifier"}, "holds a POSClassifier; POSClassifier.load opens it"),
        (lambda record: record | {"names": []}, "estimator.json: names: "),
        (lambda record: record | {"parameters": {"depth": 3}}, "parameters: not those of this version"),
        (lambda record: record | {"members": {}}, "members: .* is not in both files"),
        (lambda record: record | {"classes": {"dtype": "O8", "values": ["a", "b"]}}, "must be 2 labels"),
        (
            lambda record: record | {"classes": {"dtype": "<i8", "values": [0, 1, 2]}},
            "evidence: does not fit 3 classes",
        ),
        (lambda record: _changed(record, "evidence", "counts", []), "evidence: does not fit 2 classes"),
        (lambda record: _changed(record, "scorecard", "terms", [[99999]] * 400), "scorecard: does not fit"),
    ],
)
def test_a_damaged_file_is_told_in_one_line(change: Any, said: str, saved: Path, tmp_path: Path) -> None:
    for file in saved.rglob("*.*"):
        target = tmp_path / "run" / file.relative_to(saved)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    place = tmp_path / "run" / "estimator.json"
    place.write_text(json.dumps(change(json.loads(place.read_text()))))
    with pytest.raises(ValueError, match=said) as caught:
        SOPClassifier.load(tmp_path / "run")
    assert "\n" not in str(caught.value)


def _changed(record: Any, part: str, key: str, value: Any) -> Any:
    next(iter(record["members"].values()))[part][key] = value
    return record


def test_what_cannot_be_saved_or_opened_is_told(fitted: Any, saved: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loans: already exists and is not empty; choose another folder"):
        fitted.save(saved)
    with pytest.raises(ValueError, match="not a run directory"):
        POSClassifier.load(tmp_path)
    odd = SOPClassifier(**CHEAP, forbidden_features=None).fit([[0], [1]] * 5, [0, 1] * 5)
    with pytest.raises(ValueError, match="parameter forbidden_features must be numbers, texts or"):
        odd.set_params(forbidden_features=[object()]).save(tmp_path / "odd")
    assert not (tmp_path / "odd").exists()
