"""Several outputs over shared terms: every move is the change of the number of wrong outputs."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.gradient import outputs
from fitness.gradient.outputs import OutputsProblem
from genomes.two_level.spec import Kind
from tests.gradient.brute import Problem, Term, fires, listed, problems
from tests.gradient.moves import Objective, check_gradient, check_prices, check_swaps

KINDS = st.sampled_from(["sop", "pos"])
Uses = list[list[bool]]


def wrong_outputs(problem: Problem, kind: Kind, terms: list[Term], uses: Uses) -> float:
    total = 0
    for o, labels in enumerate(problem.labels):
        care = problem.cares[o % len(problem.cares)]
        mine = [term for term, row in zip(terms, uses, strict=True) if row[o]]
        total += sum(
            c and fires(row, mine) != (y == (kind == "sop"))
            for row, y, c in zip(problem.rows, labels, care, strict=True)
        )
    return float(total)


def random_uses(problem: Problem, k: int) -> Uses:
    return [[problem.rng.random() < 0.6 for _ in problem.labels] for _ in range(k)]


def as_array(uses: Uses, problem: Problem) -> np.ndarray:
    return np.array(uses, dtype=bool).reshape(len(uses), len(problem.labels))


def objective_of(problem: Problem, kind: Kind, uses: Uses, extra: list[bool] | None = None) -> Objective:
    """Of a list of terms; it may have one more than `uses` says, used by the outputs `extra`."""

    def objective(terms: list[Term]) -> float:
        rows = uses if len(terms) == len(uses) else [*uses, extra or []]
        return wrong_outputs(problem, kind, terms, rows)

    return objective


@given(problems(outputs=None), KINDS)
@settings(max_examples=60, deadline=None)
def test_every_flip_and_every_toggle_changes_the_wrong_outputs_by_what_is_told(problem: Problem, kind: Kind) -> None:
    terms = problem.cover(4)
    uses = random_uses(problem, len(terms))
    found, toggles = outputs.gradient(OutputsProblem.of(problem.split, kind), listed(terms), as_array(uses, problem))
    now = wrong_outputs(problem, kind, terms, uses)

    def without(k: int) -> float:
        return wrong_outputs(problem, kind, terms[:k] + terms[k + 1 :], uses[:k] + uses[k + 1 :])

    check_gradient(problem, terms, found, objective_of(problem, kind, uses), without)
    for k in range(len(terms)):
        for o in range(len(problem.labels)):
            flipped = [[*row] for row in uses]
            flipped[k][o] = not flipped[k][o]
            assert toggles[k, o] == wrong_outputs(problem, kind, terms, flipped) - now


@given(problems(outputs=None), KINDS)
@settings(max_examples=40, deadline=None)
def test_swaps_and_new_terms_change_the_wrong_outputs_by_what_is_told(problem: Problem, kind: Kind) -> None:
    terms, candidates = [problem.term(), *problem.cover(3)], [problem.term() for _ in range(5)]
    uses, used = random_uses(problem, len(terms)), random_uses(problem, 1)[0]
    packed, plane = OutputsProblem.of(problem.split, kind), as_array(uses, problem)
    objective = objective_of(problem, kind, uses, used)
    check_swaps(problem, terms, 0, outputs.swaps(packed, listed(terms), plane, 0), objective)
    told = outputs.prices(packed, listed(terms), plane, listed(candidates), np.array(used))
    check_prices(terms, candidates, told, objective)


def test_outputs_that_do_not_care_are_not_counted() -> None:
    rows = [[False], [True]]
    problem = Problem(rows, [[True, True], [False, False]], [[True, True], [False, False]], random.Random(0))
    _, toggles = outputs.gradient(OutputsProblem.of(problem.split, "sop"), listed([[0]]), np.array([[False, False]]))
    assert toggles[0].tolist() == pytest.approx([-1, 0])
