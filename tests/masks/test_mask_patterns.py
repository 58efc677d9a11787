from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from fitness.errors import DataError
from fitness.masks.n_of_m import exact_steps, gram_of, patterns_of
from genomes.masks.samples import n_largest
from genomes.masks.space import MaskSpace, check_mask
from tests.masks.brute import best_pattern_error, pattern_error
from tests.masks.cases import rng_of


def layer(seed: int, inputs: int, neurons: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = rng_of(seed)
    return rng.normal(size=(30, inputs)) @ rng.normal(size=(inputs, inputs)), rng.normal(size=(neurons, inputs))


def largest(weights: np.ndarray, space: MaskSpace) -> np.ndarray:
    return n_largest(np.abs(weights), space)


@pytest.mark.parametrize(("n", "m"), [(1, 2), (2, 4), (1, 3)])
def test_patterns_are_all_choices_of_n_from_m(n: int, m: int) -> None:
    patterns = {tuple(np.flatnonzero(row).tolist()) for row in patterns_of(n, m)}
    assert patterns == set(combinations(range(m), n))


@pytest.mark.parametrize("seed", range(4))
def test_exact_steps_end_where_no_two_groups_help(seed: int) -> None:
    space = MaskSpace(((2, 16),), "n_of_m", 2, 4)
    read, weights = layer(seed, 16, 2)
    gram, start = gram_of(read), largest(weights, space)
    improved = exact_steps(gram, weights, start, space, rng_of(0), 1)
    many = exact_steps(gram, weights, start, space, rng_of(0), 50)
    check_mask(improved.ravel(), space)
    rows = patterns_of(2, 4)
    for row, mask, first, after in zip(weights, improved, start, many, strict=True):
        best = pattern_error(read, row, mask)
        assert best <= pattern_error(read, row, first) and pattern_error(read, row, after) <= best
        for (g, h), (p, q) in product(combinations(range(4), 2), product(rows, repeat=2)):
            other = mask.copy()
            other[4 * g : 4 * g + 4], other[4 * h : 4 * h + 4] = p, q
            assert pattern_error(read, row, other) >= best * (1 - 1e-9) - 1e-9


@pytest.mark.parametrize(("n", "m", "inputs"), [(2, 4, 16), (1, 3, 9), (1, 2, 8), (3, 4, 8)])
def test_many_starts_reach_the_best_of_all_masks_of_small_layers(n: int, m: int, inputs: int) -> None:
    space = MaskSpace(((3, inputs),), "n_of_m", n, m)
    read, weights = layer(n + m, inputs)
    masks = exact_steps(gram_of(read), weights, largest(weights, space), space, rng_of(0), 100)
    check_mask(masks.ravel(), space)
    for row, mask in zip(weights, masks, strict=True):
        assert pattern_error(read, row, mask) == pytest.approx(best_pattern_error(read, row, n, m))


def test_layers_without_whole_groups_are_one_clear_line() -> None:
    space = MaskSpace(((1, 10),), "n_of_m", 2, 4)
    with pytest.raises(DataError, match="10 inputs are no whole number of groups of 4"):
        exact_steps(np.eye(10), np.ones((1, 10)), np.ones((1, 10), np.int8), space, rng_of(0), 1)
