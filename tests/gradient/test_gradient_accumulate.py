"""Descent over minibatches: a pure function that never worsens, and whose steps follow the accumulators' rule."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.gradient.accumulate import Price, Steps, descend, minibatches, objective
from fitness.kernels.gradient.accumulate import accumulate_step
from genomes.streams import Role, stream
from genomes.term_lists import TermList
from tests.gradient.brute import Problem, Term, fires, listed, problems

PRICE = Price(1.0, 2.0, 0.5)


def brute_objective(problem: Problem, terms: list[Term]) -> float:
    total = 0.5 * sum(len(term) + 1 for term in terms)
    for row, label, care in zip(problem.rows, problem.labels[0], problem.cares[0], strict=True):
        if care and fires(row, terms) != label:
            total += 1.0 if label else 2.0
    return total


def terms_of(found: TermList) -> list[Term]:
    return [row[:length].tolist() for row, length in zip(found.literals, found.lengths, strict=True)]


def descended(problem: Problem, terms: list[Term], seed: int) -> tuple[TermList, float]:
    batches = minibatches(problem.split, 0, "sop", 3, stream(seed, Role.REFINEMENT))
    return descend(batches, listed(terms), PRICE, Steps(epochs=6), stream(seed, Role.REFINEMENT, 1))


@given(problems(), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_the_objective_is_told_truly_and_never_gets_worse(problem: Problem, seed: int) -> None:
    terms = problem.cover()
    batches = minibatches(problem.split, 0, "sop", 2, stream(seed, Role.REFINEMENT))
    assert objective(batches, listed(terms), PRICE) == pytest.approx(brute_objective(problem, terms))
    found, reached = descended(problem, terms, seed)
    assert reached == pytest.approx(brute_objective(problem, terms_of(found)))
    assert reached <= brute_objective(problem, terms)


def test_the_same_random_state_gives_the_same_cover() -> None:
    rng = random.Random(5)
    rows = [[rng.random() < 0.5 for _ in range(12)] for _ in range(500)]
    problem = Problem(rows, [[(row[0] and row[1]) or row[2] for row in rows]], [[True] * 500], rng)
    start = [[0, 1, 5], [2, 7]]
    first, again = descended(problem, start, 1), descended(problem, start, 1)
    assert first[0].literals.tobytes() == again[0].literals.tobytes() and first[1] == again[1]


def test_superfluous_and_missing_literals_are_repaired() -> None:
    rng = random.Random(7)
    rows = [[rng.random() < 0.5 for _ in range(10)] for _ in range(2000)]
    truth = [[0, 1, 12], [3, 14, 5]]
    problem = Problem(rows, [[fires(row, truth) for row in rows]], [[True] * 2000], rng)
    found, reached = descended(problem, [[0, 1, 12, 7], [3, 14]], 3)
    assert sorted(map(sorted, terms_of(found))) == sorted(map(sorted, truth))
    assert reached == 0.5 * 8


def step(terms: list[Term], n: int, changes: dict[str, list], momentum: np.ndarray, beta: float, **scales: float):
    """One step on a cover whose gradient is 0 but for `changes`; returns (terms, momentum, leaving, alive, flips)."""
    packed, k = listed(terms), len(terms)
    arrays = {
        "add": np.zeros((k, 2 * n)),
        "remove": np.zeros((k, 32)),
        "negate": np.zeros((k, 32)),
        "drop": np.zeros(k),
    }
    for name, entries in changes.items():
        for *place, value in entries:
            arrays[name][tuple(place)] = value
    leaving, alive = np.zeros(k), np.ones(k, dtype=bool)
    flips = accumulate_step(
        packed.literals, packed.lengths, *arrays.values(), scales.get("scale", 1.0), scales.get("eta", 1.0),
        scales.get("lam", 0.0), beta, momentum, leaving, alive,
    )  # fmt: skip
    return terms_of(packed), momentum, leaving, alive, flips


def test_accumulators_decay_and_gain_eta_times_the_scaled_change_and_the_price() -> None:
    momentum = np.full((1, 6), 0.5)
    changes = {"add": [(0, 1, 0.125)], "remove": [(0, 0, -0.25)], "negate": [(0, 0, 0.375)]}
    terms, after, leaving, _, flips = step([[0]], 3, changes, momentum, 0.5, scale=2.0, eta=0.5, lam=0.25)
    assert (terms, flips) == ([[0]], 0)
    plain = 0.25 - 0.5 * 0.25  # a literal more costs lam
    assert after[0].tolist() == [0.25 + 0.5 * (2 * 0.25 + 0.25), plain - 0.125, plain, 0.25 - 0.375, plain, plain]
    assert leaving.tolist() == [0.5 * 0.25 * 2]


def test_a_bit_flips_at_one_and_its_accumulator_starts_again() -> None:
    changes = {"add": [(0, 1, -1.0)], "remove": [(0, 0, -1.5)]}
    terms, after, _, _, flips = step([[0, 5]], 3, changes, np.zeros((1, 6)), 1.0)
    assert (sorted(terms[0]), flips) == ([1, 5], 2)
    assert after.tolist() == [[0.0] * 6]


def test_a_complement_takes_the_place_of_the_literal() -> None:
    terms, _, _, _, flips = step([[0, 2]], 3, {"negate": [(0, 0, -2.0)]}, np.zeros((1, 6)), 1.0)
    assert (terms, flips) == ([[3, 2]], 1)


def test_a_term_whose_drop_has_gained_enough_is_marked_and_left_alone() -> None:
    changes = {"drop": [(1, -1.0)], "add": [(1, 1, -5.0)]}
    terms, _, _, alive, flips = step([[0], [2]], 3, changes, np.zeros((2, 6)), 1.0)
    assert (terms, alive.tolist(), flips) == ([[0], [2]], [True, False], 2)


def test_batches_hold_every_row_once() -> None:
    rng = random.Random(1)
    rows = [[rng.random() < 0.5 for _ in range(3)] for _ in range(100)]
    problem = Problem(rows, [[row[0] for row in rows]], [[True] * 100], rng)
    batches = minibatches(problem.split, 0, "sop", 7, stream(1, Role.REFINEMENT))
    sizes = [int(np.bitwise_count(batch.layout.valid).sum()) for batch in batches]
    assert sum(sizes) == 100 and max(sizes) - min(sizes) <= 1
    assert sum(int(np.bitwise_count(batch.wanted).sum()) for batch in batches) == sum(row[0] for row in rows)
