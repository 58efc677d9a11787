"""Screens beside brute force: affine parities, Walsh coefficients, tables over a count."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from fitness.kernels.networks.walsh import walsh_sets
from fitness.networks.proposals.affine import affine
from fitness.networks.proposals.counts import counted
from fitness.networks.proposals.parity_masks import masked, parity_masks
from fitness.networks.proposals.signals import drawn_by_weight
from genomes.bits import pack
from tests.networks.targets import coins, pool_of, target_of, values


def test_every_affine_parity_of_few_inputs_is_found_from_its_table() -> None:
    table = np.array(list(product((False, True), repeat=5)))
    for chosen in product((0, 1), repeat=6):
        wanted = (table @ np.array(chosen[:5]) + chosen[5]) % 2 == 1
        pool = pool_of(table)
        literal = affine(pool, target_of(wanted, 32))
        assert literal is not None and np.array_equal(values(pool, literal), wanted)


@pytest.mark.parametrize("wrong", [1, 20])
def test_a_wrong_label_or_a_guess_is_no_parity(wrong: int) -> None:
    rng = np.random.default_rng(3)
    rows = coins(rng, 3000, 70)
    wanted = rows[:, 3:30].sum(axis=1) % 2 == 0
    pool = pool_of(rows)
    assert np.array_equal(values(pool, affine(pool, target_of(wanted, 1500)) or 0), wanted)
    wanted[rng.permutation(3000)[:wrong]] ^= True
    assert affine(pool_of(rows), target_of(wanted, 3000)) is None
    assert affine(pool_of(rows[:40]), target_of(wanted[:40], 40)) is None


def test_the_largest_walsh_coefficients_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(5)
    rows = coins(rng, 300, 9)
    wanted = rows[:, [1, 4, 7]].sum(axis=1) % 2 == 1
    wanted[:60] ^= rows[:60, 2] & rows[:60, 8]
    sizes, sets = np.zeros(20, dtype=np.int64), np.full((20, 3), -1, dtype=np.int64)
    signs, label = 1 - 2 * rows.astype(int), 1 - 2 * wanted.astype(int)
    for first in range(9):
        walsh_sets(pack(np.ascontiguousarray(rows.T)), pack(wanted), 300, 3, first, first + 1, sizes, sets)
    brute = {
        s: abs(int((signs[:, s].prod(axis=1) * label).sum())) for d in (1, 2, 3) for s in combinations(range(9), d)
    }
    assert sizes.tolist() == sorted(brute.values(), reverse=True)[:20]
    found = [tuple(place for place in row if place >= 0) for row in sets.tolist()]
    assert len(set(found)) == 20 and [brute[places] for places in found] == sizes.tolist()


def test_the_mask_of_a_sum_bit_leaves_its_carry() -> None:
    rng = np.random.default_rng(0)
    rows = coins(rng, 4000, 24)
    place = 2 ** np.arange(12)
    wanted = (rows[:, :12] @ place + rows[:, 12:] @ place) >> 11 & 1 == 1
    pool, target = pool_of(rows), target_of(wanted, 4000)
    masks = parity_masks(pool, target)
    assert masks[0].literal == pool.xor(2 * 12, 2 * 24)
    assert 0 in [mask.literal for mask in masks] and len(masks) == 4
    left = masked(target, pool.column(masks[0].literal))
    assert np.array_equal(left.wanted, wanted ^ rows[:, 11] ^ rows[:, 23])
    assert np.array_equal(left.grow, target.grow)


def test_weights_of_rows_are_how_often_they_come() -> None:
    weights = np.array([2, 1, 0, 3, 2])
    assert drawn_by_weight(weights, 8).tolist() == [0, 0, 1, 3, 3, 3, 4, 4]
    assert drawn_by_weight(np.full(7, 5), 7).tolist() == list(range(7))


@pytest.mark.parametrize(("n", "holds"), [(16, "01" * 8 + "0"), (9, "0000011111"), (11, "011010001101")])
def test_tables_over_a_count_are_exact(n: int, holds: str) -> None:
    rng = np.random.default_rng(n)
    known = coins(rng, 6400, n) if n > 11 else np.array(list(product((False, True), repeat=n)))[rng.permutation(1 << n)]
    known = known[: len(known) // 2] if n == 9 else known
    rows = np.concatenate([known, np.zeros((1, n), dtype=bool), np.ones((1, n), dtype=bool), coins(rng, 2000, n)])
    turned = rows ^ (np.arange(n) % 3 == 1)
    wanted = np.array([holds[count] == "1" for count in turned.sum(axis=1)])
    pool = pool_of(rows)
    assert np.array_equal(values(pool, counted(pool, target_of(wanted, len(known)))), wanted)


def test_a_count_goes_by_what_rows_weigh() -> None:
    rng = np.random.default_rng(1)
    rows = coins(rng, 2000, 7)
    wanted = rows.sum(axis=1) > 3
    heavy = rng.random(2000) < 0.4
    labels = np.where(heavy, wanted, ~wanted)
    weights = np.where(heavy, 40, 1).astype(np.int64)
    pool = pool_of(rows)
    assert np.array_equal(values(pool, counted(pool, target_of(labels, 2000, weights))), wanted)
