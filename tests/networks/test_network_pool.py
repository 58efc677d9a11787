"""A pool's columns beside the definition of every unit."""

from __future__ import annotations

from itertools import product

import numpy as np

from fitness.networks.pool import Pool
from genomes.bits import pack, unpack
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from genomes.networks.units import COUNT
from genomes.networks.variation.samples import random_network
from tests.kits.network_cases import function, node_values

SPACE = NetworkSpace(7, 1)
TABLE = np.array(list(product((False, True), repeat=7)))


def test_columns_are_what_the_units_say() -> None:
    for seed in range(60):
        network = random_network(np.random.default_rng(seed), SPACE)
        pool = Pool(pack(np.ascontiguousarray(TABLE.T)), len(TABLE))
        literals = pool.copied(network)
        values = np.array([node_values(network, row) for row in TABLE.tolist()]).T
        for literal, expected in zip(literals, values, strict=True):
            assert np.array_equal(unpack(pool.column(literal)[None], len(TABLE))[0], expected)
        head = network.heads[0].literal
        again = pool.network([Head.of(literals[head >> 1] ^ (head & 1))])
        assert function(again, SPACE) == function(network, SPACE)
        assert len(again) <= len(network)


def test_equal_signals_are_one_whatever_their_units() -> None:
    pool = Pool(pack(np.ascontiguousarray(TABLE.T)), len(TABLE))
    parity = pool.xor(2, 4, 6)
    assert pool.add(COUNT, (2, 4, 6), (1, 3)) == parity
    assert pool.add(COUNT, (2, 4, 6), (0, 2)) == parity ^ 1
    assert pool.both(parity, parity ^ 1) == 0
    assert pool.mux(2, pool.xor(4, 7), pool.xor(4, 6)) == pool.xor(2, 4, 6)
