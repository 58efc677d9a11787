"""Influences are counted on every sample, against flipping the input and evaluating again."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings

from fitness.gradient.influence import influences
from fitness.layouts.sample_major import Layout
from genomes.bits import valid_words
from tests.gradient.brute import Problem, Row, fires, listed, problems


def flipped(row: Row, i: int) -> Row:
    return [value != (j == i) for j, value in enumerate(row)]


def layout_of(problem: Problem) -> Layout:
    return Layout.of(problem.split.inputs, valid_words(len(problem.rows)))


@given(problems(outputs=None))
@settings(max_examples=60, deadline=None)
def test_the_influence_of_an_input_is_the_share_of_samples_it_changes(problem: Problem) -> None:
    covers = [problem.cover() for _ in problem.labels]
    found = influences(layout_of(problem), [listed(terms) for terms in covers])
    for terms, told in zip(covers, found, strict=True):
        values = [fires(row, terms) for row in problem.rows]
        for i in problem.rng.sample(range(problem.n), min(problem.n, 12)):
            changes = [fires(flipped(row, i), terms) != now for row, now in zip(problem.rows, values, strict=True)]
            assert told[i] == pytest.approx(sum(changes) / len(problem.rows))


@given(problems(outputs=None))
@settings(max_examples=30, deadline=None)
def test_samples_that_an_output_does_not_care_for_are_left_out(problem: Problem) -> None:
    covers = [problem.cover() for _ in problem.labels]
    found = influences(layout_of(problem), [listed(terms) for terms in covers], problem.split.care)
    for terms, told, care in zip(covers, found, problem.cares, strict=True):
        counted = [row for row, cares in zip(problem.rows, care, strict=True) if cares]
        i = problem.rng.randrange(problem.n)
        changes = sum(fires(flipped(row, i), terms) != fires(row, terms) for row in counted)
        assert told[i] == pytest.approx(changes / max(1, len(counted)))


def test_total_influence_of_parity_is_the_number_of_inputs_and_of_a_constant_nothing() -> None:
    rows = [[bool(r >> i & 1) for i in range(3)] for r in range(8)]
    problem = Problem(rows, [[True] * 8], [[True] * 8], random.Random(0))
    odd = [[i if row[i] else 3 + i for i in range(3)] for row in rows if sum(row) % 2]
    total = influences(layout_of(problem), [listed(odd), listed([]), listed([[]]), listed([[0]])]).sum(axis=1)
    assert total.tolist() == [3, 0, 0, 1]


def test_influences_on_no_sample_are_zero() -> None:
    problem = Problem([[True]], [[True]], [[False]], random.Random(0))
    assert influences(layout_of(problem), [listed([[0]])], problem.split.care).tolist() == [[0]]
