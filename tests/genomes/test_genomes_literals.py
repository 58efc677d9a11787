from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from genomes.errors import GenomeError
from genomes.two_level.literals import (
    clear_input,
    contradictory,
    count_literals,
    cube_from_literals,
    literal_positions,
    literals_of,
    no_cubes,
    set_literal,
    stack,
)
from tests.kits import oracle

WIDTHS = (1, 5, 63, 64, 65, 129)


def terms_over(n_inputs: int) -> list[list[int]]:
    """The empty term, the last input alone, every input, and some random terms; literals in any order."""
    rng = random.Random(n_inputs)
    inputs = list(range(1, n_inputs + 1))
    drawn = [rng.sample(inputs, rng.randint(1, n_inputs)) for _ in range(6)]
    return [[], [n_inputs], [-n_inputs], *([rng.choice([i, -i]) for i in term] for term in [inputs, *drawn])]


@pytest.mark.parametrize("n_inputs", WIDTHS)
def test_a_cube_has_one_bit_per_literal(n_inputs: int) -> None:
    for term in terms_over(n_inputs):
        assert cube_from_literals(term, n_inputs).tolist() == oracle.cube(term, n_inputs).tolist()


@pytest.mark.parametrize("n_inputs", WIDTHS)
def test_literals_come_back_ordered_by_input(n_inputs: int) -> None:
    for term in terms_over(n_inputs):
        assert literals_of(oracle.cube(term, n_inputs)) == sorted(term, key=abs)


@pytest.mark.parametrize("n_inputs", WIDTHS)
def test_positions_are_polarity_and_input(n_inputs: int) -> None:
    for term in terms_over(n_inputs):
        polarity, inputs = literal_positions(oracle.cube(term, n_inputs))
        assert {(int(p), int(i)) for p, i in zip(polarity, inputs, strict=True)} == {
            (int(literal < 0), abs(literal) - 1) for literal in term
        }


@pytest.mark.parametrize("n_inputs", WIDTHS)
def test_literals_are_counted_per_cube(n_inputs: int) -> None:
    terms = terms_over(n_inputs)
    cubes = np.stack([oracle.cube(term, n_inputs) for term in terms])
    assert count_literals(cubes).tolist() == [len(term) for term in terms]


@pytest.mark.parametrize("index", [0, 62, 63, 64, 128])
@pytest.mark.parametrize("positive", [True, False])
def test_setting_a_literal_replaces_its_opposite(index: int, positive: bool) -> None:
    literal = index + 1 if positive else -(index + 1)
    cube = oracle.cube([-literal, 5, -30], 129)
    set_literal(cube, index, positive=positive)
    assert literals_of(cube) == sorted({literal, 5, -30} - {-literal}, key=abs)


@pytest.mark.parametrize("index", [0, 62, 63, 64, 128])
def test_clearing_an_input_removes_both_polarities_of_it_alone(index: int) -> None:
    cube = oracle.cube([index + 1, -(index + 1), 5, -30], 129)
    clear_input(cube, index)
    assert literals_of(cube) == [5, -30]


@pytest.mark.parametrize("n_inputs", WIDTHS)
def test_a_cube_with_an_input_in_both_polarities_is_contradictory(n_inputs: int) -> None:
    terms = [[], [n_inputs], [-n_inputs], [n_inputs, -n_inputs]]
    cubes = np.stack([oracle.cube(term, n_inputs) for term in terms])
    assert contradictory(cubes).tolist() == [False, False, False, True]


def test_a_stack_of_no_cubes_keeps_the_width() -> None:
    assert stack([], 65).shape == no_cubes(65).shape == (0, 2, 2)
    assert stack([oracle.cube([1], 65)] * 3, 65).shape == (3, 2, 2)


@pytest.mark.parametrize("literal", [0, 4, -4, 2.0, True, "1", None, np.int64(1)])
def test_a_literal_that_is_no_input_number_is_refused(literal: Any) -> None:
    with pytest.raises(GenomeError, match=r"^a literal must be an integer from 1 to 3 or its negative, got "):
        cube_from_literals([literal], 3)


@pytest.mark.parametrize("term", [[2, 2], [2, -2], [-2, 1, 2]])
def test_an_input_named_twice_is_refused(term: list[int]) -> None:
    with pytest.raises(GenomeError, match=r"^input 2 appears twice in one term$"):
        cube_from_literals(term, 3)
