"""Two-level units over inputs and other signals of a pool."""

from __future__ import annotations

import numpy as np

from fitness.networks.proposals.two_level import two_level
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from tests.kits.network_cases import decision
from tests.networks.targets import coins, pool_of, target_of, values


def test_terms_over_inputs_and_units_are_found() -> None:
    rng = np.random.default_rng(0)
    rows = coins(rng, 3000, 12)
    parity = rows[:, 0] ^ rows[:, 1] ^ rows[:, 2] ^ rows[:, 3]
    wanted = parity & rows[:, 4] | ~parity & rows[:, 5] & rows[:, 6]
    pool, target = pool_of(rows), target_of(wanted, 2000)
    unit = pool.xor(2, 4, 6, 8)
    grown = two_level(pool, target, np.random.default_rng(1), [*range(2, 26, 2), unit])
    assert np.array_equal(values(pool, grown.literal), wanted)
    assert pool.both(unit, 10) in grown.parts
    network = pool.network([Head.of(grown.literal)])
    for row in rows[2990:]:
        assert decision(network, NetworkSpace(12, 1), row.tolist()) == (wanted_of(row),)
    again = two_level(pool, target, np.random.default_rng(1), [*range(2, 26, 2), unit])
    assert again == grown


def wanted_of(row: np.ndarray) -> bool:
    odd = row[:4].sum() % 2 == 1
    return bool(row[4] if odd else row[5] and row[6])


def test_the_side_with_fewer_terms_and_terms_that_prune_rows_ask_for() -> None:
    rng = np.random.default_rng(2)
    rows = coins(rng, 2000, 10)
    wanted = ~(rows[:, 0] & rows[:, 1] & rows[:, 2]) & ~(rows[:, 3] & rows[:, 4])
    labels = wanted ^ (rng.random(2000) < 0.1)
    pool = pool_of(rows)
    grown = two_level(pool, target_of(labels, 2000), np.random.default_rng(1))
    assert np.array_equal(values(pool, grown.literal), wanted)
    assert pool.add(0, (2, 4, 6)) in grown.parts and len(grown.parts) == 3


def test_rows_count_for_what_they_weigh_and_few_rows_are_no_trouble() -> None:
    rng = np.random.default_rng(3)
    rows = coins(rng, 1500, 8)
    wanted = rows[:, 0] & rows[:, 1] | rows[:, 2]
    heavy = np.arange(1500) % 3 == 0
    weights = np.where(heavy, 1 << 20, 1 << 10).astype(np.int64)
    pool = pool_of(rows)
    target = target_of(np.where(heavy, wanted, ~wanted), 1500, weights)
    assert np.array_equal(values(pool, two_level(pool, target, rng).literal), wanted)
    small = pool_of(rows[:30])
    assert two_level(small, target_of(np.ones(30, dtype=bool), 30), rng).literal == 1
    alone = target_of(wanted[:30], 30)
    alone = type(alone)(alone.wanted, alone.weights, np.arange(30), np.arange(0))
    assert np.array_equal(values(small, two_level(small, alone, rng).literal), wanted[:30])
