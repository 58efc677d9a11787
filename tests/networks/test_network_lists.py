"""Decision lists: links beside their definition and brute force, and lists on rows that they did not see."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from fitness.kernels.networks.decision_lists import PARTS, best_links
from fitness.networks.proposals.decision_list import Link, decision_list
from genomes.bits import pack
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from tests.kits.network_cases import decision
from tests.networks.targets import coins, pool_of, target_of, values

SETS = (1, 2, 4, 8, 3, 5, 6, 9, 10, 12)
CONSTANTS = (*SETS[:4], 6, 9)
TABLE = np.array(list(product((False, True), repeat=3)))


@pytest.mark.parametrize("cells", SETS)
def test_a_link_is_built_as_it_is_defined(cells: int) -> None:
    for says in (says for says in range(16) if says & ~cells == 0):
        pool, link = pool_of(TABLE), Link(0, 1, cells, says)
        expected = [
            bool(says >> (2 * a + b) & 1) if cells >> (2 * a + b) & 1 else rest for a, b, rest in TABLE.tolist()
        ]
        assert values(pool, link.built(pool, [2, 4], 6)).tolist() == expected
        covered, answers = link.of(TABLE.astype(np.uint8))
        assert np.where(covered, answers, TABLE[:, 2]).tolist() == expected


def test_the_best_links_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(1)
    rows = coins(rng, 130, 5)
    wanted = (rows[:, 0] ^ rows[:, 2]) & rows[:, 4] ^ (rng.random(130) < 0.1)
    found, least, tolerance = np.zeros((12, 5), dtype=np.int64), 9, 200
    n = best_links(pack(np.ascontiguousarray(rows.T)), pack(wanted), 130, least, tolerance, found)
    brute = list[int]()
    for a, b in combinations_with_replacement(range(5), 2):
        cell = 2 * rows[:, a] + rows[:, b]
        for cells in SETS if a != b else (1, 8):
            counts = [(int((cell == c).sum()), int(wanted[cell == c].sum())) for c in range(4) if cells >> c & 1]
            covered, wrong = sum(n for n, _ in counts), sum(min(k, n - k) for n, k in counts)
            says = {2 * k > n for n, k in counts}
            if covered >= least and wrong * PARTS <= tolerance * covered and (cells in CONSTANTS or len(says) == 2):
                brute.append(covered - 2 * wrong)
    assert found[:n, 0].tolist() == sorted(brute, reverse=True)[:12]
    for value, a, b, cells, says in found[:n].tolist():
        covered, answers = Link(a, b, cells, says).of(rows.astype(np.uint8))
        right = answers[covered] == wanted[covered]
        assert value == int(right.sum()) - int((~right).sum())


def test_a_comparator_is_learned_as_far_as_rows_tell_its_order() -> None:
    rng = np.random.default_rng(2)
    rows = coins(rng, 23_000, 32)
    place = 2 ** np.arange(16)
    wanted = rows[:, :16] @ place > rows[:, 16:] @ place
    pool = pool_of(rows[:, rng.permutation(32)])
    literal = decision_list(pool, target_of(wanted, 3000)).literal
    assert (values(pool, literal) == wanted)[3000:].mean() > 0.997
    network = pool.network([Head.of(literal)])
    assert len(network) <= 12
    first = pool.columns[1:33, 0]
    bits = [[int(column) >> row & 1 == 1 for column in first] for row in range(5)]
    assert [decision(network, NetworkSpace(32, 1), row)[0] for row in bits] == values(pool, literal)[:5].tolist()


def test_the_carry_of_a_sum_is_exact() -> None:
    rng = np.random.default_rng(3)
    rows = coins(rng, 6000, 12)
    place = 2 ** np.arange(6)
    wanted = rows[:, :6] @ place + rows[:, 6:] @ place >= 64
    pool = pool_of(rows)
    assert np.array_equal(values(pool, decision_list(pool, target_of(wanted, 3000)).literal), wanted)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_list_of_conjunctions_is_learned_whatever_a_few_labels_say(noise: float) -> None:
    rng = np.random.default_rng(4)
    rows = coins(rng, 6000, 20)
    wanted = rows[:, 11]
    for a, b, says in ((7, 2, True), (0, 4, False), (9, 13, True), (3, 8, False)):
        wanted = np.where(rows[:, a] & ~rows[:, b], says, wanted)
    pool = pool_of(rows)
    seen = wanted ^ ((rng.random(6000) < noise) & (np.arange(6000) < 4000))
    assert (values(pool, decision_list(pool, target_of(seen, 4000)).literal) == wanted)[4000:].mean() > 0.985


def test_units_may_be_tested_and_rows_of_weight_decide() -> None:
    rng = np.random.default_rng(5)
    rows = coins(rng, 3000, 8)
    parity = rows[:, :3].sum(axis=1) % 2 == 1
    wanted = np.where(parity & rows[:, 4], rows[:, 5], parity)
    heavy = np.arange(3000) % 3 == 0
    weights = np.where(heavy, 50, 1).astype(np.int64)
    pool = pool_of(rows)
    literals = [*range(2, 18, 2), pool.xor(2, 4, 6)]
    grown = decision_list(pool, target_of(np.where(heavy, wanted, ~wanted), 3000, weights), literals)
    assert np.array_equal(values(pool, grown.literal), wanted)


def test_few_rows_of_one_class_or_without_prune_rows_are_no_trouble() -> None:
    rng = np.random.default_rng(7)
    rows = coins(rng, 30, 5)
    pool = pool_of(rows)
    assert decision_list(pool, target_of(np.ones(30, dtype=bool), 30)).literal == 1
    assert decision_list(pool, target_of(np.zeros(30, dtype=bool), 1)).literal == 0
    whole = target_of(rows[:, 1] & rows[:, 2], 30)
    alone = type(whole)(whole.wanted, whole.weights, np.arange(30), np.arange(0))
    assert decision_list(pool, alone).literal == pool.both(4, 6)
