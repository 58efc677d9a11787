"""The gradient of one output is the change of the objective, move by move, against lists of Booleans."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.gradient import values
from fitness.gradient.cover import CoverProblem, gradient, prices, swaps, weighted_values
from fitness.gradient.values import Costs, covered
from genomes.two_level.spec import Kind
from tests.gradient.brute import Problem, Term, fires, listed, problems
from tests.gradient.moves import Objective, check_gradient, check_prices, check_swaps

KINDS = st.sampled_from(["sop", "pos"])
WEIGHTS = st.sampled_from([(1.0, 1.0), (1.0, 8.0), (0.25, 3.0), (2.0, 0.0)])


def objective_of(problem: Problem, kind: Kind, miss: float = 1.0, wrong: float = 1.0) -> Objective:
    """miss * (wanted samples not covered) + wrong * (unwanted ones covered), of the complement for pos."""

    def objective(terms: list[Term]) -> float:
        total = 0.0
        for row, label, care in zip(problem.rows, problem.labels[0], problem.cares[0], strict=True):
            wanted, covered_now = label == (kind == "sop"), fires(row, terms)
            if care and wanted != covered_now:
                total += miss if wanted else wrong
        return total

    return objective


@given(problems(), KINDS, WEIGHTS)
@settings(max_examples=80, deadline=None)
def test_every_flip_is_worth_the_change_of_the_objective(
    problem: Problem, kind: Kind, weights: tuple[float, float]
) -> None:
    terms = problem.cover()
    found = gradient(CoverProblem.of(problem.split, 0, kind), listed(terms), *weights)
    check_gradient(problem, terms, found, objective_of(problem, kind, *weights))


@given(problems(), KINDS, WEIGHTS)
@settings(max_examples=50, deadline=None)
def test_every_swap_is_worth_the_change_of_the_objective(
    problem: Problem, kind: Kind, weights: tuple[float, float]
) -> None:
    terms = [problem.term(), *problem.cover(3)]
    found = swaps(CoverProblem.of(problem.split, 0, kind), listed(terms), 0, *weights)
    check_swaps(problem, terms, 0, found, objective_of(problem, kind, *weights))


@given(problems(), KINDS, WEIGHTS)
@settings(max_examples=50, deadline=None)
def test_a_new_term_is_worth_the_change_of_the_objective(
    problem: Problem, kind: Kind, weights: tuple[float, float]
) -> None:
    terms, candidates = problem.cover(), [problem.term() for _ in range(8)]
    found = prices(CoverProblem.of(problem.split, 0, kind), listed(terms), listed(candidates), *weights)
    check_prices(terms, candidates, found, objective_of(problem, kind, *weights))


@given(problems(), KINDS, st.sampled_from([1, 2, 9]))
@settings(max_examples=50, deadline=None)
def test_moves_under_sample_weights_are_worth_the_change_of_the_weighted_objective(
    problem: Problem, kind: Kind, most: int
) -> None:
    weights = [problem.rng.randint(0, most) for _ in problem.rows]
    terms, candidates = [problem.term(), *problem.cover(3)], [problem.term() for _ in range(5)]

    def objective(changed: list[Term]) -> float:
        labels = zip(problem.rows, problem.labels[0], strict=True)
        wrong = [fires(row, changed) != (y == (kind == "sop")) for row, y in labels]
        return float(sum(w for w, bad, care in zip(weights, wrong, problem.cares[0], strict=True) if bad and care))

    per_row = np.array(weights, dtype=np.int64)
    layout, worth = weighted_values(problem.split, 0, kind, listed(terms), per_row)
    check_gradient(problem, terms, values.gradient(layout, listed(terms), worth), objective)
    check_swaps(problem, terms, 0, values.swaps(layout, listed(terms), 0, worth), objective)
    covers, _, _ = covered(layout, listed(candidates))
    check_prices(terms, candidates, values.prices(covers, worth), objective)


@given(problems(), KINDS)
@settings(max_examples=40, deadline=None)
def test_the_fast_gradient_and_the_general_one_agree_on_all_moves(problem: Problem, kind: Kind) -> None:
    terms, packed = listed(problem.cover()), CoverProblem.of(problem.split, 0, kind)
    fast = gradient(packed, terms, 1.0, 3.0)
    general = values.gradient(packed.layout, terms, packed.values(terms, 1.0, 3.0))
    for name in ("add", "remove", "negate", "drop"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(general, name))


def problem_of(labels: list[bool]) -> Problem:
    rows = [[bool(r & 1), bool(r & 2)] for r in range(4)]
    return Problem(rows, [labels], [[True] * 4], random.Random(0))


def test_a_literal_that_is_there_changes_nothing_and_its_complement_drops_the_term() -> None:
    packed = CoverProblem.of(problem_of([False, True, True, True]).split, 0, "sop")
    found = gradient(packed, listed([[0], [1]]))
    assert found.add[0, 0] == 0
    assert found.add[0, 2] == found.drop[0] == 1


def test_an_empty_cover_has_no_moves_but_new_terms() -> None:
    packed = CoverProblem.of(problem_of([False, True, True, True]).split, 0, "sop")
    found = gradient(packed, listed([]))
    assert found.add.shape == (0, 4) and found.remove.shape[0] == 0
    assert prices(packed, listed([]), listed([[], [0], [2, 3]])).tolist() == [-2, -2, 1]


def test_the_empty_term_has_no_literal_to_remove() -> None:
    packed = CoverProblem.of(problem_of([False, True, True, True]).split, 0, "sop")
    found = gradient(packed, listed([[], [0]]))
    assert found.drop.tolist() == [0, 0]  # dropped, it misses one and no longer covers one
    assert np.isnan(found.remove[0, 0]) and np.isnan(found.negate[0, 0])


def test_a_negative_sample_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="weights must not be negative, got -1"):
        Costs.of_weights(np.array([1, -1]), np.array([3], dtype=np.uint64))
