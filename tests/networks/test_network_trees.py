"""Trees and their fringe beside scikit-learn, brute force and functions that only pairs of signals tell."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from fitness.kernels.networks.trees import HIGH, LEAF, LOW, TEST
from fitness.networks.pool import Pool
from fitness.networks.proposals.fringe import fringe, member
from fitness.networks.proposals.trees import Held, Tree, grown, input_nodes, literal_of, pruned, tree
from fitness.networks.proposals.trees_within import within
from fitness.networks.target import Target
from genomes.bits import pack, unpack
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace

Bools = NDArray[np.bool_]


def pool_of(rows: Bools) -> Pool:
    return Pool(pack(np.ascontiguousarray(rows.T)), len(rows))


def said(pool: Pool, literal: int) -> Bools:
    return np.asarray(unpack(pool.column(literal)[None], pool.n_rows)[0])


def noisy(seed: int, n_rows: int, n: int, *, heavy: bool) -> tuple[Bools, Target]:
    """Random rows; what is wanted depends on some bits, with wrong labels."""
    rng = np.random.default_rng(seed)
    rows = rng.random((n_rows, n)) < rng.random(n) * 0.8 + 0.1
    wanted = (rows[:, 0] & rows[:, 1] | rows[:, 2]) ^ (rng.random(n_rows) < 0.2)
    weights = rng.integers(0, 5, n_rows) if heavy else np.ones(n_rows, dtype=np.int64)
    at = np.flatnonzero(weights)
    return rows, Target(wanted, weights, at[: len(at) * 2 // 3], at[len(at) * 2 // 3 :])


def gates(pool: Pool, literal: int) -> int:
    return gates_and_depth(pool.network([Head.of(literal)]), NetworkSpace(pool.n_inputs, 1))[0]


@pytest.mark.parametrize("heavy", [False, True])
def test_a_tree_splits_as_scikit_learns(heavy: bool) -> None:
    for seed, (deepest, least) in enumerate([(64, 1), (3, 1), (5, 8), (64, 20), (1, 1)]):
        rows, target = noisy(seed, 900, 12, heavy=heavy)
        weights = target.weights[target.grow]
        # Scikit-learn counts rows where a leaf's least size is asked for, not what they weigh: copies weigh the same.
        copies = np.repeat(target.grow, weights)
        theirs = DecisionTreeClassifier(max_depth=deepest, min_samples_leaf=least, random_state=0)
        theirs.fit(rows[copies], target.wanted[copies])
        ours = grown(Held(pool_of(rows), range(1, 13), target.grow), target, deepest, least)
        right = np.abs(ours.sums[ours.nodes[:, TEST] == LEAF]).max(axis=1).sum()
        expected = (theirs.predict(rows[copies]) == target.wanted[copies]).sum()
        if deepest < 64:  # a few tests on many rows never gain the same
            assert right == expected
            assert int((ours.nodes[:, TEST] == LEAF).sum()) == theirs.get_n_leaves()
        else:
            assert abs(right - expected) <= 0.02 * len(copies)


def smallest_wrong(full: Tree, node: int, held: Held, target: Target, at: Bools) -> tuple[int, int]:
    """(wrong, tests) of the best way to cut the subtree of `node` back, over the prune rows `at`: all ways tried."""
    there = target.weights[held.rows[at]]
    as_leaf = int(there[target.wanted[held.rows[at]] != bool(full.values[node])].sum())
    test, low, high = full.nodes[node, [TEST, LOW, HIGH]]
    if test == LEAF:
        return as_leaf, 0
    holds = held.bytes[:, test] != 0
    sides = [smallest_wrong(full, child, held, target, at & side) for child, side in ((low, ~holds), (high, holds))]
    return min((as_leaf, 0), (sides[0][0] + sides[1][0], 1 + sides[0][1] + sides[1][1]))


@pytest.mark.parametrize("heavy", [False, True])
def test_pruning_leaves_the_smallest_of_the_best_subtrees(heavy: bool) -> None:
    for seed in range(8):
        rows, target = noisy(100 + seed, 150, 8, heavy=heavy)
        pool = pool_of(rows)
        full = grown(Held(pool, range(1, 9), target.grow), target)
        held = Held(pool, range(1, 9), target.prune)
        cut = pruned(full, held, target)
        tests = sum(cut.nodes[node, TEST] != LEAF for node in cut.reached())
        assert (cut.wrong, tests) == smallest_wrong(full, 0, held, target, np.ones(len(held.rows), dtype=np.bool_))
        wrong = said(pool, tree(pool, target)) != target.wanted
        assert (target.weights * wrong)[target.prune].sum() == cut.wrong


def table(n: int) -> Bools:
    return np.array(list(product((False, True), repeat=n)))


def mux6(rows: Bools) -> Bools:
    return np.asarray(rows[np.arange(len(rows)), 2 + 2 * rows[:, 0] + rows[:, 1]])


def pairs(rows: Bools) -> Bools:
    return np.asarray(rows[:, 0] & rows[:, 1] | rows[:, 2] & rows[:, 3] | rows[:, 4] & rows[:, 5])


def parity(rows: Bools) -> Bools:
    return np.asarray(rows[:, 1] ^ rows[:, 4] ^ rows[:, 7])


def split_of(wanted: Bools, rows: NDArray[np.intp], seed: int) -> Target:
    target = Target(wanted, np.ones(len(wanted), dtype=np.int64), rows, rows[:0])
    return target.resplit(np.random.default_rng(seed), 0.6)


def test_the_fringe_finds_what_is_behind_rows_that_it_did_not_see() -> None:
    rows = table(9)
    for seed, (function, most) in enumerate([(mux6, 18), (pairs, 5), (parity, 6)]):
        wanted = function(rows)
        seen = np.sort(np.random.default_rng(seed).permutation(512)[:330])
        target, pool = split_of(wanted, seen, seed), pool_of(rows)
        found = fringe(pool, target, np.random.default_rng(seed))
        assert np.array_equal(said(pool, found), wanted)
        assert gates(pool, found) <= min(most, gates(pool, tree(pool, target)))


def test_a_tree_is_cut_back_until_it_keeps_the_limits() -> None:
    rows, target = noisy(3, 1500, 16, heavy=False)
    pool = pool_of(rows)
    nodes = input_nodes(pool)
    held = Held(pool, nodes, target.prune)
    full = pruned(grown(Held(pool, nodes, target.grow), target), held, target)
    wrong = full.wrong
    for limit, depth in ((60, None), (30, None), (8, None), (5000, 6), (5000, 3), (0, None)):
        space = NetworkSpace(16, 1, gate_limit=limit, depth_limit=depth)
        tree = within(pool, full, nodes, space)
        literal = literal_of(pool, tree, nodes)
        assert target.weights[target.prune][(said(pool, literal) != target.wanted)[target.prune]].sum() == tree.wrong
        taken = gates_and_depth(pool.network([Head.of(literal)]), space)
        assert taken[0] <= limit
        assert taken[1] <= (depth or 1000)
        assert tree.wrong >= wrong
    assert within(pool, full, nodes, NetworkSpace(16, 1)) is full
    found = fringe(pool, target, np.random.default_rng(0), signals=[pool.xor(2, 4)], space=NetworkSpace(16, 1, (), 4))
    assert 0 < gates(pool, found) <= 4


def test_units_of_a_parent_are_tried_from_the_start() -> None:
    rows = table(10)
    wanted = np.asarray(rows[:, :8].sum(axis=1) % 2 == 1)
    target, pool = split_of(wanted, np.arange(0, 1024, 3), 5), pool_of(rows)
    parents = [pool.xor(2, 4, 6, 8), pool.xor(10, 12, 14, 16)]
    found = member(pool, target, np.random.default_rng(0), rounds=2, signals=parents)
    assert np.array_equal(said(pool, found.literal), wanted)
    assert set(found.units) <= {pool.xor(*parents) & ~1, *parents}


def test_the_same_seed_gives_the_same_tree_and_pool() -> None:
    rows, target = noisy(7, 700, 20, heavy=True)
    found = [(pool, fringe(pool, target, np.random.default_rng(3))) for pool in (pool_of(rows), pool_of(rows))]
    assert found[0][1] == found[1][1]
    assert np.array_equal(found[0][0].columns, found[1][0].columns)


@pytest.mark.parametrize("value", [False, True])
def test_few_rows_and_one_class_give_a_constant_or_a_small_tree(value: bool) -> None:
    rows = np.random.default_rng(0).random((30, 4)) < 0.5
    nothing, all_rows = np.arange(0), np.arange(30)
    ones = np.ones(30, dtype=np.int64)
    for propose in (tree, lambda pool, target: fringe(pool, target, np.random.default_rng(0))):
        pool = pool_of(rows)
        assert propose(pool, Target(np.full(30, value), ones, all_rows, nothing)) == int(value)
        assert propose(pool, Target(rows[:, 2], ones, nothing, nothing)) == 0
        assert propose(pool, Target(rows[:, 2], ones, all_rows, nothing)) == 6
        assert propose(pool, Target(rows[:, 2], ones, nothing, all_rows)) == 0
        assert propose(pool, Target(rows[:, 2], ones, all_rows, all_rows)) == 6
    assert input_nodes(pool) == [1, 2, 3, 4]
