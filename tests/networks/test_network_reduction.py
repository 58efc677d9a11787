"""Fewer gates at the loss that is stated, counted unit by unit in Python's own logic."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fitness.networks.reduction import reduced
from genomes.bits import pack
from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from tests.kits.network_cases import decision
from tests.networks.test_network_moves import SPACES, Case


@pytest.mark.parametrize("space", SPACES)
def test_losses_are_as_stated_and_nothing_is_lost_within_the_limit(space: NetworkSpace) -> None:
    fewer = 0
    for seed in range(5):
        case = Case(seed, space)
        gates, _ = gates_and_depth(case.network, space)
        for most in (gates, gates // 2, 0):
            found = reduced(np.random.default_rng(0), case.network, space, *case.packed, case.weights, most)
            left = gates_and_depth(found.network, space)[0]
            assert (found.before, found.after) == (case.errors(case.network), case.errors(found.network))
            assert left <= gates
            if most == gates:
                assert found.after <= found.before
            elif not space.votes or most:
                assert left <= most
            fewer += left < gates
    assert fewer > 0


def test_what_is_equal_on_the_rows_or_cannot_be_seen_on_them_is_free() -> None:
    space = NetworkSpace(6, 1)
    table = [row for row in product((False, True), repeat=6) if not (row[0] and row[1])]  # 2 and 4 never both hold
    build = Assembler(6)
    either, differ = build.any((2, 4)), build.add(kinds.XOR, (2, 4))  # equal on these rows
    hidden = build.all((2, 4, build.add(kinds.XOR, (8, 10, 12))))  # never holds there
    network = build.network([Head.of(build.any((build.add(kinds.MUX, (6, either, differ)), hidden, 8)))])
    wanted = np.array([decision(network, space, row) for row in table], dtype=bool).T
    arguments = (pack(np.array(table).T.copy()), pack(wanted), np.ones(len(table), dtype=np.int64))
    found = reduced(np.random.default_rng(0), network, space, *arguments, 5000)
    assert (found.before, found.after) == (0, 0)
    assert gates_and_depth(found.network, space)[0] == 2
