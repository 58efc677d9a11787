"""A network as a program: gates in which every unit has an output of its own, behind them what is wrong.

Inputs of the program are those of the network, then what is wanted: a plane per output, or per class. Its last units
are not of the network: they say where an output is wrong, or, of classes that vote, where the wrong one wins. So one
graph holds the whole objective, and where complementing a node changes a prediction from right to wrong or back is a
question to that graph, for outputs and for votes alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.circuits.link import link
from genomes.circuits.builder import Builder
from genomes.circuits.graph import Graph, moved
from genomes.circuits.winner import winner
from genomes.networks.lower import unit_gates
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import XOR, Unit

#: Gates over the operands of a unit, and the literal that it is.
Gates = tuple[Graph, int]


@dataclass(frozen=True, slots=True)
class Program:
    """graph: all gates; nodes: int32, the literal of each node of the network there; wrong: of each output, or one."""

    graph: Graph
    nodes: NDArray[np.int32]
    wrong: NDArray[np.int32]


def program_of(network: Network, space: NetworkSpace) -> Program:
    """The gates of a network and of what is wrong; nothing is shared between units."""
    shift = 2 * space.n_heads
    parts = [unit_circuit(unit.kind, len(unit.literals), unit.params) for unit in network.units]
    literals = network.literals + np.where(network.literals >= 2 * space.first, shift, 0).astype(np.int32)
    heads = network.head_literals + np.where(network.head_literals >= 2 * space.first, shift, 0).astype(np.int32)
    wanted = 2 * np.arange(space.first, space.first + space.n_heads, dtype=np.int32)
    if space.votes:
        parts.append(decision_of(network, space))
        last, ends = np.concatenate([heads, wanted]), [len(heads) + len(wanted)]
    else:
        parts += [unit_circuit(XOR, 2, ())] * space.n_heads
        last, ends = np.stack([heads, wanted], axis=1).ravel(), list(range(2, 2 * space.n_heads + 1, 2))
    starts = np.concatenate([network.starts, network.starts[-1] + np.array(ends, dtype=np.int64)])
    graph, nodes = _linked(space.n_inputs + space.n_heads, starts, np.concatenate([literals, last]), parts)
    n_wrong = len(parts) - len(network)
    own = np.concatenate([nodes[: space.first], nodes[space.first + space.n_heads : len(nodes) - n_wrong]])
    return Program(graph, own, nodes[len(nodes) - n_wrong :])


@lru_cache(maxsize=1 << 14)
def unit_circuit(kind: int, width: int, params: tuple[int, ...]) -> Gates:
    """A unit over operands that are inputs, each once."""
    build = Builder(width)
    literals = range(2, 2 * width + 2, 2)
    return _cleaned(build, unit_gates(build, Unit(kind, tuple(literals), params), literals))


def _cleaned(build: Builder, root: int) -> Gates:
    graph, literals = build.graph().cleaned([root])
    return graph, moved(literals, root)


@lru_cache(maxsize=1 << 8)
def decision_circuit(votes: tuple[tuple[int, ...], ...], biases: tuple[int, ...], prior: tuple[int, ...]) -> Gates:
    """Where the class that wins is not the one that is wanted: operands are all votes, then a plane per class.

    votes: the weights of each class.
    """
    n_votes = sum(map(len, votes))
    build = Builder(n_votes + len(votes))
    literals = iter(range(2, 2 * n_votes + 2, 2))
    scores = [(bias, [(next(literals), weight) for weight in row]) for bias, row in zip(biases, votes, strict=True)]
    wins = winner(build, scores, prior)
    classes = [2 * n_votes + 2 + 2 * c for c in range(len(votes))]
    pairs = list(zip((wins[0] ^ 1, wins[0]) if len(votes) == 2 else wins, classes, strict=True))
    return _cleaned(build, build.any(build.both(win, wanted) for win, wanted in pairs) ^ 1)


def decision_of(network: Network, space: NetworkSpace) -> Gates:
    """The `decision_circuit` of a network of classes that vote."""
    weights = network.head_weights.tolist()
    votes = tuple(tuple(weights[a:b]) for a, b in pairwise(network.head_starts.tolist()))
    return decision_circuit(votes, tuple(network.biases.tolist()), space.prior)


def _linked(
    n_inputs: int, starts: NDArray[np.int64], literals: NDArray[np.int32], parts: Sequence[Gates]
) -> tuple[Graph, NDArray[np.int32]]:
    gate_starts = np.array([0, *accumulate(len(graph) for graph, _ in parts)], dtype=np.int64)
    ops = np.concatenate([np.zeros(0, np.int32), *(graph.ops for graph, _ in parts)])
    fanin = np.concatenate([np.zeros((0, 2), np.int32), *(graph.fanin for graph, _ in parts)])
    roots = np.fromiter((root for _, root in parts), dtype=np.int32, count=len(parts))
    all_ops, all_fanin = np.empty(len(ops) + len(parts), np.int32), np.empty((len(ops) + len(parts), 2), np.int32)
    nodes = np.empty(1 + n_inputs + len(parts), dtype=np.int32)
    n = link(n_inputs, starts, literals, gate_starts, ops, fanin, roots, all_ops, all_fanin, nodes)
    return Graph(n_inputs, all_ops[:n], all_fanin[:n]), nodes
