"""Where nodes of a graph decide: exact planes by evaluating the fan-out again, and the chain rule to first order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.circuits.flips import flip, pass_back
from fitness.kernels.widths import BLOCK
from fitness.networks.simulation import aligned
from genomes.bits import Words
from genomes.circuits.graph import Graph

Nodes = Sequence[int] | NDArray[np.integer]


def flip_planes(graph: Graph, values: Words, nodes: Nodes, roots: Nodes, valid: Words) -> Words:
    """Where complementing a node complements a root, uint64[nodes, roots, W], exactly.

    values: uint64[all nodes, W], of `simulation.all_nodes`; nodes: node numbers; roots: literals, whose signs do not
    matter; valid: uint64[W], the samples there are.
    """
    found = Flips(graph, values).planes(nodes, roots)
    return np.ascontiguousarray(found[:, :, : values.shape[1]]) & valid


class Flips:
    """Values of all nodes of a graph, with room to change some of them."""

    def __init__(self, graph: Graph, values: Words) -> None:
        """values: uint64[all nodes, W], copied."""
        n_words = values.shape[1]
        self._graph, self._words = graph, -(-n_words // BLOCK) * BLOCK
        self._memory = aligned(len(values) * (self._words + BLOCK) + BLOCK)
        kept = self._memory[: len(values) * self._words].reshape(len(values), self._words)
        kept[:, :n_words], kept[:, n_words:] = values, 0

    def planes(self, nodes: Nodes, roots: Nodes) -> Words:
        """As `flip_planes`, of rows that are whole blocks; what padding holds says nothing."""
        planes = np.empty((len(nodes), len(roots), self._words), dtype=np.uint64)
        of, to = np.asarray(nodes, dtype=np.int32), np.asarray(roots, dtype=np.int32) >> 1
        graph = self._graph
        flip(graph.n_inputs, graph.ops, graph.fanin, of, to, self._words, self._memory, planes)
        return planes


def first_order_planes(graph: Graph, values: Words, root: int, valid: Words) -> Words:
    """About where complementing each node complements a root, uint64[all nodes, W], in one pass; see `kernels`.

    Equal to `flip_planes` for nodes that reach the root by one path. Of a node whose paths meet again it says where
    one of them alone would let a change through: two changes can undo each other, or pass together where neither
    would alone.
    """
    planes = np.zeros_like(values)
    planes[root >> 1] = ~np.uint64(0)
    pass_back(graph.n_inputs, graph.ops, graph.fanin, values, planes)
    planes &= valid
    return planes
