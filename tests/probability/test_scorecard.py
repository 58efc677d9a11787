"""Scorecards of a front: totals added up by hand, what they predict, and how they are made."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn", minversion="1.6")

from evo import BooleanNetworkClassifier, POSClassifier, SOPClassifier
from genomes.bits import unpack
from tests.kits.people import as_array, people

QUICK: dict[str, Any] = {"generations": 3, "thresholds": 5}


def by_hand(card: Any, holds: Any, row: int) -> list[float]:
    """Probabilities of one row, in plain Python; holds: bool[bits, rows]."""
    totals = list(card.base)
    for term, points in zip(card.terms, card.points, strict=True):
        if all(holds[abs(literal) - 1][row] == (literal > 0) for literal in term):
            totals = [total + more for total, more in zip(totals, points, strict=True)]
    odds = [2 ** (total / 10) for total in ([0, *totals] if len(totals) == 1 else totals)]
    return [one / sum(odds) for one in odds]


@pytest.mark.parametrize("classes", [("no", "yes"), ("low", "mid", "top")])
@pytest.mark.parametrize("kind", [SOPClassifier, POSClassifier, BooleanNetworkClassifier])
def test_probabilities_are_totals_of_points_led_by_the_formula(kind: Any, classes: Any) -> None:
    rows, labels = people(classes=classes)
    x = as_array(rows)
    fitted = kind(**QUICK).fit(x, labels)
    split = fitted._read(x)[1]
    holds, card = unpack(split.inputs, split.n_rows), fitted._fitted.scorecard
    found, codes = fitted.predict_proba(x), fitted._fitted.codes(split)
    followed = 0
    for row, chances in enumerate(found.tolist()):
        expected = by_hand(card, holds, row)
        assert card.chances(split)[row].tolist() == pytest.approx(expected) if row < 20 else True
        if max(expected) == expected[codes[row]] and expected.count(max(expected)) == 1:
            assert chances == pytest.approx(expected, abs=3e-6)
            followed += 1
    assert followed > len(rows) / 2
    assert (fitted.classes_[found.argmax(axis=1)] == fitted.predict(x)).all()


def test_points_of_one_column_are_its_log_odds() -> None:
    x = [["a"]] * 4000 + [["b"]] * 4000
    y = [0] * 1000 + [1] * 3000 + [0] * 3200 + [1] * 800
    fitted = SOPClassifier(**QUICK).fit(x, y)
    (points,) = {abs(points[0]) for points in fitted._fitted.scorecard.points}
    assert points == pytest.approx(10 * math.log2(12), abs=1)
    assert fitted.predict_proba([["a"], ["b"]])[:, 1] == pytest.approx([0.75, 0.2], abs=0.02)


def test_probabilities_of_the_front_rank_and_score_better_than_those_of_the_formula() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(800, 4))
    y = (x[:, 0] + x[:, 1] - x[:, 2] + rng.logistic(size=800) > 0).astype(int)
    scores = {}
    for probability in ("front", "formula"):
        chances = SOPClassifier(generations=3, probability=probability).fit(x[:400], y[:400]).predict_proba(x[400:])
        truth, told = y[400:], chances[:, 1]
        scores[probability] = metrics.roc_auc_score(truth, told), metrics.brier_score_loss(truth, told)
    assert scores["front"][0] > scores["formula"][0] + 0.05 and scores["front"][1] < scores["formula"][1]


def test_points_keep_to_the_directions_of_columns() -> None:
    rng = np.random.default_rng(2)
    x = rng.integers(0, 12, size=(300, 3)).astype(float)
    y = (x[:, 0] - x[:, 1] + 4 * np.sin(x[:, 0]) + 3 * rng.logistic(size=300) > 0).astype(int)
    fitted = SOPClassifier(**QUICK, monotone_features={0: 1, 1: -1}).fit(x, y)
    free = SOPClassifier(**QUICK).fit(x, y)
    probe = rng.integers(0, 12, size=(200, 3)).astype(float)

    def told(one: Any, value: float) -> Any:
        return one.scorecard_.predict_proba(np.column_stack([np.full(200, value), probe[:, 1:]]))[:, 1]

    by_value = np.array([told(fitted, value) for value in range(12)])
    assert (np.diff(by_value, axis=0) >= -1e-12).all() and np.ptp(by_value, axis=0).max() > 0.1
    assert (np.diff([told(free, value) for value in range(12)], axis=0) < 0).any()


def test_labels_without_pattern_give_their_shares() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(400, 3)), np.repeat([0, 0, 0, 1], 100)
    with pytest.warns(UserWarning, match="predicts '0' for every row"):
        fitted = SOPClassifier(**QUICK, price=30.0).fit(x, y)
    assert np.allclose(fitted.predict_proba(x).mean(axis=0), [0.75, 0.25], atol=0.02)


def test_a_source_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="probability must be one of front, formula, got 'fronts'"):
        SOPClassifier(probability="fronts").fit([[0], [1]], [0, 1])
