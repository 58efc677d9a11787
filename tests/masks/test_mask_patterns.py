from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from fitness.errors import DataError
from fitness.masks.n_of_m import (
    by_input_norm,
    by_magnitude,
    errors_of_rows,
    exact_steps,
    exhaustive,
    gram_of,
    patterns_of,
)
from genomes.masks.space import MaskSpace, check_mask
from tests.masks.cases import rng_of


def layer(seed: int, inputs: int, neurons: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = rng_of(seed)
    return rng.normal(size=(30, inputs)) @ rng.normal(size=(inputs, inputs)), rng.normal(size=(neurons, inputs))


def plain_error(inputs: np.ndarray, weights: np.ndarray, mask: np.ndarray) -> float:
    return float((((inputs @ (weights * mask)) - inputs @ weights) ** 2).sum())


@pytest.mark.parametrize(("n", "m"), [(1, 2), (2, 4), (1, 3)])
def test_patterns_are_all_choices_of_n_from_m(n: int, m: int) -> None:
    found = {tuple(np.flatnonzero(row).tolist()) for row in patterns_of(n, m)}
    assert found == set(combinations(range(m), n))


@pytest.mark.parametrize("seed", range(3))
def test_the_error_of_a_mask_is_that_of_the_outputs(seed: int) -> None:
    inputs, weights = layer(seed, 8)
    mask = by_magnitude(weights, MaskSpace(((3, 8),), "n_of_m"))
    expected = [plain_error(inputs, row, flags) for row, flags in zip(weights, mask, strict=True)]
    assert np.allclose(errors_of_rows(gram_of(inputs), weights, mask), expected)


@pytest.mark.parametrize(("n", "m", "inputs"), [(2, 4, 12), (1, 3, 9), (1, 2, 8), (3, 4, 8)])
def test_exhaustive_finds_the_best_of_all_masks(n: int, m: int, inputs: int) -> None:
    space = MaskSpace(((3, inputs),), "n_of_m", n, m)
    read, weights = layer(n + m, inputs)
    found = exhaustive(gram_of(read), weights, space)
    check_mask(found.ravel(), space)
    rows = patterns_of(n, m).tolist()
    for row, mask in zip(weights, found, strict=True):
        every = (np.concatenate(choice) for choice in product(rows, repeat=inputs // m))
        assert plain_error(read, row, mask) == pytest.approx(min(plain_error(read, row, other) for other in every))


@pytest.mark.parametrize("seed", range(4))
def test_exact_steps_end_where_no_two_groups_help(seed: int) -> None:
    space = MaskSpace(((2, 16),), "n_of_m", 2, 4)
    read, weights = layer(seed, 16, 2)
    gram, start = gram_of(read), by_magnitude(weights, space)
    found = exact_steps(gram, weights, start, space, rng_of(0))
    check_mask(found.ravel(), space)
    rows = patterns_of(2, 4)
    for row, mask in zip(weights, found, strict=True):
        best = plain_error(read, row, mask)
        for (g, h), (p, q) in product(combinations(range(4), 2), product(rows, repeat=2)):
            other = mask.copy()
            other[4 * g : 4 * g + 4], other[4 * h : 4 * h + 4] = p, q
            assert plain_error(read, row, other) >= best * (1 - 1e-9) - 1e-9
    single = exact_steps(gram, weights, start, space, rng_of(0), pairs=False)
    assert (errors_of_rows(gram, weights, single) <= errors_of_rows(gram, weights, start)).all()
    many = exact_steps(gram, weights, start, space, rng_of(0), 50)
    assert (errors_of_rows(gram, weights, many) <= errors_of_rows(gram, weights, found)).all()


def test_many_starts_reach_the_optimum_of_small_layers() -> None:
    space = MaskSpace(((4, 16),), "n_of_m", 2, 4)
    read, weights = layer(5, 16, 4)
    gram = gram_of(read)
    found = exact_steps(gram, weights, by_input_norm(gram, weights, space), space, rng_of(0), 100)
    best = errors_of_rows(gram, weights, exhaustive(gram, weights, space))
    assert np.allclose(errors_of_rows(gram, weights, found), best)


def test_the_input_norm_counts_like_the_weight() -> None:
    gram, space = np.diag([100.0, 1.0, 1.0, 1.0]), MaskSpace(((1, 4),), "n_of_m", 1, 4)
    assert by_input_norm(gram, np.array([[0.2, 1.0, 0.5, 0.5]]), space).tolist() == [[1, 0, 0, 0]]


@pytest.mark.parametrize(
    ("inputs", "message"), [(10, "10 inputs are no whole number of groups of 4"), (64, "6\\^16 comb")]
)
def test_layers_that_cannot_be_enumerated_are_one_clear_line(inputs: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        exhaustive(np.eye(inputs), np.ones((1, inputs)), MaskSpace(((1, inputs),), "n_of_m"))
