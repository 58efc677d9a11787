"""What decides a fit: rows and weights, seed, budget; and that it is the search of `evo run`."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from evo import SOPClassifier
from evo.kinds.two_level import model_selection as selection
from evo.search.loop import Search
from tests.kits.people import as_array, people


def words(fitted: Any) -> tuple[str, Any, Any]:
    return fitted.to_dnf(), fitted.front_, fitted.rules_


def test_the_same_seed_gives_the_same_model_in_any_order_of_rows(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    x, y = as_array(rows), np.array(labels)
    order = np.random.RandomState(5).permutation(len(y))
    assert words(kind(**quick, random_state=3).fit(x, y)) == words(
        kind(**quick, random_state=3).fit(x[order], y[order])
    )


def test_no_seed_is_seed_0_and_a_random_state_is_drawn_from(quick: dict[str, Any]) -> None:
    rows, labels = people()
    x = as_array(rows)
    assert words(SOPClassifier(**quick).fit(x, labels)) == words(SOPClassifier(**quick, random_state=0).fit(x, labels))
    drawn = int(np.random.RandomState(8).randint(0, 2**31 - 1))
    one = SOPClassifier(**quick, random_state=np.random.RandomState(8)).fit(x, labels)
    assert words(one) == words(SOPClassifier(**quick, random_state=drawn).fit(x, labels))


@pytest.mark.parametrize("chosen_by", ["price", "cross_validation", "error"])
def test_it_is_the_model_that_evo_run_finds_in_the_same_rows(
    chosen_by: str, tmp_path: Path, quick: dict[str, Any]
) -> None:
    rows, labels = people(70)
    table = [[*row.values(), label] for row, label in zip(rows, labels, strict=True)]
    asked = quick if chosen_by == "price" else quick | {"price": None}
    fitted = SOPClassifier(**asked, selection=chosen_by, random_state=4).fit(as_array(rows), labels)
    searched = SOPClassifier(**quick, refine=False).fit(as_array(rows), labels)
    bits = searched._fitted.encoder.binarizer.bits
    assert len(bits) <= 64
    # a fit puts its rows in one order, by their bits as a number and then their label: the file has them so, too
    number = [sum(_holds(bit, row) << place for place, bit in enumerate(bits)) for row in table]
    order = sorted(range(len(table)), key=lambda i: (number[i], table[i][-1]))
    path = tmp_path / "people.csv"
    with path.open("w", newline="") as file:
        cells = [["" if c is None else c for c in table[i]] for i in order]
        csv.writer(file).writerows([["x0", "x1", "x2", "x3", "class"], *cells])
    config = {
        "schema": 1,
        "seed": 4,
        "data": {"source": "csv", "path": str(path), "split": {"valid": 0, "test": 0}, "binarize": {"bits": 5}},
        "fitness": {"selection": "holdout" if chosen_by == "error" else chosen_by},
        "stop": {"generations": 3},
    }
    if chosen_by == "price":
        config["fitness"]["price"] = 1.0  # type: ignore[index]
    result = evo.run(config, run_dir=tmp_path / "run", display="quiet")
    assert result.front == fitted.front_
    assert result.formula == fitted.to_dnf()


def _holds(bit: Any, row: list[Any]) -> bool:
    cell = row[int(bit.feature[1:])]
    if bit.op == "missing":
        return cell is None
    if cell is None:
        return False
    return cell <= bit.operand if bit.op == "<=" else (cell if isinstance(cell, str) else float(cell)) == bit.operand


def test_a_warm_start_goes_on_and_ends_as_one_long_fit(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    x, long = as_array(rows), quick | {"generations": 6}
    step = kind(**quick, warm_start=True).fit(x, labels)
    assert step.n_generations_ == 3
    again = step.set_params(generations=6).fit(x, labels)
    whole = kind(**long).fit(x, labels)
    assert again.n_generations_ == whole.n_generations_ == 6
    assert words(again) == words(whole)


def test_a_warm_start_on_other_rows_begins_anew(quick: dict[str, Any]) -> None:
    (rows, labels), (other, others) = people(), people(seed=9)
    warm = SOPClassifier(**quick, warm_start=True).fit(as_array(rows), labels).fit(as_array(other), others)
    assert words(warm) == words(SOPClassifier(**quick).fit(as_array(other), others))


def test_a_warm_start_repeats_no_generation(quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rows, labels = people()
    warm = SOPClassifier(**quick, warm_start=True).fit(as_array(rows), labels)
    seen: list[int] = []
    step = Search.step

    def watched(search: Search, state: Any, *more: Any) -> Any:
        seen.append(state.generation)
        return step(search, state, *more)

    monkeypatch.setattr(Search, "step", watched)
    warm.set_params(generations=6).fit(as_array(rows), labels)
    assert seen == [3, 4, 5]


def test_a_row_of_weight_3_counts_as_three_rows(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people(80)
    x, y = as_array(rows), np.array(labels)
    weights = np.random.RandomState(2).randint(0, 4, len(y))
    weighted = kind(**quick).fit(x, y, sample_weight=weights.astype(float))
    assert words(weighted) == words(kind(**quick).fit(x.repeat(weights, axis=0), y.repeat(weights)))


def test_the_heavier_class_is_missed_less(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people()
    x, y = as_array(rows), np.array(labels)
    recalls = [
        (kind(**quick, class_weight={"no": 1, "yes": weight}).fit(x, y).predict(x)[y == "yes"] == "yes").mean()
        for weight in (0.2, 1, 20)
    ]
    assert recalls == sorted(recalls) and recalls[0] < recalls[-1] == 1.0


def test_folds_price_an_error_by_the_weight_of_its_class(
    kind: Any, quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, labels = people(90)
    seen: list[Any] = []
    rule = selection.chosen
    monkeypatch.setattr(selection, "chosen", lambda wrong, *more: (seen.append(wrong), rule(wrong, *more))[1])
    weight = {"no": 1, "yes": 3}
    kind(**quick | {"price": None}, selection="cross_validation", class_weight=weight).fit(as_array(rows), labels)
    drawn = [weight[label] for label in labels]
    one = sum(drawn) / sum(w * w for w in drawn)  # errors on rows of typical weight, as prices count them
    said = np.unique(seen[0])
    assert len(said) > 1 and all(np.isclose(cost, [0, one, 3 * one]).any() for cost in said)


def test_a_fit_by_metric_is_the_run_that_optimises_it(quick: dict[str, Any]) -> None:
    rows, labels = people(90)
    fitted = SOPClassifier(**quick, metric="balanced_accuracy").fit(as_array(rows), labels)
    best = fitted.front_[0]
    weighed = SOPClassifier(**quick, class_weight="balanced").fit(as_array(rows), labels)
    assert best.train_score == pytest.approx(1 - best.error) and best.train_score != best.train_accuracy
    assert fitted.to_dnf() == weighed.to_dnf()  # the same errors at the same prices


def test_a_formula_describes_the_side_that_is_asked_for(quick: dict[str, Any]) -> None:
    rows, labels = people(90)
    inverted = {
        side: SOPClassifier(**quick, side=side).fit(as_array(rows), labels)._fitted.model.inverted
        for side in ("positive", "negative")
    }
    assert inverted == {"positive": False, "negative": True}
    with pytest.raises(ValueError, match="side='positive' needs two classes, got 3"):
        SOPClassifier(**quick, side="positive").fit([[0], [1], [2]] * 4, [0, 1, 2] * 4)


def test_rows_that_are_held_out_choose_and_are_never_learned_from(quick: dict[str, Any]) -> None:
    rows, labels = people(90)
    x = as_array(rows)
    settings = quick | {"selection": "holdout", "price": None, "random_state": 5}
    fitted = SOPClassifier(**settings).fit(x, labels)
    assert {row.valid_accuracy is None for row in fitted.front_} == {False}
    member = next(row for row in fitted.front_ if row.id == fitted._fitted.model.id)
    assert member.valid_accuracy == max(row.valid_accuracy for row in fitted.front_)
    order = np.random.default_rng(0).permutation(90)
    assert words(SOPClassifier(**settings).fit(x[order], np.array(labels)[order])) == words(fitted)


def test_seconds_end_a_fit_after_its_first_generation() -> None:
    rows, labels = people()
    begin = time.monotonic()
    fitted = SOPClassifier(generations=100_000, max_seconds=0.001).fit(as_array(rows), labels)
    assert fitted.n_generations_ == 1
    assert fitted.front_
    assert time.monotonic() > begin


def test_workers_do_not_change_a_model(quick: dict[str, Any]) -> None:
    rows, labels = people()
    one = SOPClassifier(**quick).fit(as_array(rows), labels)
    assert words(one) == words(SOPClassifier(**quick, n_jobs=2).fit(as_array(rows), labels))


def test_a_fit_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: dict[str, Any]) -> None:
    monkeypatch.chdir(tmp_path)
    rows, labels = people(60)
    SOPClassifier(**quick).fit(as_array(rows), labels)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"max_terms": 0}, "max_terms must be a whole number from 1"),
        ({"generations": 2.5}, "generations"),
        ({"max_seconds": -1}, "max_seconds must be a number > 0"),
        ({"selection": "luck"}, "selection must be one of auto, price, cross_validation, holdout, error"),
        ({"selection": "cross_validation", "max_literals": 3}, "cannot keep"),
        ({"selection": "cross_validation", "price": 1.0}, "price is only used by selection='price' and 'auto'"),
        ({"selection": "holdout", "price": 1.0}, "got selection='holdout'"),
        ({"selection": "error", "price": 1.0}, "got selection='error'"),
        ({"selection": "holdout", "validation_fraction": 1.0}, "validation_fraction must be a number between 0 and 1"),
        ({"selection": "holdout", "validation_fraction": 1e-3}, "holds no row out"),
        ({"metric": "auc"}, "metric must be one of accuracy"),
        ({"metric": "f1", "class_weight": "balanced"}, "class_weight weighs accuracy"),
        ({"side": "left"}, "side must be one of auto"),
        ({"random_state": -1}, "random_state"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"class_weight": {"no": -1}}, "class_weight"),
        ({"class_weight": "heavy"}, "class_weight"),
        ({"forbidden_features": "age"}, "forbidden_features must list"),
        ({"forbidden_features": ["agee"]}, "no column 'agee'"),
        ({"forbidden_features": [0, 1, 2, 3]}, "leaves no column"),
        ({"monotone_features": {0: 2}}, "1 or -1"),
        ({"monotone_features": {2: 1}}, "holds categories"),
    ],
)
def test_a_wrong_parameter_is_named_when_the_fit_begins(parameters: dict[str, Any], said: str) -> None:
    rows, labels = people(60)
    with pytest.raises(ValueError, match=said):
        SOPClassifier(**parameters).fit(as_array(rows), labels)
