from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import DataError
from fitness.masks.subset_sum import block_search, solve, sums_of, theory_error
from tests.masks.cases import rng_of


def nearest(values: np.ndarray, target: np.ndarray) -> float:
    """Smallest largest-coordinate distance over all subsets."""
    rows = [values[np.array(bits, bool)].sum(axis=0) for bits in product((0, 1), repeat=len(values))]
    return min(float(np.max(np.abs(row - target))) for row in rows)


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_the_closest_subset_of_numbers_is_found(seed: int, n: int) -> None:
    rng = rng_of(seed)
    values, target = rng.uniform(-1, 1, n), rng.uniform(-0.5, 0.5)
    found = solve(values, target)
    assert found.error == pytest.approx(nearest(values, np.array(target)), abs=1e-12)
    assert abs(values[found.chosen].sum() - target) == found.error


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 4))
def test_the_closest_subset_of_vectors_is_found(seed: int, n: int, d: int) -> None:
    rng = rng_of(seed)
    values, target = rng.uniform(-1, 1, (n, d)), rng.uniform(-0.5, 0.5, d)
    assert solve(values, target).error == pytest.approx(nearest(values, target), abs=1e-12)


@given(st.integers(0, 10_000), st.integers(0, 8))
def test_subset_sums_come_sorted_with_their_subsets(seed: int, n: int) -> None:
    values = rng_of(seed).integers(-3, 4, n).astype(float)
    sums, subsets = sums_of(values)
    assert sums.tolist() == sorted(sums.tolist())
    assert sorted(subsets.tolist()) == list(range(1 << n))
    assert sums.tolist() == [sum(values[i] for i in range(n) if subset >> i & 1) for subset in subsets.tolist()]


def test_blocks_never_make_it_worse_and_get_far_below_chance() -> None:
    values = rng_of(0).uniform(-1, 1, 50)
    errors = [block_search(values, 0.3, rng_of(1), steps, 14).error for steps in (0, 1, 5, 20)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-4


def test_one_block_of_everything_is_exact() -> None:
    values = rng_of(0).uniform(-1, 1, 10)
    assert block_search(values, 0.3, rng_of(1), 1, 10).error == pytest.approx(nearest(values, np.array(0.3)), abs=1e-12)


def test_the_error_follows_theory_within_a_factor_of_three() -> None:
    found = [solve(rng_of(seed).uniform(-1, 1, 16), 0.1).error for seed in range(60)]
    assert 1 / 3 < float(np.median(found)) / theory_error(16) < 3


@pytest.mark.parametrize(
    ("values", "target", "message"),
    [
        (np.zeros(0), 0.0, "a subset sum takes 1 to 48 numbers or vectors, got shape [0]"),
        (np.zeros(49), 0.0, "a subset sum takes 1 to 48 numbers or vectors, got shape [49]"),
        (np.zeros((3, 2)), 0.0, "expected finite numbers and a finite target of shape [2]"),
        (np.array([np.inf]), 0.0, "expected finite numbers and a finite target of shape []"),
    ],
)
def test_numbers_that_have_no_subset_sum_are_one_clear_line(values: np.ndarray, target: float, message: str) -> None:
    with pytest.raises(DataError) as caught:
        solve(values, target)
    assert str(caught.value) == message
