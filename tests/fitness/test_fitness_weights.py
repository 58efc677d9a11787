"""Weighted rows against repeated ones, prices of errors, and how weights are put into units."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace

import numpy as np
import pytest

from fitness.data.dataset import TaskKind
from fitness.data.row_weights import RowWeights, in_units, levelled, most_levels
from fitness.evaluation.error_prices import ErrorPrices
from fitness.evaluation.evaluator import Evaluator
from genomes.two_level.spec import Kind
from tests.kits.tables import batch_of, labelled, random_terms


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "multioutput"])
@pytest.mark.parametrize("n_rows", [1, 65, 300])
def test_weighted_rows_count_as_repeated_ones(kind: Kind, task: TaskKind, n_rows: int) -> None:
    rng = random.Random(n_rows)
    table = labelled(rng, task, 5, n_rows)
    units = np.array([rng.choice([1, 2, 9, 64]) for _ in range(n_rows)])
    plain = table.split()
    weighted = Evaluator.of(table.task, kind, replace(plain, weights=RowWeights(units, 1.0)))
    repeated = Evaluator.of(table.task, kind, plain.take(np.repeat(np.arange(n_rows), units)))
    genomes = [random_terms(rng, 5, table.task.n_covers, most) for most in (0, 1, 3, 9)]
    batch, _ = batch_of(kind, genomes, 5, votes=task == "multiclass")
    expected = repeated.packed_confusion(batch).tolist()
    assert weighted.packed_confusion(batch).tolist() == weighted.compiled_confusion(batch).tolist() == expected
    assert pickle.loads(pickle.dumps(weighted)).confusion(batch).tolist() == expected
    assert weighted.masses.tolist() == repeated.masses.tolist()
    assert (weighted.row_errors(batch) == Evaluator.of(table.task, kind, plain).row_errors(batch)).all()


def test_an_error_costs_one_without_weights_and_by_its_class_with_them() -> None:
    plain = ErrorPrices.of(np.array([70, 30]), np.ones(2), 1.0)
    assert (plain.n_errors, plain.of_class.tolist(), plain.literal(2.0, 0)) == (100.0, [1.0, 1.0], 2.0)
    weights = np.array([1.0, 9.0])
    weighted = ErrorPrices.of(np.array([90, 10]), weights, 1.0)
    every = np.repeat(weights, [90, 10])
    assert weighted.n_errors == pytest.approx(every.sum() ** 2 / (every**2).sum())
    assert (weighted.of_class * [90, 10]).sum() == pytest.approx(weighted.n_errors)
    assert weighted.literal(2.0, 1) == pytest.approx(2.0 / 9 * weighted.literal(2.0, 0) / 2.0)
    assert ErrorPrices.of(np.array([70, 30]) * 8, np.ones(2), 8.0).n_errors == 100.0
    assert ErrorPrices.of(np.array([70, 30]), np.zeros(2), 1.0).literal(2.0, 1) == 2.0


@pytest.mark.parametrize("n_rows", [50, 3000, 60_000])
def test_levels_are_few_and_near_and_keep_the_sum(n_rows: int) -> None:
    weights = np.random.RandomState(1).exponential(size=n_rows)
    weights[0] = 10.0**9
    levels = levelled(weights)
    assert len(np.unique(levels)) <= most_levels(n_rows)
    assert levels.sum() == pytest.approx(weights.sum(), rel=1e-12) and levels[0] == weights[0]
    assert np.abs(np.log(levels / weights)).max() < (1e-9 if n_rows <= 64 else 0.3)
    few = weights.round(1)[weights > 0.05]
    assert len(np.unique(few)) > 64 or (levelled(few) == few).all()


def test_units_are_the_counts_themselves_or_fine_shares_of_the_sum() -> None:
    units, one = in_units(np.array([3.0, 5.0]), 1.0, counts=True)
    assert (units.tolist(), one) == ([3, 5], 1.0)
    units, one = in_units(np.array([0.1, 0.7, 1e-30]), 0.4, counts=False)
    assert units[1] / units[0] == pytest.approx(7, rel=1e-10) and units[2] == 0
    assert one / units[0] == pytest.approx(4, rel=1e-10)
