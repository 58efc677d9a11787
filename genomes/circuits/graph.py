"""A combinational circuit as flat arrays: AND and XOR nodes of two operands over literals.

Node 0 is the constant false, nodes 1 to n are the inputs, node n + 1 + k is gate k. A literal is 2 * node, plus 1 where
the node is complemented; so 0 is false, 1 is true and ``literal ^ 1`` is the complement. These are the literals of
AIGER (Biere, Heljanko, Wieringa: AIGER 1.9 and beyond, 2011); XOR nodes are added because adders would take three ANDs
for each. Every gate comes after what it reads, so one pass over the arrays is an evaluation.

`Builder` (genomes/circuits/builder.py) makes graphs; those that it makes hold no constants, no two equal gates and no
complemented operand of a XOR.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FALSE, TRUE = 0, 1
AND, XOR = 0, 1
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Gates over numbered inputs; see the head of this module.

    n_inputs: inputs, used or not; ops: int32[gates], AND or XOR; fanin: int32[gates, 2], the literals that are read.
    """

    n_inputs: int
    ops: Ints
    fanin: Ints

    @classmethod
    def of(cls, n_inputs: int, gates: Sequence[tuple[int, int, int]] = ()) -> Graph:
        """From a row (op, left, right) per gate."""
        rows = np.array(gates, dtype=np.int32).reshape(-1, 3)
        return cls(n_inputs, rows[:, 0].copy(), rows[:, 1:].copy())

    def __len__(self) -> int:
        return len(self.ops)

    @property
    def first(self) -> int:
        """The node of the first gate."""
        return self.n_inputs + 1

    def inputs(self) -> list[int]:
        """The literal of every input."""
        return [2 * node for node in range(1, self.first)]

    def gates(self) -> Iterator[tuple[int, int, int, int]]:
        """Node, op and the two operands of every gate, in order."""
        for node, op, (left, right) in zip(
            range(self.first, self.first + len(self)), self.ops.tolist(), self.fanin.tolist(), strict=True
        ):
            yield node, op, left, right

    def levels(self) -> list[int]:
        """Per node, the number of gates on the longest path to it."""
        levels = [0] * self.first
        for _, _, left, right in self.gates():
            levels.append(1 + max(levels[left >> 1], levels[right >> 1]))
        return levels

    def reached(self, roots: Iterable[int]) -> list[bool]:
        """Per node, whether the literals `roots` depend on it."""
        reached = [False] * (self.first + len(self))
        for root in roots:
            reached[root >> 1] = True
        for node, _, left, right in reversed(list(self.gates())):
            if reached[node]:
                reached[left >> 1] = reached[right >> 1] = True
        return reached

    def cleaned(self, roots: Iterable[int]) -> tuple[Graph, list[int]]:
        """Without gates that `roots` do not depend on, and the new literal of each node (-1: gone); inputs stay."""
        reached, gates = self.reached(roots), list[tuple[int, int, int]]()
        literals = [FALSE, *self.inputs()]
        for node, op, left, right in self.gates():
            if reached[node]:
                literals.append(2 * (self.first + len(gates)))
                gates.append((op, moved(literals, left), moved(literals, right)))
            else:
                literals.append(-1)
        return Graph.of(self.n_inputs, gates), literals

    def conjuncts(self, literal: int) -> list[int]:
        """The literals whose AND it is, ascending: leaves of its tree of ANDs (inputs, XORs, complemented gates)."""
        leaves, seen, stack = list[int](), set[int](), [literal]
        while stack:
            current = stack.pop()
            if current in seen:
                continue
            seen.add(current)
            gate = (current >> 1) - self.first
            if gate >= 0 and not current & 1 and self.ops[gate] == AND:
                stack += self.fanin[gate].tolist()
            else:
                leaves.append(current)
        return sorted(leaves)


def moved(literals: Sequence[int] | Mapping[int, int], literal: int) -> int:
    """The literal where node k is now the literal literals[k]."""
    return literals[literal >> 1] ^ (literal & 1)
