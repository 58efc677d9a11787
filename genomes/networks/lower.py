"""Networks as gates: every kind of unit through the one builder of circuits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE, XOR, Graph, moved
from genomes.circuits.tables import spelled
from genomes.circuits.winner import winner
from genomes.networks import units as kinds
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import Unit


@dataclass(frozen=True, slots=True)
class Lowered:
    """Gates of one network or of several. nodes: the literal in the graph of each node; heads: over graph literals."""

    nodes: list[int]
    heads: list[Head]

    @property
    def roots(self) -> list[int]:
        """The literals that heads read."""
        return [literal for head in self.heads for literal, _ in head.votes]


def lower(network: Network, build: Builder, inputs: Sequence[int]) -> Lowered:
    """Add the gates of `network`; inputs: the literal in the graph of each of its inputs."""
    nodes = [FALSE, *inputs]
    for unit in network.units:
        nodes.append(unit_gates(build, unit, [moved(nodes, literal) for literal in unit.literals]))
    heads = [Head(tuple((moved(nodes, literal), weight) for literal, weight in h.votes), h.bias) for h in network.heads]
    return Lowered(nodes, heads)


def unit_gates(build: Builder, unit: Unit, read: Sequence[int]) -> int:
    """The gates of one unit over the literals that it reads."""
    return _GATES[unit.kind](build, read, unit.params)


def parity(build: Builder, literals: Sequence[int]) -> int:
    """Whether an odd number of literals holds, as a balanced tree."""
    row = list(literals)
    while len(row) > 1:
        row = [build.xor(*row[i : i + 2]) if i + 1 < len(row) else row[i] for i in range(0, len(row), 2)]
    return row[0] if row else FALSE


def chosen(build: Builder, literals: Sequence[int], values: Sequence[int]) -> int:
    """values[i] where the literals spell i, lowest first: a decision diagram, highest first (Bryant, 1986)."""

    @cache
    def node(place: int, part: tuple[int, ...]) -> int:
        if place == 0:
            return TRUE if part[0] else FALSE
        half = len(part) // 2
        return build.mux(literals[place - 1], node(place - 1, part[half:]), node(place - 1, part[:half]))

    return node(len(literals), tuple(values))


def _count(build: Builder, read: Sequence[int], holds: Sequence[int]) -> int:
    """One interval of counts by comparisons, other sets by a decision diagram over the sum."""
    if not holds:
        return FALSE
    first, last = holds[0], holds[-1]
    if last - first + 1 < len(holds) + 1:
        upper = FALSE if last == len(read) else build.at_least(read, last + 1)
        return build.both(build.at_least(read, first), upper ^ 1)
    total, wanted = build.total((literal, 1) for literal in read), set(holds)
    return chosen(build, total, [int(i in wanted) for i in range(1 << len(total))])


def _sum_of_products(build: Builder, read: Sequence[int], params: Sequence[int]) -> int:
    return build.any([build.all(term) for term in Unit(kinds.SOP, tuple(read), tuple(params)).terms()])


def _threshold(build: Builder, read: Sequence[int], params: Sequence[int]) -> int:
    pairs, least = list(zip(read, params[:-1], strict=True)), params[-1]
    least -= sum(weight for _, weight in pairs if weight < 0)
    if all(abs(weight) == 1 for _, weight in pairs):
        return build.at_least([literal ^ (weight < 0) for literal, weight in pairs], least)
    total = build.total((literal ^ (weight < 0), abs(weight)) for literal, weight in pairs)
    return build.at_least_constant(total, least)


_GATES: Final[Mapping[int, Callable[[Builder, Sequence[int], Sequence[int]], int]]] = {
    kinds.AND: lambda build, read, params: build.all(read),
    kinds.XOR: lambda build, read, params: parity(build, read),
    kinds.MUX: lambda build, read, params: build.mux(*read),
    kinds.LUT: lambda build, read, params: spelled(build, read, params[0]),
    kinds.SOP: _sum_of_products,
    kinds.COUNT: _count,
    kinds.THRESHOLD: _threshold,
}


def circuit_size(graph: Graph) -> tuple[int, int]:
    """AND gates and levels of them: a XOR is 3 gates on 2 levels."""
    levels = [0] * graph.first
    for _, op, left, right in graph.gates():
        levels.append(max(levels[left >> 1], levels[right >> 1]) + (2 if op == XOR else 1))
    xors = int((graph.ops == XOR).sum())
    return len(graph) + 2 * xors, max(levels, default=0)


def decided(build: Builder, lowered: Lowered, prior: Sequence[int]) -> list[int]:
    """The literals that predict: of outputs, or one per class (of two classes the second's) where these vote."""
    if not prior:
        return [head.literal for head in lowered.heads]
    return list(winner(build, [(head.bias, head.votes) for head in lowered.heads], prior))


def gates_and_depth(network: Network, space: NetworkSpace) -> tuple[int, int]:
    """AND gates after hashing (a XOR is 3) and their levels, the decision of votes included."""
    build = Builder(space.n_inputs)
    lowered = lower(network, build, range(2, 2 * space.first, 2))
    roots = decided(build, lowered, space.prior)
    return circuit_size(build.graph().cleaned(roots)[0])
