"""Tables as gates: every function of four inputs, and larger ones, are what their tables say; sizes as enumerated."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.networks.lowering import Lowering
from fitness.networks.simulation import all_nodes
from genomes.bits import pack, unpack, valid_words
from genomes.circuits.builder import Builder
from genomes.circuits.tables import AND_COST, forms, spelled
from genomes.networks.network import Network
from genomes.networks.units import LUT, Unit
from tests.kits.gate_values import node_values, of

#: NPN classes of four inputs by the AND gates of the smallest circuit, from none to eight (a XOR is three).
SIZES = [2, 1, 2, 7, 9, 24, 30, 61, 45]


def test_every_table_of_four_inputs_is_what_its_form_computes() -> None:
    lowering = Lowering(4)
    nodes = lowering.add(Network.of([Unit(LUT, (2, 4, 6, 8), (table,)) for table in range(1 << 16)], []))
    points = (np.arange(16) >> np.arange(4)[:, None] & 1).astype(np.bool_)
    values = unpack(all_nodes(lowering.graph(), pack(points), valid_words(16)), 16)
    found = values[nodes[5:] >> 1] ^ (nodes[5:, None] & 1).astype(np.bool_)
    assert np.array_equal(found @ (1 << np.arange(16)), np.arange(1 << 16))


def test_as_many_classes_of_each_size_as_there_are() -> None:
    gates = np.bincount(forms().costs // (AND_COST - 1))
    assert len(forms().costs) == 222
    assert gates[:9].tolist() == SIZES


@settings(max_examples=80, deadline=None)
@given(data=st.data(), table=st.integers(0, (1 << 64) - 1))
def test_tables_over_any_literals_are_looked_up(data: st.DataObject, table: int) -> None:
    literals = data.draw(st.lists(st.integers(0, 13), min_size=1, max_size=6))
    build = Builder(6)
    root = spelled(build, literals, table % (1 << (1 << len(literals))))
    graph = build.graph()
    for point in itertools.product((False, True), repeat=6):
        read = [of([False, *point], literal) for literal in literals]
        assert of(node_values(graph, point), root) == bool(table >> sum(2**i for i, bit in enumerate(read) if bit) & 1)


def test_what_is_simple_is_small() -> None:
    def size(function: object, n: int) -> int:
        points = itertools.product((0, 1), repeat=n)
        table = sum(bool(function(point[::-1])) << i for i, point in enumerate(points))  # type: ignore[operator]
        build = Builder(n)
        spelled(build, range(2, 2 * n + 2, 2), table)
        return len(build.graph())

    assert size(all, 6) == 5
    assert size(lambda bits: sum(bits) % 2, 6) == 5
    assert size(lambda bits: bits[1] if bits[0] else bits[2], 6) == 3
    assert size(lambda bits: sum(bits[:3]) > 1, 6) == 4
    assert size(lambda bits: bits[0] or all(bits[1:]), 6) == 5
