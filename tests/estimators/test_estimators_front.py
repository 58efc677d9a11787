"""The front of a fitted estimator: as a frame, as a picture, and any of its members as the pick."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from evo import BooleanNetworkClassifier, SOPClassifier, estimators

CHEAP: dict[str, Any] = {"generations": 3, "thresholds": 4}


@pytest.fixture(scope="module")
def rows() -> tuple[Any, Any]:
    x, y = load_breast_cancer(return_X_y=True, as_frame=True)
    return x[::3], y[::3]


@pytest.fixture(scope="module")
def fitted(rows: tuple[Any, Any]) -> Any:
    return SOPClassifier(**CHEAP).fit(*rows)


def smallest(fitted: Any) -> str:
    """A member with one comparison."""
    return next(row.id for row in fitted.front_ if row.sizes["literals"] == 1)


def test_the_front_is_a_frame_with_its_formulas_and_the_pick_marked(fitted: Any) -> None:
    frame = fitted.front_frame()
    assert list(frame.columns[:4]) == ["id", "error", "literals", "terms"] and "valid_accuracy" not in frame
    assert frame.set_index("id").loc[fitted.pick_, "picked"] and frame.picked.sum() == 1
    assert frame.formula[len(frame) - 1] == fitted.front_[-1].formula != ""
    assert (frame.train_accuracy + frame.error == 1).all()


def test_held_out_scores_are_in_the_frame_where_rows_were_held_out(rows: tuple[Any, Any]) -> None:
    fitted = SOPClassifier(**CHEAP, selection="holdout", metric="mcc").fit(*rows)
    frame = fitted.front_frame()
    assert {"valid_accuracy", "train_score", "valid_score"} <= set(frame.columns)


def test_another_pick_predicts_what_its_own_comparison_says(fitted: Any, rows: tuple[Any, Any]) -> None:
    x, _ = rows
    other = fitted.with_pick(smallest(fitted))
    (rule,) = other.rules_
    name, sign, number = rule.when.rsplit(" ", 2)
    column = x[next(column for column in x if column.replace(" ", "_") == name)]
    holds = column > float(number) if sign == ">" else column <= float(number)
    assert np.array_equal(other.predict(x) == rule.label, holds)
    assert other.predict_proba(x).argmax(axis=1).tolist() == other.predict(x).tolist()
    assert other.to_dnf() != fitted.to_dnf() and rule.when in other.to_dnf() and rule.when in str(other.export("sql"))
    assert fitted.pick_ != other.pick_ == smallest(fitted)


@pytest.mark.parametrize("probability", ["front", "formula"])
def test_a_member_that_is_picked_later_is_as_if_the_fit_had_picked_it(probability: str, rows: tuple[Any, Any]) -> None:
    x, y = rows
    free = SOPClassifier(**CHEAP, price=0.5, probability=probability).fit(x, y)
    held = SOPClassifier(**CHEAP, price=0.5, probability=probability, max_literals=2).fit(x, y)
    later = free.with_pick(held.pick_)
    assert later.rules_ == held.rules_ and later.pick_ != free.pick_
    assert np.array_equal(later.predict_proba(x), held.predict_proba(x))
    assert np.array_equal(later.feature_importances_, held.feature_importances_)


def test_the_knee_and_the_first_pick_can_be_picked_from_anywhere(fitted: Any, rows: tuple[Any, Any]) -> None:
    knee = fitted.with_pick("knee")
    again = pickle.loads(pickle.dumps(knee)).with_pick(fitted.pick_)
    assert again.rules_ == fitted.rules_
    assert np.array_equal(again.predict_proba(rows[0]), fitted.predict_proba(rows[0]))


def test_an_unknown_member_is_told_with_those_that_there_are(fitted: Any) -> None:
    with pytest.raises(
        ValueError,
        match=rf"with_pick\('g9-s9'\): no such member of the front; expected knee or one of .*{fitted.front_[0].id}",
    ):
        fitted.with_pick("g9-s9")


def test_networks_pick_show_and_weigh_columns_too() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (200, 6))
    y = x[:, 0] ^ x[:, 2]
    fitted = BooleanNetworkClassifier(kind="network", generations=1).fit(x, y)
    assert fitted.feature_importances_ == pytest.approx([0.5, 0, 0.5, 0, 0, 0], abs=0.001)
    assert "gates" in fitted.front_frame() and fitted.front_frame().formula.str.len().min() > 0
    other = next(row for row in fitted.front_ if row.id != fitted.pick_)
    later = fitted.with_pick(other.id)
    assert (later.predict(x) == y).mean() == pytest.approx(other.train_accuracy)
    assert later.rules_ != fitted.rules_


def test_a_front_is_drawn_with_the_pick_marked(fitted: Any) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, ax = pyplot.subplots()
    assert fitted.plot_front(ax) is ax
    members, pick = (np.asarray(dots.get_offsets()).tolist() for dots in ax.collections)
    assert sorted(members) == sorted([row.sizes["literals"], 1 - row.error] for row in fitted.front_)
    (point,) = (row for row in fitted.front_ if row.id == fitted.pick_)
    assert pick == [[point.sizes["literals"], 1 - point.error]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("literals", "Accuracy")
    assert f"pick: {point.sizes['literals']} literal" in ax.get_legend().get_texts()[1].get_text()
    figure.canvas.draw()
    pyplot.close(figure)


def test_influences_are_what_swapping_cells_between_rows_shows() -> None:
    rng = np.random.default_rng(3)
    x = np.round(rng.normal(size=(40, 3)), 1)
    fitted = SOPClassifier(**CHEAP, price=0.1).fit(x, (x[:, 0] > 0.3) | (x[:, 2] > 0.3))
    clean, shares = fitted.predict(x), []
    for column in range(3):
        changed = 0
        for cell in x[:, column]:
            other = x.copy()
            other[:, column] = cell
            changed += int((fitted.predict(other) != clean).sum())
        shares.append(changed / len(x) ** 2)
    own = fitted._fitted.influences()
    assert shares == pytest.approx([own.get(f"x{column}", 0.0) for column in range(3)])
    assert sum(value > 0 for value in shares) >= 2
    assert fitted.feature_importances_ == pytest.approx(np.array(shares) / sum(shares))


def test_a_constant_model_has_no_important_columns() -> None:
    fitted = SOPClassifier(generations=1, price=1000.0)
    with pytest.warns(UserWarning, match="for every row"):
        fitted.fit([[0, 1], [1, 0], [1, 1]] * 4, [0, 1, 1] * 4)
    assert fitted.feature_importances_.tolist() == [0, 0]
    assert "otherwise" in fitted._repr_html_()


def test_scikit_learns_selectors_keep_the_columns_that_matter() -> None:
    from sklearn.feature_selection import RFE, SelectFromModel  # noqa: PLC0415

    x = np.random.default_rng(1).normal(size=(150, 5))
    y = (x[:, 1] > 0) & (x[:, 3] > -0.5)
    model = SOPClassifier(**CHEAP)
    assert RFE(model, n_features_to_select=2).fit(x, y).support_.tolist() == [False, True, False, True, False]
    assert SelectFromModel(model).fit(x, y).get_support().tolist() == [False, True, False, True, False]


def test_what_is_seldom_asked_for_does_not_load_with_the_estimators() -> None:
    seldom = ("pandas", "matplotlib", "evo.callbacks", "evo.display", "evo.running.launch")
    for path in Path(estimators.__file__).parent.glob("*.py"):
        top = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
        loaded = {getattr(node, "module", None) or node.names[0].name for node in top}  # type: ignore[attr-defined]
        assert not [name for name in loaded if name.startswith(seldom)], path
