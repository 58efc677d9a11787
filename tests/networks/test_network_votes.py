"""Votes of fringe trees and of boosted trees beside slow ones in plain Python, and within limits of gates."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits, load_iris
from sklearn.tree import DecisionTreeClassifier

from fitness.networks.pool import Pool
from fitness.networks.proposals.boosting import Boosting, boost, boost_classes
from fitness.networks.proposals.votes import class_votes, majority, members, most_that_fit, vote
from fitness.networks.target import Target
from genomes.bits import pack, unpack
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace, check_network
from tests.kits.network_cases import decision

Bools = NDArray[np.bool_]


def pool_of(rows: Bools) -> Pool:
    return Pool(pack(np.ascontiguousarray(rows.T)), len(rows))


def said(pool: Pool, literal: int) -> Bools:
    return np.asarray(unpack(pool.column(literal)[None], pool.n_rows)[0])


def noisy(seed: int, n_rows: int, n: int) -> tuple[Bools, Target]:
    rng = np.random.default_rng(seed)
    rows = rng.random((n_rows, n)) < 0.5
    wanted = (rows[:, :5].sum(axis=1) > 2) ^ (rng.random(n_rows) < 0.15)
    at = np.arange(n_rows)
    return rows, Target(wanted, rng.integers(1, 4, n_rows), at[: n_rows * 2 // 3], at[n_rows * 2 // 3 :])


def step(rows: Bools, g: list[int], h: list[int], at: list[int], deepest: int, ridge: int) -> dict[int, int]:
    """The vote of a boosted tree for each of the rows `at`, by the definition of Newton's gain."""
    total, curved = sum(g[r] for r in at), sum(h[r] for r in at)
    best, found = total * total / (curved + ridge), None
    for s in range(rows.shape[1] if deepest else 0):
        there = [r for r in at if rows[r, s]]
        p, q = sum(g[r] for r in there), sum(h[r] for r in there)
        gain = p * p / (q + ridge) + (total - p) * (total - p) / (curved - q + ridge)
        if min(q, curved - q) >= ridge and gain > best:
            best, found = gain, s
    if found is None:
        return dict.fromkeys(at, 1 if total > 0 else -1)
    sides = [[r for r in at if bool(rows[r, found]) == value] for value in (False, True)]
    return {r: v for side in sides for r, v in step(rows, g, h, side, deepest - 1, ridge).items()}


def slowly(rows: Bools, target: Target, how: Boosting) -> list[int]:
    """Margins after all rounds: probabilities to 15 places, one row after the other."""
    at, weights, one = range(len(rows)), target.weights.tolist(), 1 << 15
    true = sum(w for w, wanted in zip(weights, target.wanted, strict=True) if wanted)
    margins = [round(how.step * math.log(true / (sum(weights) - true)))] * len(rows)
    for _ in range(how.trees):
        chances = [round(one / (1 + math.exp(-abs(margin) / how.step))) for margin in margins]
        chances = [one - p if margin < 0 else p for p, margin in zip(chances, margins, strict=True)]
        g = [weights[r] * (one * int(target.wanted[r]) - chances[r]) for r in at]
        h = [weights[r] * (chances[r] * (one - chances[r]) >> 15) for r in at]
        votes = step(rows, g, h, list(at), how.deepest, one)
        margins = [margins[r] + votes[r] for r in at]
    return margins


@pytest.mark.parametrize("seed", range(4))
def test_boosted_trees_are_those_of_the_definition(seed: int) -> None:
    rows, target = noisy(seed, 150, 7)
    how = Boosting(trees=12, deepest=1 + seed, step=2 + seed)
    pool = pool_of(rows)
    found = boost(pool, target, NetworkSpace(7, 1, gate_limit=10**6), how=how)
    assert np.array_equal(said(pool, found), np.array(slowly(rows, target, how)) > 0)


