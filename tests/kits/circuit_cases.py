"""Random graphs of gates, and what they compute, gate by gate, in Python's own logic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from genomes.circuits.graph import AND, Graph


@st.composite
def graphs(draw: st.DrawFn, most_inputs: int = 6, most_gates: int = 24) -> Graph:
    """Any gates over any earlier nodes, constants, repeats and complemented operands of a XOR included."""
    n_inputs = draw(st.integers(1, most_inputs))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_gates = draw(st.integers(0, most_gates))
    return Graph.of(n_inputs, [random_gate(rng, n_inputs + 1 + k) for k in range(n_gates)])


def random_gate(rng: np.random.Generator, nodes: int) -> tuple[int, int, int]:
    """A gate that reads some of the first `nodes` nodes, late ones more often."""
    near = rng.integers(max(0, nodes - 6), nodes, size=2)
    read = np.where(rng.random(2) < 0.7, near, rng.integers(0, nodes, size=2))
    return (int(rng.integers(2)), *(2 * read + rng.integers(0, 2, size=2)).tolist())


def gate_values(graph: Graph, row: Sequence[int], flipped: int = -1) -> list[int]:
    """The value of every node on one row; of node `flipped` the opposite."""
    values = [0, *row]
    if 0 <= flipped < len(values):
        values[flipped] ^= 1
    for node, op, a, b in graph.gates():
        left, right = values[a >> 1] ^ (a & 1), values[b >> 1] ^ (b & 1)
        values.append((left & right if op == AND else left ^ right) ^ (node == flipped))
    return values
