"""Networks as gates: the same function as the definition of every unit, and sizes counted by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.networks.lowering import Lowering, sizes
from genomes.circuits.builder import Builder
from genomes.circuits.graph import AND
from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler
from genomes.networks.lower import decided, gates_and_depth, lower
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import Unit
from genomes.networks.variation.samples import random_head, random_network, random_params
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


def any_unit(rng: np.random.Generator, build: Assembler, nodes: list[int], most: int) -> int:
    """Add a unit of any kind of up to `most` literals, repeated and constant ones too; its literal as it comes."""
    kind = int(rng.integers(len(kinds.NAMES)))
    n = 3 if kind == kinds.MUX else int(rng.integers(1, 7 if kind == kinds.LUT else most + 1))
    read = tuple(literal ^ int(rng.integers(2)) for literal in rng.choice([0, *nodes], size=n).tolist())
    build.units.append(Unit(kind, read, random_params(rng, kind, n)))
    return 2 * (build.first + len(build.units) - 1)


@settings(max_examples=60, deadline=None)
@given(space=st.sampled_from((*SPACES, NetworkSpace(30, 5, (4, 1, 0, 2, 3)))), seed=st.integers(0, 2**32))
def test_the_compiled_graph_is_the_same_gate_by_gate(space: NetworkSpace, seed: int) -> None:
    rng = np.random.default_rng(seed)
    build, nodes = Assembler(space.n_inputs), [2 * node for node in range(1, space.first)]
    for _ in range(int(rng.integers(12))):
        nodes.append(any_unit(rng, build, nodes, 40))
    network = Network.of(build.units, [random_head(rng, nodes, votes=space.votes) for _ in range(space.n_heads)])
    slow, fast = Builder(space.n_inputs), Lowering(space.n_inputs, room=16)
    lowered, found = lower(network, slow, range(2, 2 * space.first, 2)), fast.add(network)
    assert found.tolist() == lowered.nodes
    assert fast.decided(network, found, space.prior).tolist() == decided(slow, lowered, space.prior)
    assert list(fast.graph().gates()) == list(slow.graph().gates())
    assert sizes(network, space)[:2] == gates_and_depth(network, space)
