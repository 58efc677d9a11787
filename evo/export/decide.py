"""Votes as gates, for targets that have no numbers.

A score is a sum of bits, so it is counted in binary: every weight puts its literal into the columns of its set bits,
and a column of several literals is reduced by full adders (two xors and a majority) that carry into the next one.
Scores then meet in the order of the task's `prior`: the best so far stays unless a later class has strictly more, so
ties go to the first. Gates grow linearly with the number of classes. Constants vanish on the way and equal gates are
made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evo.export.circuit import Circuit, Gate, Op, Score, pruned, renumbered


def decided(network: Circuit) -> Circuit:
    """The same predictions from gates alone: `scores` empty, one output per entry of `output_texts`, xors of two."""
    build = Builder(network.n_inputs, [], {})
    nodes = {node: node for node in range(1, network.n_inputs + 1)}
    for node, gate in network.numbered():
        nodes[node] = build.gate(gate.op, [renumbered(nodes, literal) for literal in gate.fanin])
    outputs = tuple(renumbered(nodes, literal) for literal in network.outputs)
    if network.scores:
        outputs = _winner(build, [score.renumbered(nodes) for score in network.scores], network.task.prior)
    return pruned(replace(network, gates=tuple(build.gates), outputs=outputs, scores=()))


def n_operations(network: Circuit) -> int:
    """Operations of two operands in a network that is decided; inversions are not counted."""
    return sum(max(0, len(gate.fanin) - 1) for gate in network.gates)


@dataclass(frozen=True, slots=True)
class Builder:
    """Gates under construction over input nodes 1..n_inputs, without constants inside and without doubles."""

    n_inputs: int
    gates: list[Gate]
    known: dict[Gate, int]

    @property
    def true(self) -> int:
        """The literal that always holds."""
        return self._node(Gate("and", ()))

    def gate(self, op: Op, fanin: Sequence[int]) -> int:
        """A literal for `op` over literals."""
        if op == "xor":
            result = -self.true
            for literal in fanin:
                result = self.xor(result, literal)
            return result
        return self.all(fanin) if op == "and" else self._any(fanin)

    def all(self, fanin: Sequence[int]) -> int:
        """Their AND."""
        return self._joined("and", fanin, self.true)

    def _any(self, fanin: Sequence[int]) -> int:
        return self._joined("or", fanin, -self.true)

    def _joined(self, op: Op, fanin: Sequence[int], neutral: int) -> int:
        literals = tuple(literal for literal in dict.fromkeys(fanin) if literal != neutral)
        if -neutral in literals or any(-literal in literals for literal in literals):
            return -neutral
        if len(literals) < 2:
            return literals[0] if literals else neutral
        return self._node(Gate(op, literals))

    def xor(self, a: int, b: int) -> int:
        """Whether they differ."""
        if self.true in (abs(a), abs(b)):
            constant, other = (a, b) if abs(a) == self.true else (b, a)
            return -other if constant > 0 else other
        if abs(a) == abs(b):
            return -self.true if a == b else self.true
        node = self._node(Gate("xor", (min(abs(a), abs(b)), max(abs(a), abs(b)))))
        return node if (a > 0) == (b > 0) else -node

    def _node(self, gate: Gate) -> int:
        if gate not in self.known:
            self.gates.append(gate)
            self.known[gate] = self.n_inputs + len(self.gates)
        return self.known[gate]

    def majority(self, a: int, b: int, c: int) -> int:
        """Whether two of the three hold."""
        return self._any([self.all([a, b]), self.all([c, self._any([a, b])])])

    def choose(self, condition: int, yes: int, no: int) -> int:
        """`yes` where the condition holds, else `no`."""
        return self._any([self.all([condition, yes]), self.all([-condition, no])])

    def greater(self, a: Sequence[int], b: Sequence[int]) -> int:
        """a > b for numbers of equal width, lowest bit first."""
        result = -self.true
        for left, right in zip(a, b, strict=True):
            result = self._any([self.all([left, -right]), self.all([-self.xor(left, right), result])])
        return result

    def total(self, score: Score, width: int) -> list[int]:
        """The score in binary, lowest bit first."""
        columns: list[list[int]] = [[] for _ in range(width + 1)]
        for literal, weight in [(self.true, score.bias), *score.votes]:
            for place in range(width):
                if weight >> place & 1:
                    columns[place].append(literal)
        for place in range(width):
            self._reduce(columns[place], columns[place + 1])
        return [column[0] if column else -self.true for column in columns[:width]]

    def at_least(self, literals: Sequence[int], least: int) -> int:
        """Whether at least so many of the literals hold."""
        if not 0 < least <= len(literals):
            return self.true if least <= 0 else -self.true
        width = len(literals).bit_length()
        count = self.total(Score(0, tuple((literal, 1) for literal in literals)), width)
        short = [self.true if (least - 1) >> place & 1 else -self.true for place in range(width)]
        return self.greater(count, short)

    def _reduce(self, column: list[int], carries: list[int]) -> None:
        while len(column) > 1:
            a, b = column.pop(0), column.pop(0)
            c = column.pop(0) if column else -self.true
            column.append(self.xor(self.xor(a, b), c))
            carries.append(self.majority(a, b, c))


def _winner(build: Builder, scores: Sequence[Score], prior: Sequence[int]) -> tuple[int, ...]:
    """One literal per class; of two classes only the second's."""
    width = max(1, max(score.most for score in scores).bit_length())
    totals = [build.total(score, width) for score in scores]
    best, beats = totals[prior[0]], [build.true]
    for c in prior[1:]:
        beats.append(build.greater(totals[c], best))
        best = [build.choose(beats[-1], new, old) for new, old in zip(totals[c], best, strict=True)]
    wins, unbeaten = {}, build.true
    for c, beat in zip(reversed(prior), reversed(beats), strict=True):
        wins[c] = build.all([beat, unbeaten])
        unbeaten = build.all([unbeaten, -beat])
    return (wins[1],) if len(scores) == 2 else tuple(wins[c] for c in range(len(scores)))
