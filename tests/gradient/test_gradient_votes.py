"""Votes: where one more or one less decides, and every move through it, against elections by counting."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.dataset import Task
from fitness.gradient import values, votes
from fitness.gradient.values import covered
from fitness.gradient.votes import VotesProblem
from fitness.kernels.gradient.votes import add_vote, take_vote
from fitness.layouts.sample_major import Layout
from genomes.bits import unpack, valid_words
from genomes.two_level.spec import Kind
from tests.gradient.brute import Problem, Term, elected, holds, listed, problems
from tests.gradient.moves import Objective, check_gradient, check_prices, check_swaps

KINDS = st.sampled_from(["sop", "pos"])
Model = list[list[Term]]


def setting(problem: Problem, kind: Kind) -> tuple[Model, VotesProblem]:
    """A model with ties, equal terms and classes without terms, and the packed problem."""
    n_classes = len(problem.labels)
    prior = list(range(n_classes))
    problem.rng.shuffle(prior)
    names = tuple(str(c) for c in range(n_classes))
    task = Task("multiclass", ("y",), names, tuple(prior))
    model = [problem.cover(4) for _ in range(n_classes)]
    return model, VotesProblem.of(problem.split, task, kind)


def objective_of(
    problem: Problem, packed: VotesProblem, model: Model, c: int, weights: list[float] | None = None
) -> Objective:
    """Cost of the wrong samples as a function of the terms of class c."""
    truth = [next(y for y, plane in enumerate(problem.labels) if plane[r]) for r in range(len(problem.rows))]

    def objective(terms: list[Term]) -> float:
        other = [*model[:c], terms, *model[c + 1 :]]
        return float(
            sum(
                1.0 if weights is None else weights[y]
                for row, y, care in zip(problem.rows, truth, problem.cares[0], strict=True)
                if care and elected(row, other, packed.prior, packed.kind) != y
            )
        )

    return objective


def values_of(packed: VotesProblem, model: Model, c: int, weights: list[float] | None = None) -> values.Values:
    return votes.values_of_class(packed, [listed(terms) for terms in model], c, weights)


@given(problems(outputs=None, classes=True), KINDS)
@settings(max_examples=60, deadline=None)
def test_every_flip_in_one_class_is_worth_the_change_of_the_errors(problem: Problem, kind: Kind) -> None:
    model, packed = setting(problem, kind)
    for c in range(len(model)):
        found = values.gradient(packed.layout, listed(model[c]), values_of(packed, model, c))
        check_gradient(problem, model[c], found, objective_of(problem, packed, model, c))


@given(problems(outputs=None, classes=True), KINDS)
@settings(max_examples=40, deadline=None)
def test_swaps_new_terms_and_drops_are_worth_the_change_of_the_errors(problem: Problem, kind: Kind) -> None:
    model, packed = setting(problem, kind)
    c = problem.rng.randrange(len(model))
    model[c] = [problem.term(), *model[c]]
    worth, objective = values_of(packed, model, c), objective_of(problem, packed, model, c)
    check_swaps(problem, model[c], 0, values.swaps(packed.layout, listed(model[c]), 0, worth), objective)
    candidates = [problem.term() for _ in range(6)]
    check_prices(model[c], candidates, values.prices(covered(packed.layout, listed(candidates))[0], worth), objective)
    told = values.drops(covered(packed.layout, listed(model[c]))[0], worth)
    now = objective(model[c])
    assert told.tolist() == [objective(model[c][:k] + model[c][k + 1 :]) - now for k in range(len(model[c]))]


@given(problems(outputs=None, classes=True), KINDS)
@settings(max_examples=30, deadline=None)
def test_class_weights_weigh_wrong_samples_by_their_true_class(problem: Problem, kind: Kind) -> None:
    model, packed = setting(problem, kind)
    weights = [problem.rng.choice([0.0, 1.0, 2.5]) for _ in model]
    c = problem.rng.randrange(len(model))
    found = values.gradient(packed.layout, listed(model[c]), values_of(packed, model, c, weights))
    check_gradient(problem, model[c], found, objective_of(problem, packed, model, c, weights))


@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_votes_are_counted_and_can_be_added_and_taken_back(seed: int, classes: int, most: int) -> None:
    rng = random.Random(seed)
    rows = [[rng.random() < 0.5 for _ in range(4)] for _ in range(100)]
    problem = Problem(rows, [[True] * 100], [[True] * 100], rng)
    model = [[problem.term() for _ in range(rng.randint(0, most))] for _ in range(classes)]
    layout = Layout.of(problem.split.inputs, valid_words(100))
    covers = np.concatenate([covered(layout, listed(terms))[0] for terms in model])
    counted = votes.tally_votes(covers, [len(terms) for terms in model])
    assert numbers(counted, 100) == [[sum(holds(row, t) for t in terms) for row in rows] for terms in model]
    extra = problem.term()
    cover = covered(layout, listed([extra]))[0]
    before = counted.copy()
    add_vote(counted, 0, cover, 0)
    assert numbers(counted, 100)[0] == [sum(holds(row, t) for t in [*model[0], extra]) for row in rows]
    take_vote(counted, 0, cover, 0)
    assert (counted == before).all()


def numbers(counted: np.ndarray, n_rows: int) -> list[list[int]]:
    bits = unpack(counted, n_rows).astype(int)
    powers = 1 << np.arange(counted.shape[1])
    return (bits * powers[None, :, None]).sum(axis=1).tolist()
