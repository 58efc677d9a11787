"""Weights of rows and classes: what they mean, against brute force, and what they may be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import AdaBoostClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import cross_val_score
from sklearn.utils.class_weight import compute_sample_weight

import evo.estimators.fitting as fitting
from evo import BooleanNetworkClassifier, SOPClassifier
from evo.estimators.weights import typical, weighted_rows
from evo.kinds.two_level import model_selection as selection
from tests.kits.people import as_array, people

Made = tuple[np.ndarray, np.ndarray]


def cells(n_classes: int = 2, n_rows: int = 160) -> Made:
    """Rows of three bits with random labels: eight different rows, so that the best model is known."""
    rng = np.random.RandomState(7)
    return rng.randint(0, 2, (n_rows, 3)), rng.randint(0, n_classes, n_rows)


def heaviest(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> list[int]:
    """Per row the label that weighs most among its equals."""
    return [int(np.bincount(y, weights=weights * (x == row).all(axis=1)).argmax()) for row in x]


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e6])
def test_of_equal_rows_the_heaviest_label_is_learned_whatever_the_scale(kind: Any, scale: float) -> None:
    x, y = cells()
    weights = scale * np.random.RandomState(1).exponential(size=len(y))
    fitted = kind(generations=12, price=0.01).fit(x, y, sample_weight=weights)
    assert fitted.predict(x).tolist() == heaviest(x, y, weights)


def test_three_classes_vote_by_weight() -> None:
    x, y = cells(3)
    weights = np.random.RandomState(2).choice([0.25, 1.0, 40.5], len(y))
    fitted = BooleanNetworkClassifier(generations=12, price=0.01).fit(x, y, sample_weight=weights)
    assert fitted.predict(x).tolist() == heaviest(x, y, weights)


def test_the_scale_of_weights_does_not_change_the_model(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people(90)
    weights = np.random.RandomState(3).exponential(size=90)
    fits = [kind(**quick).fit(as_array(rows), labels, sample_weight=weights * c) for c in (1.0, 1e-3, 1e5)]
    assert len({fit.to_dnf() for fit in fits}) == 1
    counts = np.random.RandomState(3).randint(1, 4, 90)
    fits = [kind(**quick).fit(as_array(rows), labels, sample_weight=counts * c) for c in (1, 10**6)]
    assert len({fit.to_dnf() for fit in fits}) == 1


def test_rows_of_weight_0_are_as_if_left_out(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people(90)
    x, y = as_array(rows), np.array(labels)
    weights = np.random.RandomState(4).exponential(size=90) * np.random.RandomState(5).randint(0, 2, 90)
    kept = weights > 0
    with_zeros = kind(**quick).fit(x, y, sample_weight=weights)
    without = kind(**quick).fit(x[kept], y[kept], sample_weight=weights[kept])
    assert (with_zeros.to_dnf(), with_zeros.rules_) == (without.to_dnf(), without.rules_)


@pytest.mark.parametrize("heavy", [10**6, 10**6 + 0.5])
def test_a_row_of_a_million_decides_where_it_is_and_the_others_elsewhere(
    kind: Any, heavy: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.RandomState(0)
    x = rng.randint(0, 2, (150, 4))
    y, weights = x[:, 0] & x[:, 1], np.ones(150)
    x[0], y[0], weights[0] = [1, 1, 0, 1], 0, heavy
    seen: list[int] = []
    load = fitting.load_rows

    def counted(used: Any, codes: Any, *more: Any, **named: Any) -> Any:
        seen.append(len(codes))
        return load(used, codes, *more, **named)

    monkeypatch.setattr(fitting, "load_rows", counted)
    fitted = kind(generations=8, price=1.0).fit(x, y, sample_weight=weights)
    assert seen == [150]
    assert fitted.predict(x).tolist() == heaviest(x, y, weights)


@pytest.mark.parametrize("weights", [[-1.0] * 60, [np.nan] * 60, [np.inf] + [1] * 59, [0] * 60, [1] * 59, [[1]] * 60])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    rows, labels = people(60)
    with pytest.raises(ValueError, match="sample_weight"):
        SOPClassifier().fit(as_array(rows), labels, sample_weight=weights)


def test_many_whole_weights_are_counts_of_rows() -> None:
    counts = np.random.RandomState(6).randint(1, 200, 300)
    rows, weights = weighted_rows(counts, 300)
    assert weights is not None and rows.tolist() == list(range(300))
    assert weights.counts().sum() == pytest.approx(counts.sum())
    assert np.abs(weights.counts() / counts - 1).max() < 0.1
    few = np.random.RandomState(6).choice([1, 7, 300], 300)
    exact = weighted_rows(few, 300)[1]
    assert exact is not None and exact.counts().tolist() == few.tolist()


def test_whole_weights_of_classes_are_no_counts_of_rows() -> None:
    y = np.arange(300) % 15 == 0
    weights = np.where(y, 14, 1)
    whole, parts = (weighted_rows(weights * scale, 300, y)[1] for scale in (1, 0.37))
    assert whole is not None and parts is not None
    assert whole.counts() == pytest.approx(parts.counts())
    assert whole.counts().sum() == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    weights[0] = 15  # one of them has another weight: counts of rows, which are repeated
    assert len(weighted_rows(weights, 300, y)[0]) == weights.sum()


def test_a_typical_row_is_that_of_the_weight_unless_few_have_nearly_all_of_it() -> None:
    assert typical(np.full(50, 0.3)) == pytest.approx(0.3)
    assert typical(np.repeat([1.0, 9.0], [90, 10])) == pytest.approx((90 + 10 * 81) / (90 + 90))
    assert typical(np.array([10.0**6] + [1.0] * 149)) == 1.0
    assert typical(np.array([10.0**9, 10.0**6] + [1.0] * 149)) == 1.0


def test_probabilities_count_rows_by_their_weight(quick: dict[str, Any]) -> None:
    x, y = [["a"]] * 30 + [["b"]] * 30, [0] * 5 + [1] * 25 + [0] * 25 + [1] * 5
    weights = np.where(np.array(y) == 0, 1.5, 0.5)
    fitted = SOPClassifier(**quick, probability="formula").fit(x, y, sample_weight=weights)
    typical_row = (1.5**2 + 0.5**2) / 2
    right, wrong = 25 * 0.5 / typical_row, 5 * 1.5 / typical_row
    assert fitted.predict_proba([["a"]])[0, 1] == pytest.approx((right + 1) / (right + wrong + 2))


def test_boosted_formulas_beat_one_where_the_border_is_oblique() -> None:
    rng = np.random.RandomState(8)
    x = rng.rand(700, 4)
    y = (x.sum(axis=1) > 2).astype(int)
    one = SOPClassifier(generations=4, max_terms=2)
    boosted = AdaBoostClassifier(estimator=one, n_estimators=12, random_state=0).fit(x[:400], y[:400])
    assert len(boosted.estimators_) > 5
    assert boosted.score(x[400:], y[400:]) > one.fit(x[:400], y[:400]).score(x[400:], y[400:]) + 0.03


def rare(seed: int) -> Made:
    return make_classification(  # type: ignore[no-any-return]
        1500, 20, n_informative=6, weights=[0.93], random_state=seed
    )


def test_balanced_classes_and_rows_are_found_by_few_terms() -> None:
    x, y = rare(0)
    train, test = slice(750), slice(750, None)
    plain = SOPClassifier(generations=8).fit(x[train], y[train])
    by_class = SOPClassifier(generations=8, class_weight="balanced").fit(x[train], y[train])
    weights = compute_sample_weight("balanced", y[train])
    by_row = SOPClassifier(generations=8).fit(x[train], y[train], sample_weight=weights)
    found = [balanced_accuracy_score(y[test], fit.predict(x[test])) for fit in (plain, by_class, by_row)]
    assert min(found[1:]) > found[0] + 0.03
    assert max(len(fit.rules_) for fit in (by_class, by_row)) <= 6


@pytest.mark.parametrize("key", ["Yes", "yes ", "yess", "maybe", 1])
def test_a_key_that_names_no_class_is_refused_while_a_class_has_none(key: Any) -> None:
    rows, labels = people(40)
    with pytest.raises(ValueError, match=r"class_weight: .* is no class of y; the classes are 'no', 'yes'"):
        SOPClassifier(class_weight={key: 5, "no": 1}).fit(as_array(rows), labels)


def test_a_misspelt_key_is_told_what_was_meant() -> None:
    with pytest.raises(ValueError, match="did you mean 1"):
        SOPClassifier(class_weight={"1": 5}).fit(*cells())


def test_a_class_that_a_fold_lacks_may_have_a_weight(quick: dict[str, Any]) -> None:
    x, y = cells()
    y = np.where(np.arange(len(y)) < 3, 2, y)  # three rows of a third class lie in the first fold
    weighted = SOPClassifier(**quick, class_weight={0: 1, 1: 2, 2: 5})
    folds = [(np.arange(20, 160), np.arange(20)), (np.arange(100), np.arange(100, 160))]
    assert len(cross_val_score(weighted, x, y, cv=folds, error_score="raise")) == 2


def test_folds_price_an_error_by_the_weight_of_its_row(quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rows, labels = people(90)
    weights, seen, rule = np.where(np.arange(90) < 30, 2.5, 0.5), [], selection.chosen
    monkeypatch.setattr(selection, "chosen", lambda wrong, *more: (seen.append(wrong), rule(wrong, *more))[1])
    SOPClassifier(**quick | {"price": None}, selection="cross_validation").fit(
        as_array(rows), labels, sample_weight=weights
    )
    one = weights.mean() / (weights**2).mean()  # errors on rows of typical weight, as prices count them
    assert np.unique(seen[0]) == pytest.approx([0, 0.5 * one, 2.5 * one])
