"""What gates mean, in plain Python: the oracle of circuits, gate by gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evo.export.circuit import Circuit, Score
from evo.export.gates import Gates
from fitness.data.dataset import Task
from genomes.circuits.graph import XOR, Graph
from tests.kits.oracle_tables import Bits

MEANING = {"and": all, "or": any, "xor": lambda bits: sum(bits) % 2 == 1}


def of(values: Sequence[bool], literal: int) -> bool:
    return values[literal >> 1] != bool(literal & 1)


def node_values(graph: Graph, inputs: Sequence[int]) -> list[bool]:
    """The value of every node."""
    values = [False, *map(bool, inputs)]
    for _, op, left, right in graph.gates():
        a, b = of(values, left), of(values, right)
        values.append(a != b if op == XOR else a and b)
    return values


def gate_values(gates: Gates, inputs: Sequence[int]) -> list[bool]:
    """The same of gates of many operands."""
    values = [False, *map(bool, inputs)]
    for _, gate in gates.numbered():
        values.append(MEANING[gate.op]([of(values, literal) for literal in gate.fanin]))
    return values


def votes_of(scores: Iterable[Score], values: Sequence[bool]) -> list[int]:
    """The score of every class."""
    return [score.bias + sum(weight for literal, weight in score.votes if of(values, literal)) for score in scores]


def decision(decides: Circuit | Gates, task: Task, values: Sequence[bool]) -> Bits:
    """Output bits by the definition of outputs and votes."""
    if not decides.scores:
        return tuple(int(of(values, literal)) for literal in decides.outputs)
    votes = votes_of(decides.scores, values)
    won = next(c for c in task.prior if votes[c] == max(votes))
    return (won,) if len(votes) == 2 else tuple(int(c == won) for c in range(len(votes)))


def meaning(circuit: Circuit, inputs: Sequence[int]) -> Bits:
    """Output bits of a circuit for its inputs."""
    return decision(circuit, circuit.task, node_values(circuit.graph, inputs))


def class_of(circuit: Circuit, inputs: Sequence[int]) -> int:
    """The class where one is predicted."""
    outputs = meaning(circuit, inputs)
    assert len(outputs) == 1 or sum(outputs) == 1
    return outputs[0] if len(outputs) == 1 else outputs.index(1)
