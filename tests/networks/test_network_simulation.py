"""Compiled simulation beside gates in Python's own logic."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.networks import simulation
from fitness.networks.population import decisions, lowered_batch
from fitness.networks.simulation import all_nodes, simulated
from genomes.bits import pack, unpack, valid_words
from genomes.circuits.graph import Graph
from genomes.networks.space import NetworkSpace
from genomes.networks.variation.samples import random_network
from tests.kits.circuit_cases import gate_values, graphs
from tests.kits.network_cases import decision


@settings(max_examples=60, deadline=None)
@given(
    graph=graphs(most_gates=60), n_rows=st.sampled_from([1, 63, 64, 100, 1024, 1100, 2080]), seed=st.integers(0, 2**32)
)
def test_every_node_and_every_root_is_what_the_gates_say(graph: Graph, n_rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((graph.n_inputs, n_rows)) < 0.5
    inputs, valid = pack(table), valid_words(n_rows)
    nodes = all_nodes(graph, inputs, valid)
    rows = [0, n_rows - 1, *rng.integers(0, n_rows, size=6).tolist()]
    expected = np.array([gate_values(graph, table[:, row].astype(int).tolist()) for row in rows]).T.astype(bool)
    assert np.array_equal(unpack(nodes, n_rows)[:, rows], expected)
    assert not (nodes & ~valid).any()
    roots = rng.integers(0, 2 * len(nodes), size=5)
    expected_roots = nodes[roots >> 1] ^ np.where(roots[:, None] & 1, valid, np.uint64(0))
    for many in (0, simulation.MANY):  # equal steps brought together, or not
        with mock.patch.object(simulation, "MANY", many):
            assert np.array_equal(simulated(graph, inputs, roots.tolist(), valid), expected_roots)


@pytest.mark.parametrize("space", [NetworkSpace(6, 2), NetworkSpace(5, 3, prior=(2, 0, 1)), NetworkSpace(5, 2, (1, 0))])
def test_a_population_is_one_graph(space: NetworkSpace) -> None:
    rng = np.random.default_rng(5)
    networks = [random_network(rng, space) for _ in range(20)]
    table = rng.random((space.n_inputs, 70)) < 0.5
    found = unpack(decisions(networks, space, pack(table), valid_words(70)), 70)
    for network, roots in zip(networks, found, strict=True):
        for row in range(70):
            expected = decision(network, space, table[:, row].tolist())
            values = tuple(roots[:, row].astype(int).tolist())
            if space.votes:
                values = values if len(values) == 1 else (values.index(1),)
            assert values == expected
    graph, _ = lowered_batch([networks[0], networks[0], *networks], space)
    assert len(graph) == len(lowered_batch(networks, space)[0])
