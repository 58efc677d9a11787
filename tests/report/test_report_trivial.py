"""What is said first of a model that is a constant, or no better than one."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from evo import SOPClassifier, api
from evo.analysis.trivial import useless
from evo.report.summary import closing_lines

HINT = "that"


def said(table: list[list[int]], metric: str = "accuracy", weights: list[float] | None = None) -> str | None:
    classes = [f"c{i}" for i in range(len(table))]
    given = None if weights is None else np.array(weights)
    return useless([table], classes, metric, given, hint=HINT)


def test_a_constant_is_named_with_the_shares_and_what_to_try() -> None:
    assert said([[93, 0], [7, 0]]) == (
        "The model predicts 'c0' for every row: the classes are 93.0 % to 7.0 %. Try that."
    )
    assert said([[93, 0], [7, 0]], "f1") == "The model predicts 'c0' for every row: the classes are 93.0 % to 7.0 %."
    assert said([[50, 0], [50, 0]]) == "The model predicts 'c0' for every row: the classes are 50.0 % to 50.0 %."


@pytest.mark.parametrize("table", [[[90, 3], [4, 3]], [[80, 13], [1, 6]], [[91, 2], [1, 6]], [[0, 93], [7, 0]]])
@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1"])
def test_a_model_is_worse_where_its_score_is_below_that_of_the_most_frequent_class(
    table: list[list[int]], metric: str
) -> None:
    counts = np.array(table)
    true = np.repeat([0, 0, 1, 1], counts.ravel())
    predicted = np.repeat([0, 1, 0, 1], counts.ravel())
    scores = {
        "accuracy": lambda a, b: float((a == b).mean()),
        "balanced_accuracy": balanced_accuracy_score,
        "f1": lambda a, b: f1_score(a, b, zero_division=0.0),
    }
    constant = np.full_like(true, int(counts.sum(axis=1).argmax()))
    worse = scores[metric](true, predicted) < scores[metric](true, constant) - 1e-9
    assert (said(table, metric) is not None) == worse


def test_weights_of_classes_decide_what_is_worse() -> None:
    table = [[80, 13], [1, 6]]
    assert said(table, "accuracy") is not None
    assert said(table, "weighted", [1.0, 1.0]) is not None
    assert said(table, "weighted", [1.0, 20.0]) is None
    assert said(table, "weighted") is None


def test_outputs_of_their_own_are_not_judged() -> None:
    assert useless([[[9, 0], [1, 0]], [[9, 0], [1, 0]]], ["0", "1"], "accuracy", hint=HINT) is None


def rare(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.random((n, 3)), np.where(rng.random(n) < 0.05, "yes", "no")


def test_an_estimator_warns_at_fit_and_only_then() -> None:
    rows, labels = rare()
    with pytest.warns(UserWarning, match=r"predicts 'no' for every row.*Try class_weight='balanced'"):
        SOPClassifier(generations=2, price=50.0).fit(rows, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SOPClassifier(generations=2).fit(rows, np.where(rows[:, 0] > 0.8, "yes", "no"))


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "mcc"])
def test_summary_and_reports_begin_with_it_and_with_the_metric(metric: str, tmp_path: Path) -> None:
    rows, labels = rare()
    text = "\n".join(",".join(map(str, [*row.round(3), label])) for row, label in zip(rows, labels, strict=True))
    (tmp_path / "t.csv").write_text(f"a,b,c,y\n{text}\n")
    config = {
        "schema": 1, "seed": 1, "data": {"source": "csv", "path": str(tmp_path / "t.csv")},
        "fitness": {"metric": metric, "selection": "price", "price": 100.0}, "stop": {"generations": 2},
    }  # fmt: skip
    run = api.run(config, run_dir=tmp_path / "r", display="quiet")
    lines = closing_lines(run.details, ["model"], "r", [])
    first = next(line for line in lines if line)
    markdown, page = ((run.run_dir / f"report.{kind}").read_text() for kind in ("md", "html"))
    assert first.startswith("warning: The model predicts 'no' for every row")
    assert ("Try fitness.metric: balanced_accuracy" in first) == (metric == "accuracy")
    assert markdown.splitlines()[2].startswith("**The model predicts 'no' for every row")
    assert page.index("for every row") < page.index("Accuracy ")
    if metric != "accuracy":
        name, said = {
            "mcc": ("mcc", "MCC: train 0.000"),
            "balanced_accuracy": ("balanced accuracy", "Balanced accuracy: train 0.500"),
        }[metric]
        places = [lines.index(line) for line in lines if line.startswith((f"{name}: ", "accuracy: "))]
        assert len(places) == 2 and lines[places[0]].startswith(name)
        assert page.index(said) < page.index("Accuracy ") and f"{said}, " in markdown
