"""Where nodes decide, beside graphs and networks that are evaluated once more with one value complemented."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.networks.flips import first_order_planes, flip_planes
from fitness.networks.program import program_of
from fitness.networks.simulation import all_nodes
from genomes.bits import pack, unpack, valid_words
from genomes.circuits.builder import Builder
from genomes.circuits.graph import Graph
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.networks.variation.samples import random_network
from tests.kits.circuit_cases import gate_values, graphs
from tests.kits.network_cases import decided, node_values


def planes_of_graph(graph: Graph, roots: list[int], n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """bool[nodes, roots, rows], exact, on all rows of inputs repeated; and those rows, bool[n_inputs, rows]."""
    table = np.array(list(product((False, True), repeat=graph.n_inputs))).T
    table = np.ascontiguousarray(np.resize(table.T, (n_rows, graph.n_inputs)).T)
    valid = valid_words(n_rows)
    values = all_nodes(graph, pack(table), valid)
    return unpack(flip_planes(graph, values, range(len(values)), roots, valid), n_rows), table


@settings(max_examples=50, deadline=None)
@given(graph=graphs(most_inputs=4, most_gates=16), n_rows=st.sampled_from([16, 70, 1050]), data=st.data())
def test_exact_planes_are_what_a_second_evaluation_says(graph: Graph, n_rows: int, data: st.DataObject) -> None:
    nodes = graph.first + len(graph)
    roots = data.draw(st.lists(st.integers(0, 2 * nodes - 1), min_size=1, max_size=3))
    found, table = planes_of_graph(graph, roots, n_rows)
    for row in {*range(min(n_rows, 16)), n_rows - 1}:
        inputs = table[:, row].astype(int).tolist()
        before = gate_values(graph, inputs)
        for node in range(nodes):
            after = gate_values(graph, inputs, node)
            expected = [before[root >> 1] != after[root >> 1] for root in roots]
            assert found[node, :, row].tolist() == expected


def test_the_first_order_is_exact_on_trees_and_wrong_where_paths_meet() -> None:
    build = Builder(6)
    root = build.mux(2, build.xor(4, build.both(6, 9)), build.either(10, 13))
    tree = build.graph()
    exact, table = planes_of_graph(tree, [root], 64)
    values, valid = all_nodes(tree, pack(table), valid_words(64)), valid_words(64)
    first = unpack(first_order_planes(tree, values, root, valid), 64)
    assert np.array_equal(first[2:], exact[2:, 0])  # the condition has two paths
    build = Builder(2)
    root = build.xor(build.both(2, 4), build.either(2, 4))  # a and b each have two paths that undo or add up
    graph = build.graph()
    exact, table = planes_of_graph(graph, [root], 4)
    first = unpack(first_order_planes(graph, all_nodes(graph, pack(table), valid_words(4)), root, valid_words(4)), 4)
    assert exact[1, 0].tolist() == [True] * 4
    assert first[1].tolist() == [True] * 4
    build = Builder(1)
    graph = Graph.of(1, [(1, 2, 2)])  # x xor x is never true, and each of its operands passes alone
    exact, table = planes_of_graph(graph, [4], 2)
    first = unpack(first_order_planes(graph, all_nodes(graph, pack(table), valid_words(2)), 4, valid_words(2)), 2)
    assert not exact[1].any()
    assert first[1].all()


@pytest.mark.parametrize("space", [NetworkSpace(5, 2), NetworkSpace(4, 3, prior=(2, 0, 1)), NetworkSpace(4, 2, (1, 0))])
def test_a_flipped_unit_changes_what_is_wrong_as_the_units_say(space: NetworkSpace) -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        network = random_network(rng, space)
        table = np.array(list(product((False, True), repeat=space.n_inputs)))
        wanted = rng.random((space.n_heads, len(table))) < 0.5
        if space.votes:
            wanted = np.arange(space.n_heads)[:, None] == rng.integers(0, space.n_heads, len(table))
        program, valid = program_of(network, space), valid_words(len(table))
        inputs = np.concatenate([pack(np.ascontiguousarray(table.T)), pack(wanted)])
        values = all_nodes(program.graph, inputs, valid)
        sign = np.where(program.wrong[:, None] & 1, valid, np.uint64(0))
        now = unpack(values[program.wrong >> 1] ^ sign, len(table))
        nodes = program.nodes >> 1
        planes = unpack(flip_planes(program.graph, values, nodes, program.wrong, valid), len(table))
        for row, bits in enumerate(table.tolist()):
            assert now[:, row].tolist() == wrong(network, space, bits, wanted[:, row].tolist())
            for node in range(1, len(nodes)):
                after = wrong(network, space, bits, wanted[:, row].tolist(), node)
                assert planes[node, :, row].tolist() == (now[:, row] != after).tolist()


def wrong(network: Network, space: NetworkSpace, row: list[bool], wanted: list[bool], flipped: int = -1) -> list[bool]:
    """Of every output, or whether the wrong class wins."""
    found = decided(network, space, node_values(network, row, flipped))
    if space.votes:
        return [not wanted[found[0]]]
    return [bool(value) != want for value, want in zip(found, wanted, strict=True)]
