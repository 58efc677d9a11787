"""Networks as gates: the same function as the definition of every unit, and sizes counted by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from genomes.circuits.builder import Builder
from genomes.circuits.graph import AND
from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler
from genomes.networks.lower import decided, gates_and_depth, lower
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import Unit
from genomes.networks.variation.samples import random_network
from tests.kits.network_cases import function

SPACES = (NetworkSpace(5, 1), NetworkSpace(4, 3), NetworkSpace(4, 3, prior=(2, 0, 1)), NetworkSpace(4, 2, prior=(1, 0)))


def through_gates(network: Network, space: NetworkSpace) -> list[tuple[int, ...]]:
    build = Builder(space.n_inputs)
    lowered = lower(network, build, range(2, 2 * space.first, 2))
    roots, graph, rows = decided(build, lowered, space.prior), build.graph(), []
    for row in product((0, 1), repeat=space.n_inputs):
        values = [0, *row]
        for _, op, a, b in graph.gates():
            left, right = values[a >> 1] ^ (a & 1), values[b >> 1] ^ (b & 1)
            values.append(left & right if op == AND else left ^ right)
        found = tuple(values[root >> 1] ^ (root & 1) for root in roots)
        if space.votes:
            found = (found[0],) if len(found) == 1 else (found.index(1),)
        rows.append(found)
    return rows


@pytest.mark.parametrize("space", SPACES)
def test_gates_compute_what_the_units_say(space: NetworkSpace) -> None:
    for seed in range(150):
        network = random_network(np.random.default_rng(seed), space)
        assert through_gates(network, space) == function(network, space)


@pytest.mark.parametrize(
    ("unit", "gates", "depth"),
    [
        (Unit(kinds.XOR, (2, 4, 6, 8, 10, 12, 14, 16)), 21, 6),
        (Unit(kinds.AND, (2, 4, 7)), 2, 2),
        (Unit(kinds.MUX, (2, 4, 6)), 3, 2),
        (Unit(kinds.COUNT, (2, 4, 6), (2, 3)), 4, 3),
        (Unit(kinds.SOP, (2, 4, 6), (2, 1)), 2, 2),
    ],
)
def test_sizes(unit: Unit, gates: int, depth: int) -> None:
    space = NetworkSpace(8, 1)
    assert gates_and_depth(Network.of([unit], [Head.of(2 * space.first)]), space) == (gates, depth)


def test_equal_units_are_one() -> None:
    build = Assembler(4)
    first = build.add(kinds.LUT, (2, 4), (0b0110,))
    assert build.add(kinds.XOR, (4, 2)) == first
    assert build.add(kinds.XOR, (5, 2)) == first ^ 1
    assert build.add(kinds.MUX, (2, 5, 4)) == first
    assert build.add(kinds.COUNT, (2, 4, 6, 7), (3,)) == build.all((2, 4))
    assert build.add(kinds.THRESHOLD, (2, 4, 6), (2, 2, 2, 4)) == build.add(kinds.COUNT, (2, 4, 6), (2, 3))