def test_a_row_that_weighs_more_is_as_many_rows() -> None:
    rows, target = noisy(11, 300, 8)
    copies = np.repeat(np.arange(300), target.weights)
    n_grow = int(target.weights[target.grow].sum())
    again = Target(
        target.wanted[copies], np.ones(len(copies), dtype=np.int64), np.arange(n_grow), np.arange(n_grow, len(copies))
    )
    for how in (Boosting(trees=20), Boosting(trees=60, patience=5)):
        columns = []
        for of, at in ((rows, target), (rows[copies], again)):
            pool = pool_of(of)
            columns.append(said(pool, boost(pool, at, NetworkSpace(8, 1), how=how)))
        assert np.array_equal(columns[0][copies], columns[1])


def test_patience_keeps_the_rounds_that_judges_like() -> None:
    rng = np.random.default_rng(2)
    rows = rng.random((400, 10)) < 0.5
    at = np.arange(400)
    target = Target(rng.random(400) < 0.3, np.ones(400, dtype=np.int64), at[:200], at[200:])
    pool = pool_of(rows)
    patient = boost(pool, target, NetworkSpace(10, 1), how=Boosting(patience=5))
    assert target.accuracy(pool.column(patient), target.prune) > 0.67  # labels are coin flips: 0.3 of them true
    fitted = boost(pool, target, NetworkSpace(10, 1), how=Boosting(patience=1000))
    assert fitted == patient


def test_votes_keep_the_limits_and_take_what_fits() -> None:
    rows, target = noisy(4, 800, 12)
    pool, space = pool_of(rows), NetworkSpace(12, 1)

    def cost(literal: int) -> tuple[int, int]:
        return gates_and_depth(pool.network([Head.of(literal)]), space)

    voters = [m.literal for m in members(pool, target, np.random.default_rng(0), 5)]
    costs = [cost(majority(pool, voters[:k])) for k in (1, 3, 5)]
    assert costs == sorted(costs)
    for limit, k in ((costs[1][0], 3), (costs[1][0] - 1, 1), (costs[2][0], 5), (1, 1)):
        assert most_that_fit(pool, voters, replace(space, gate_limit=limit)) == majority(pool, voters[:k])
    assert cost(boost(pool, target, replace(space, gate_limit=300)))[0] <= 300
    assert cost(boost(pool, target, replace(space, depth_limit=25)))[1] <= 25
    counted = np.sum([said(pool, literal) for literal in voters], axis=0) > 2
    assert np.array_equal(said(pool, majority(pool, voters)), counted)


def test_members_are_better_together() -> None:
    rng = np.random.default_rng(8)
    rows = rng.random((2400, 14)) < 0.5
    wanted = np.asarray(rows[:, :9].sum(axis=1) > 4)
    at = np.arange(1200)
    target = Target(wanted ^ (rng.random(2400) < 0.1), np.ones(2400, dtype=np.int64), at[:700], at[700:])
    pool, fresh = pool_of(rows), np.arange(1200, 2400)
    alone = [m.literal for m in members(pool, target, np.random.default_rng(1), 7)]
    together = vote(pool, target, np.random.default_rng(1), NetworkSpace(14, 1), n=7)
    boosted = boost(pool, target, NetworkSpace(14, 1), how=Boosting(deepest=2))
    right = [(said(pool, literal) == wanted)[fresh].sum() / 1200 for literal in (together, boosted, *alone)]
    assert min(right[:2]) > sum(right[2:]) / 7 + 0.02


def thermometer(values: NDArray[np.float64]) -> Bools:
    cuts = [np.unique(np.quantile(column, np.linspace(0.05, 0.95, 10))) for column in values.T]
    return np.stack([values[:, c] > cut for c, at in enumerate(cuts) for cut in at], axis=1)


def of_classes(labels: NDArray[np.int64], grow: NDArray[np.intp], prune: NDArray[np.intp]) -> list[Target]:
    ones = np.ones(len(labels), dtype=np.int64)
    return [Target(labels == c, ones, grow, prune) for c in range(labels.max() + 1)]


