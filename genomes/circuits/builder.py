"""The one builder of circuits: gates, adders, counters and comparisons, each made once.

A gate that would be constant, or one of its operands, is not made; equal gates are one node (structural hashing, as in
Kuehlmann et al., Robust Boolean Reasoning, 2002). A XOR hands complements of its operands on to its own literal. An
operation of many literals is a balanced tree over their sorted set, so the order in which they come does not matter.

Numbers are lists of literals, lowest bit first. Sums are carry-save: every weight puts its literal into the columns of
its set bits, and full adders reduce a column to one bit while they carry into the next (Wallace, 1964).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest

from genomes.circuits.graph import AND, FALSE, TRUE, XOR, Graph


class Builder:
    """A graph under construction; every method returns literals."""

    def __init__(self, n_inputs: int) -> None:
        self._n_inputs = n_inputs
        self._gates: list[tuple[int, int, int]] = []
        self._nodes: dict[tuple[int, int, int], int] = {}

    @classmethod
    def upon(cls, graph: Graph) -> Builder:
        """To add gates to a graph that a builder made: its literals keep their meaning."""
        build = cls(graph.n_inputs)
        for _, *gate in graph.gates():
            build._node(*gate)
        return build

    def graph(self) -> Graph:
        """All gates so far."""
        return Graph.of(self._n_inputs, self._gates)

    def both(self, a: int, b: int) -> int:
        """a AND b."""
        a, b = min(a, b), max(a, b)
        if a == FALSE or a == b ^ 1:
            return FALSE
        return b if a in (TRUE, b) else self._node(AND, a, b)

    def either(self, a: int, b: int) -> int:
        """a OR b."""
        return self.both(a ^ 1, b ^ 1) ^ 1

    def xor(self, a: int, b: int) -> int:
        """Whether they differ."""
        sign = (a ^ b) & 1
        a, b = sorted((a & ~1, b & ~1))
        if a == b:
            return sign
        return (b if a == FALSE else self._node(XOR, a, b)) ^ sign

    def mux(self, condition: int, then: int, otherwise: int) -> int:
        """`then` where the condition holds, else `otherwise`."""
        if then == otherwise:
            return then
        if then == otherwise ^ 1:
            return self.xor(condition, otherwise)
        if then == TRUE:
            return self.either(condition, otherwise)
        return self.either(self.both(condition, then), self.both(condition ^ 1, otherwise))

    def all(self, literals: Iterable[int]) -> int:
        """Their AND; of none, true."""
        row = sorted(set(literals) - {TRUE})
        if FALSE in row or any(a == b ^ 1 for a, b in pairwise(row)):
            return FALSE
        while len(row) > 1:
            pairs = [self.both(*row[i : i + 2]) for i in range(0, len(row) - 1, 2)]
            row = pairs + row[len(row) // 2 * 2 :]
        return row[0] if row else TRUE

    def any(self, literals: Iterable[int]) -> int:
        """Their OR; of none, false."""
        return self.all(literal ^ 1 for literal in literals) ^ 1

    def full_adder(self, a: int, b: int, c: int) -> tuple[int, int]:
        """Sum and carry of three bits."""
        if TRUE in (a, b):
            a, b, c = (c, b, TRUE) if a == TRUE else (a, c, TRUE)
        if c == TRUE:
            return self.xor(a, b) ^ 1, self.either(a, b)
        differ = self.xor(a, b)
        return self.xor(differ, c), self.either(self.both(a, b), self.both(differ, c))

    def total(self, summands: Iterable[tuple[int, int]]) -> list[int]:
        """The sum of the weights (>= 0) of the true literals, from (literal, weight) pairs; as wide as it can get."""
        pairs = [(literal, weight) for literal, weight in summands if literal != FALSE]
        width = sum(weight for _, weight in pairs).bit_length()
        columns = [deque(literal for literal, weight in pairs if weight >> place & 1) for place in range(width)]
        for column, carries in zip_longest(columns, columns[1:], fillvalue=deque[int]()):
            while len(column) > 1:
                a, b = column.popleft(), column.popleft()
                bit, carry = self.full_adder(a, b, column.popleft() if column else FALSE)
                column.extend([bit] if bit != FALSE else [])
                carries.extend([carry] if carry != FALSE else [])
        return [column[0] if column else FALSE for column in columns]

    def greater(self, a: Sequence[int], b: Sequence[int]) -> int:
        """a > b for numbers of any widths."""
        result = FALSE
        for left, right in zip_longest(a, b, fillvalue=FALSE):  # the carry of left + NOT right
            more, no_less = self.both(left, right ^ 1), self.either(left, right ^ 1)
            result = self.either(more, self.both(no_less, result))
        return result

    def at_least_constant(self, number: Sequence[int], least: int) -> int:
        """number >= least."""
        if not 0 < least < 1 << len(number):
            return TRUE if least <= 0 else FALSE
        result = TRUE
        for place, bit in enumerate(number):
            result = self.both(bit, result) if least >> place & 1 else self.either(bit, result)
        return result

    def at_least(self, literals: Sequence[int], least: int) -> int:
        """Whether at least so many of the literals hold; one that stands there twice counts twice."""
        if least == 1:
            return self.any(literals)
        if least == len(literals):
            return self.all(literals)
        if not 0 < least < len(literals):
            return TRUE if least <= 0 else FALSE
        if len(literals) == 3:  # the carry, without the sum
            a, b, c = literals
            return self.either(self.both(a, b), self.both(self.either(a, b), c))
        return self.at_least_constant(self.total((literal, 1) for literal in literals), least)

    def _node(self, op: int, a: int, b: int) -> int:
        gate = (op, a, b)
        if gate not in self._nodes:
            self._gates.append(gate)
            self._nodes[gate] = 2 * (self._n_inputs + len(self._gates))
        return self._nodes[gate]
