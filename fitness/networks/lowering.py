"""Networks as gates, compiled: the same graphs as `genomes.networks.lower` makes, hundreds of times as fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.circuits.gates import fill, size_of
from fitness.kernels.circuits.lowering import lower
from fitness.kernels.circuits.sums import WIDEST, winner
from genomes.circuits.graph import TRUE, Graph
from genomes.circuits.tables import forms
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace

Ints = NDArray[np.int32]


class Sizes(NamedTuple):
    """gates: ANDs, of which a XOR is 3; depth: their levels, a XOR is 2; two_input: ANDs and XORs, each 1."""

    gates: int
    depth: int
    two_input: int


class Lowering:
    """A graph under construction; equal gates of all networks that are added are one.

    room: gates that there is room for at first, a power of two.
    """

    def __init__(self, n_inputs: int, room: int = 1 << 10) -> None:
        self._gates = np.empty((room, 3), dtype=np.int32)
        self._table = np.zeros(4 * room, dtype=np.int32)
        self._counts = np.array([0, n_inputs], dtype=np.int64)

    def add(self, network: Network) -> Ints:
        """Add the units of a network; int32[1 + inputs + units], the literal in the graph of each of its nodes."""
        n_inputs = int(self._counts[1])
        nodes = np.empty(1 + n_inputs + len(network), dtype=np.int32)
        nodes[: 1 + n_inputs] = np.arange(0, 2 * n_inputs + 2, 2)
        own = (network.kinds, network.starts, network.literals, network.param_starts, network.params, tuple(forms()))
        done = 0
        while done < len(network):
            done = lower(self._graph, *own, nodes, done)
            if done < len(network):
                self._grow()
        return nodes

    def decided(self, network: Network, nodes: Ints, prior: Sequence[int]) -> Ints:
        """The literals that predict, as in `genomes.networks.lower.decided`; nodes: of the network's nodes."""
        heads = nodes[network.head_literals >> 1] ^ (network.head_literals & 1)
        if not prior:
            return np.asarray(heads, dtype=np.int32)
        first = network.head_starts[:-1]
        literals = np.insert(heads, first, TRUE).astype(np.int32)
        weights = np.insert(network.head_weights, first, network.biases).astype(np.int64)
        bits = int(np.bitwise_count(weights).sum()) + 4 * len(prior) * WIDEST
        while int(self._counts[0]) + 8 * bits > len(self._gates):
            self._grow()
        wins = np.empty(len(prior), dtype=np.int32)
        starts = network.head_starts + np.arange(len(network.head_starts))
        winner(self._graph, starts, literals, weights, np.array(prior, dtype=np.int32), wins)
        return wins[1:] if len(prior) == 2 else wins

    def sizes(self, roots: Ints) -> Sizes:
        """Of the gates that the literals `roots` depend on."""
        n = int(self._counts[0])
        return Sizes(*size_of(int(self._counts[1]), self._gates, n, roots))

    def graph(self) -> Graph:
        """All gates so far."""
        gates = self._gates[: int(self._counts[0])]
        return Graph(int(self._counts[1]), gates[:, 0].copy(), gates[:, 1:].copy())

    @property
    def _graph(self) -> tuple[Ints, Ints, NDArray[np.int64]]:
        return self._gates, self._table, self._counts

    def _grow(self) -> None:
        gates, n = self._gates, int(self._counts[0])
        self._gates = np.empty((2 * len(gates), 3), dtype=np.int32)
        self._gates[:n] = gates[:n]
        self._table = np.zeros(4 * len(self._gates), dtype=np.int32)
        fill(self._gates, n, self._table)


def sizes(network: Network, space: NetworkSpace) -> Sizes:
    """Of a network after hashing, the decision of votes included."""
    lowering = Lowering(space.n_inputs, 1 << (12 * len(network) + 1000).bit_length())
    return lowering.sizes(lowering.decided(network, lowering.add(network), space.prior))
