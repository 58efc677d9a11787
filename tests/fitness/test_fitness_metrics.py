from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, matthews_corrcoef

from fitness.objectives.metrics import METRICS

pytestmark = pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true", "ignore:A single label")

Table = list[list[int]]
Oracle = Callable[[list[int], list[int], list[float]], float]


def f1(true: list[int], predicted: list[int], n_classes: int) -> float:
    average = "binary" if n_classes == 2 else "macro"
    return float(f1_score(true, predicted, average=average, zero_division=0))


ORACLES: dict[str, Oracle] = {
    "accuracy": lambda t, p, w: accuracy_score(t, p),
    "weighted": lambda t, p, w: accuracy_score(t, p, sample_weight=[w[c] for c in t]),
    "balanced_accuracy": lambda t, p, w: balanced_accuracy_score(t, p),
    "f1": lambda t, p, w: f1(t, p, len(w)),
    "mcc": lambda t, p, w: matthews_corrcoef(t, p),
}
POOLED = ("accuracy", "weighted")


def labels(table: Table) -> tuple[list[int], list[int]]:
    """The rows behind a confusion table."""
    cells = [(t, p) for t, row in enumerate(table) for p, count in enumerate(row) for _ in range(count)]
    return [t for t, _ in cells], [p for _, p in cells]


def tables(n_classes: int) -> st.SearchStrategy[Table]:
    """Confusion tables of at least one row; empty rows and columns are common."""
    row = st.lists(st.sampled_from([0, 0, 0, 1, 2, 7]), min_size=n_classes, max_size=n_classes)
    return st.lists(row, min_size=n_classes, max_size=n_classes).filter(lambda table: any(map(any, table)))


def score(name: str, genomes: list[list[Table]], weights: list[float]) -> list[float]:
    scores = METRICS[name](np.array(genomes, dtype=np.int64), np.array(weights))
    assert scores.dtype == np.float64
    assert scores.shape == (len(genomes),)
    return scores.tolist()


def weights_of(n_classes: int) -> list[float]:
    return [0.5 + c for c in range(n_classes)]


def test_every_metric_has_an_oracle() -> None:
    assert set(ORACLES) == set(METRICS)


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("n_classes", [2, 3, 5])
@settings(max_examples=40)
@given(data=st.data())
def test_one_table_scores_as_scikit_learn_does(name: str, n_classes: int, data: st.DataObject) -> None:
    table, weights = data.draw(tables(n_classes)), weights_of(n_classes)
    assert score(name, [[table]], weights) == [pytest.approx(ORACLES[name](*labels(table), weights), abs=1e-12)]


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=25)
@given(outputs=st.lists(tables(2), min_size=2, max_size=4))
def test_several_outputs_are_pooled_or_averaged(name: str, outputs: list[Table]) -> None:
    weights = weights_of(2)
    pairs = [labels(table) for table in outputs]
    if name in POOLED:
        pooled = [[label for pair in pairs for label in pair[side]] for side in (0, 1)]
        expected = ORACLES[name](*pooled, weights)
    else:
        expected = float(np.mean([ORACLES[name](*pair, weights) for pair in pairs]))
    assert score(name, [outputs], weights) == [pytest.approx(expected, abs=1e-12)]


@pytest.mark.parametrize("name", ORACLES)
@given(genomes=st.lists(tables(3), min_size=1, max_size=5))
def test_genomes_are_scored_independently(name: str, genomes: list[Table]) -> None:
    alone = [score(name, [[table]], weights_of(3))[0] for table in genomes]
    assert score(name, [[table] for table in genomes], weights_of(3)) == alone


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_table_without_rows_scores_zero(name: str, n_classes: int) -> None:
    assert score(name, [[[[0] * n_classes] * n_classes]], weights_of(n_classes)) == [0.0]


@pytest.mark.parametrize("name", ORACLES)
def test_perfect_predictions_score_one(name: str) -> None:
    assert score(name, [[[[3, 0], [0, 4]]], [[[1, 0], [0, 9]]]], [1.0, 2.0]) == [1.0, 1.0]


@pytest.mark.parametrize("name", ORACLES)
def test_no_genomes_have_no_scores(name: str) -> None:
    assert METRICS[name](np.zeros((0, 1, 2, 2), dtype=np.int64), np.ones(2)).shape == (0,)


def test_large_counts_do_not_overflow() -> None:
    table = [[3_000_000_000, 1_000_000_000], [1_000_000_000, 3_000_000_000]]
    assert score("mcc", [[table]], [1.0, 1.0]) == [pytest.approx(0.5)]
    assert score("f1", [[table]], [1.0, 1.0]) == [pytest.approx(0.75)]
