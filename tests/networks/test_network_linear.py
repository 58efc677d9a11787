"""Linear thresholds and votes, beside scikit-learn's logistic regression."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.linear import linear_unit, linear_votes
from fitness.networks.target import Target
from genomes.networks.network import Head
from genomes.networks.units import MOST_WEIGHT
from tests.networks.targets import coins, pool_of, target_of, values

datasets = pytest.importorskip("sklearn.datasets")
linear_model = pytest.importorskip("sklearn.linear_model")


def thermometer(columns: NDArray[np.float64]) -> NDArray[np.bool_]:
    cuts = (np.unique(np.quantile(column, np.linspace(0.1, 0.9, 8))) for column in columns.T)
    return np.concatenate([column[:, None] <= cut for column, cut in zip(columns.T, cuts, strict=True)], axis=1)


def test_a_threshold_function_is_found_with_its_weights() -> None:
    rng = np.random.default_rng(0)
    rows = coins(rng, 4000, 10)
    wanted = rows[:, :5] @ np.array([5, -3, 2, 2, -2]) >= 3
    pool = pool_of(rows)
    literal = linear_unit(pool, target_of(wanted, 2500))
    assert (values(pool, literal) == wanted)[2500:].mean() > 0.995
    unit = pool.network([Head.of(literal)]).units[-1]
    assert {read >> 1 for read in unit.literals} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", ["breast_cancer", "wine"])
def test_tables_are_as_well_predicted_as_by_logistic_regression(name: str) -> None:
    data = getattr(datasets, f"load_{name}")()
    order = np.random.default_rng(1).permutation(len(data.target))
    rows, labels = thermometer(data.data)[order], data.target[order]
    known = len(labels) * 2 // 3
    theirs = (
        linear_model.LogisticRegression(max_iter=500)
        .fit(rows[:known], labels[:known])
        .score(rows[known:], labels[known:])
    )
    predicted = classes(pool_of(rows), [target_of(labels == c, known) for c in range(labels.max() + 1)])
    assert (predicted == labels)[known:].mean() >= theirs - 0.02


def classes(pool: Pool, targets: list[Target]) -> NDArray[np.intp]:
    if len(targets) == 2:
        return values(pool, linear_unit(pool, targets[1])).astype(np.intp)
    heads = linear_votes(pool, targets)
    assert all(0 < weight <= MOST_WEIGHT for head in heads for _, weight in head.votes)
    scores = [
        head.bias + sum((weight * values(pool, literal).astype(int) for literal, weight in head.votes), np.zeros(1))
        for head in heads
    ]
    return np.asarray(np.argmax(np.stack(scores), axis=0))


def test_weights_of_rows_count_and_few_rows_are_no_trouble() -> None:
    rng = np.random.default_rng(3)
    rows = coins(rng, 1200, 6)
    wanted = rows[:, :3].sum(axis=1) >= 2
    heavy = np.arange(1200) % 3 == 0
    weights = np.where(heavy, 1 << 20, 1 << 12).astype(np.int64)
    pool = pool_of(rows)
    labels = np.where(heavy, wanted, ~wanted)
    assert np.array_equal(values(pool, linear_unit(pool, target_of(labels, 1200, weights))), wanted)
    small = pool_of(rows[:30])
    assert linear_unit(small, target_of(np.ones(30, dtype=bool), 30)) == 1
    alone = target_of(wanted[:30], 30)
    alone = Target(alone.wanted, alone.weights, np.arange(30), np.arange(0))
    assert (values(small, linear_unit(small, alone)) == wanted[:30]).mean() > 0.9
