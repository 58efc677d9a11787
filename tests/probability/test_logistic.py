"""Penalised logistic regression, against scikit-learn's, and its sums whatever the order of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evo.kinds.two_level.near import patterns
from evo.models.logistic import Rows, chances_of, fitted


def drawn(n: int, d: int, n_classes: int, seed: int) -> tuple[Any, Any]:
    """Columns of 0 and 1 of which neighbours are alike, and noisy classes."""
    rng = np.random.default_rng(seed)
    x = (rng.random((n, d)) < 0.3).astype(float)
    x[:, 1:] = np.where(rng.random((n, d - 1)) < 0.5, x[:, :-1], x[:, 1:])
    scores = 1.5 * x @ rng.normal(size=(d, n_classes))
    return x, (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)


@pytest.mark.parametrize(("n", "d", "n_classes", "penalty"), [(400, 12, 2, 3.0), (600, 20, 4, 1.0), (80, 30, 3, 0.2)])
def test_weights_are_those_of_scikit_learn(n: int, d: int, n_classes: int, penalty: float) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = drawn(n, d, n_classes, 1)
    weights = fitted(Rows(x, np.eye(n_classes)[y]), penalty)
    peer = linear.LogisticRegression(C=1 / penalty, tol=1e-9, max_iter=5000).fit(x, y)
    assert np.allclose(weights[:-1].T, peer.coef_, atol=0.05)
    assert np.allclose(chances_of(x @ weights[:-1] + weights[-1]), peer.predict_proba(x), atol=0.01)


def test_rows_taken_together_and_in_another_order_give_the_same_bytes() -> None:
    x, y = drawn(500, 8, 3, 2)
    order = np.random.default_rng(3).permutation(500)
    parts = [patterns(x[rows].T > 0, np.eye(3)[y[rows]]) for rows in (np.arange(500), order)]
    assert len(parts[0].ones) < 256
    assert fitted(parts[0], 1.0).tobytes() == fitted(parts[1], 1.0).tobytes()
    assert np.allclose(fitted(parts[0], 1.0), fitted(Rows(x, np.eye(3)[y]), 1.0), atol=0.02)


def test_counts_are_rows_that_come_as_often() -> None:
    x, y = drawn(200, 6, 2, 4)
    times = np.random.default_rng(5).integers(1, 4, 200)
    weighed = fitted(Rows(x, np.eye(2)[y] * times[:, None]), 1.0)
    repeated = fitted(Rows(np.repeat(x, times, axis=0), np.eye(2)[np.repeat(y, times)]), 1.0)
    assert np.allclose(weighed, repeated, atol=0.01)


@pytest.mark.parametrize("counts", [[[9.0, 0.0]], [[0.0, 0.0, 7.0]], [[3.0, 3.0]]])
def test_without_columns_the_bias_says_the_shares(counts: list[list[float]]) -> None:
    weights = fitted(Rows(np.zeros((1, 0)), np.array(counts)), 1.0)
    assert np.isfinite(weights).all()
    shares = np.array(counts) / np.sum(counts)
    assert np.allclose(chances_of(weights[-1:]), shares, atol=0.05)


def test_very_large_and_very_small_counts_have_the_same_shares() -> None:
    x, y = drawn(300, 5, 2, 6)
    counts = np.eye(2)[y]
    for scale in (2.0**20, 2.0**-20):
        assert np.allclose(fitted(Rows(x, counts * scale), scale), fitted(Rows(x, counts), 1.0), atol=1e-3)