def elected(pool: Pool, heads: list[Head], space: NetworkSpace) -> NDArray[np.int64]:
    scores = np.stack(
        [h.bias + sum((weight * said(pool, of) for of, weight in h.votes), np.zeros(pool.n_rows)) for h in heads]
    )
    order = list(space.prior)
    return np.array(order)[scores[order].argmax(axis=0)]


def test_boosted_classes_are_far_above_one_tree() -> None:
    values, labels = load_digits(return_X_y=True)
    rows, at = thermometer(values[:700]), np.random.default_rng(0).permutation(700)
    labels, seen, fresh = labels[:700], np.sort(at[:450]), np.sort(at[450:])
    space, pool = NetworkSpace(rows.shape[1], 10, tuple(range(10)), gate_limit=60_000), pool_of(rows)
    heads = boost_classes(pool, of_classes(labels, seen, seen[:0]), space, how=Boosting(trees=40, deepest=3, step=3))
    right = (elected(pool, heads, space) == labels)[fresh].sum() / len(fresh)
    theirs = DecisionTreeClassifier(random_state=0).fit(rows[seen], labels[seen])
    assert right >= theirs.score(rows[fresh], labels[fresh]) + 0.12
    small = boost_classes(
        pool, of_classes(labels, seen, seen[:0]), replace(space, gate_limit=3000), how=Boosting(trees=8, deepest=3)
    )
    assert 0 < gates_and_depth(pool.network(small), space)[0] <= 3000


def test_class_votes_elect_as_their_network_does() -> None:
    values, labels = load_iris(return_X_y=True)
    rows = thermometer(values)
    at = np.random.default_rng(6).permutation(150)
    space, pool = NetworkSpace(rows.shape[1], 3, (2, 0, 1)), pool_of(rows)
    targets = of_classes(labels, np.sort(at[:70]), np.sort(at[70:100]))
    for heads in (
        class_votes(pool, targets, np.random.default_rng(0), space),
        boost_classes(pool, targets, space, how=Boosting(trees=20, deepest=2)),
        boost_classes(pool, targets, space, how=Boosting(deepest=2, patience=3)),
    ):
        network = pool.network(heads)
        check_network(network, space)
        winners = elected(pool, heads, space)
        assert [decision(network, space, row)[0] for row in rows[:150:7].tolist()] == winners[::7].tolist()
        assert (winners == labels)[np.sort(at[100:])].sum() >= 44


@pytest.mark.parametrize("patience", [None, 3])
def test_few_rows_and_one_class_never_fail(patience: int | None) -> None:
    rows = np.array(list(product((False, True), repeat=3)))
    nothing, all_rows, ones = np.arange(0), np.arange(8), np.ones(8, dtype=np.int64)
    space, votes = NetworkSpace(3, 1), NetworkSpace(3, 3, (1, 0, 2))
    how, rng = Boosting(patience=patience, least=0.1), np.random.default_rng(0)
    for value in (0, 1):
        target = Target(np.full(8, bool(value)), ones, all_rows, nothing)
        assert boost(pool_of(rows), target, space, how=how) == value
        assert vote(pool_of(rows), target, rng, space) == value
    assert boost(pool_of(rows), Target(rows[:, 0], ones, nothing, nothing), space, how=how) == 0
    labels = np.array([0, 0, 2, 2, 0, 0, 2, 2])
    for grow in (nothing, all_rows):
        targets = [Target(labels == c, ones, grow, nothing) for c in range(3)]
        for propose in (
            lambda pool, targets: boost_classes(pool, targets, votes, how=how),
            lambda pool, targets: class_votes(pool, targets, rng, votes),
        ):
            pool = pool_of(rows)
            network: Network = pool.network(propose(pool, targets))
            check_network(network, votes)
            winners = [decision(network, votes, row)[0] for row in rows.tolist()]
            assert winners == labels.tolist() or not len(grow) or patience
