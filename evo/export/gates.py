"""A circuit as gates of many operands, which is how people read it: trees of ANDs become one gate, and some are ORs.

An AND node of the graph that only one other AND reads is written into that one. What the model itself has as one AND
or OR (`Circuit.parts`) is written whole, even where pieces of it are shared: a sum of products reads as such. Other
nodes become ORs where most of their operands would be complemented otherwise. XORs keep two operands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evo.export.circuit import Circuit, Score
from genomes.circuits.graph import AND, FALSE, XOR, Graph, moved

Op = Literal["and", "or", "xor"]


@dataclass(frozen=True, slots=True)
class Gate:
    """`op` over literals of nodes before it, XOR over two nodes; without operands the constant true."""

    op: Op
    fanin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gates:
    """Nodes 1 to n are inputs, node n + 1 + k is gate k; literals are 2 * node, plus 1 where complemented."""

    n_inputs: int
    gates: tuple[Gate, ...]
    outputs: tuple[int, ...]
    scores: tuple[Score, ...]

    def numbered(self) -> list[tuple[int, Gate]]:
        """Every gate with its node."""
        return list(enumerate(self.gates, start=self.n_inputs + 1))

    @property
    def n_operations(self) -> int:
        """Operations of two operands; complements are not counted."""
        return sum(max(0, len(gate.fanin) - 1) for gate in self.gates)


def gates_of(circuit: Circuit) -> Gates:
    """The circuit's gates in the order of its graph; a constant output reads a gate without operands."""
    graph, gates = circuit.graph, list[Gate]()
    literals = [FALSE, *graph.inputs()]
    if any(root >> 1 == FALSE for root in circuit.roots):
        gates.append(Gate("and", ()))
        literals[FALSE] = 2 * graph.first + 1
    inverted = {part >> 1: part & 1 for part in reversed(circuit.parts)}
    merged = _merged(graph, circuit.roots, inverted)
    for node, op, left, right in graph.gates():
        if merged[node]:
            literals.append(-1)
            continue
        operands = (left, right) if op == XOR else _operands(graph, merged, left, right)
        fanin = sorted({moved(literals, operand) for operand in operands})
        if op == XOR:
            gate, complemented = Gate("xor", tuple(literal & ~1 for literal in fanin)), sum(fanin) & 1
        elif complemented := inverted.get(node, _mostly_complemented(fanin)):
            gate = Gate("or", tuple(literal ^ 1 for literal in fanin))
        else:
            gate = Gate("and", tuple(fanin))
        gates.append(gate)
        literals.append(2 * (graph.n_inputs + len(gates)) + complemented)
    outputs = tuple(moved(literals, literal) for literal in circuit.outputs)
    return Gates(graph.n_inputs, tuple(gates), outputs, tuple(score.moved(literals) for score in circuit.scores))


def _mostly_complemented(fanin: Sequence[int]) -> bool:
    return 2 * sum(literal & 1 for literal in fanin) > len(fanin)


def _merged(graph: Graph, roots: Sequence[int], parts: Mapping[int, int]) -> list[bool]:
    """Per node, whether all that read it write it out: ANDs that read it uncomplemented, one or within parts."""
    size = graph.first + len(graph)
    apart, readers = [False] * size, [list[int]() for _ in range(size)]
    for root in roots:
        apart[root >> 1] = True
    for node, op, *operands in graph.gates():
        for operand in operands:
            readers[operand >> 1].append(node)
            apart[operand >> 1] |= op == XOR or operand & 1 == 1
    merged, within = [False] * size, [node in parts for node in range(size)]
    for node, op, _, _ in reversed(list(graph.gates())):
        if op == AND and not apart[node]:
            within[node] |= all(within[reader] for reader in readers[node])
            merged[node] = len(readers[node]) == 1 or all(within[reader] for reader in readers[node])
    return merged


def _operands(graph: Graph, merged: Sequence[bool], left: int, right: int) -> list[int]:
    """What an AND reads when merged nodes are written out."""
    operands, stack = list[int](), [left, right]
    while stack:
        literal = stack.pop()
        if merged[literal >> 1]:
            stack += graph.fanin[(literal >> 1) - graph.first].tolist()
        else:
            operands.append(literal)
    return operands
