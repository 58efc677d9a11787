"""Every move on one list of terms, as (told by the gradient, the changed list), for any objective of the list."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from fitness.gradient.values import Gradient
from tests.gradient.brute import Problem, Term, changed, opposite

Objective = Callable[[list[Term]], float]


def check_gradient(
    problem: Problem,
    terms: list[Term],
    found: Gradient,
    objective: Objective,
    without: Callable[[int], float] | None = None,
) -> None:
    """Additions, removals, negations and drops of `found` are the changes of `objective`, and the rest is NaN.

    without: the objective without term k, where a list without it does not say everything.
    """
    gone = without or (lambda k: objective(changed(terms, k, None)))
    now, n = objective(terms), problem.n
    assert found.add.shape == (len(terms), 2 * n) and found.drop.shape == (len(terms),)
    for k, term in enumerate(terms):

        def change(other: Term, k: int = k) -> float:
            return objective(changed(terms, k, other)) - now

        assert found.drop[k] == pytest.approx(gone(k) - now)
        for literal in problem.some_literals(term):
            assert found.add[k, literal] == pytest.approx(change([*term, literal]))
        for j, literal in enumerate(term):
            rest = term[:j] + term[j + 1 :]
            assert found.remove[k, j] == pytest.approx(change(rest))
            assert found.negate[k, j] == pytest.approx(change([*rest, opposite(literal, n)]))
        assert np.isnan(found.remove[k, len(term) :]).all() and np.isnan(found.negate[k, len(term) :]).all()


def check_swaps(problem: Problem, terms: list[Term], k: int, found: np.ndarray, objective: Objective) -> None:
    """float64[literals, 2n]: every exchange of a literal of term k."""
    now, term = objective(terms), terms[k]
    assert found.shape == (len(term), 2 * problem.n)
    for j in range(len(term)):
        for literal in problem.some_literals(term, 10):
            other = [*term[:j], literal, *term[j + 1 :]]
            assert found[j, literal] == pytest.approx(objective(changed(terms, k, other)) - now)


def check_prices(terms: list[Term], candidates: list[Term], found: np.ndarray, objective: Objective) -> None:
    """float64[candidates]: every new term."""
    now = objective(terms)
    assert found.tolist() == pytest.approx([objective([*terms, term]) - now for term in candidates])
