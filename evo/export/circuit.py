"""The one form that circuits and programs are written from: gates over comparisons, and how their truth decides.

A model is signed literals per output; targets want numbered nodes. Nodes 1..n are the input bits that the model really
uses, node n+k is gate k, in an order in which gates follow what they read; a literal is +node or -node (negated).
Equal terms become one gate, single literals need none, and every gate is read by something (`pruned` sees to it). A
gate without fan-in is a constant: TRUE for "and", FALSE for "or" and "xor". Nothing says that gates have two levels: a
composed network is more gates, and every writer takes it.

What is predicted. `outputs` are literals: the positive class of a binary task, or each output of several. Where classes
vote, `outputs` is empty and class c scores bias + the sum of the weights of its true literals; the highest score wins,
ties go to the class first in the task's `prior`. Products of sums lose votes for clauses that fail, which is the same
as winning them for clauses that hold with a bias of minus their number; biases are then shifted to be at least 0.

Rejected: an and-inverter graph as the common form (votes and readable terms would be lost to C, SQL and SMT-LIB), and
arithmetic in every writer (`decide` turns votes into gates once, for targets that know only gates).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evo.formula import formula_lines
from evo.model import Model
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.table import Kind

Op = Literal["and", "or", "xor"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One node: `op` over signed node numbers, each smaller than the gate's own."""

    op: Op
    fanin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Votes for one class: bias (>= 0) and (literal, weight > 0) pairs."""

    bias: int
    votes: tuple[tuple[int, int], ...]

    def renumbered(self, nodes: Mapping[int, int]) -> Score:
        """The same votes where nodes have other numbers or signs."""
        return Score(self.bias, tuple((renumbered(nodes, literal), weight) for literal, weight in self.votes))

    def summands(self, constant: Callable[[int], str], vote: Callable[[int, int], str]) -> list[str]:
        """What is added up, written by `constant(bias)` and `vote(literal, weight)`; never empty."""
        votes = [vote(literal, weight) for literal, weight in self.votes]
        return votes if votes and not self.bias else [constant(self.bias), *votes]

    @property
    def most(self) -> int:
        """The score if every vote is cast."""
        return self.bias + sum(weight for _, weight in self.votes)


@dataclass(frozen=True, slots=True)
class Circuit:
    """See the head of this module.

    title: what it is in a few words; words: the rules, one printable line each; numbers: the model's number of each bit
    (from 1); kinds: the kind of each raw column that the bits test, in the order of the bits.
    """

    title: str
    words: tuple[str, ...]
    task: Task
    bits: tuple[Bit, ...]
    numbers: tuple[int, ...]
    kinds: Mapping[str, Kind]
    gates: tuple[Gate, ...]
    outputs: tuple[int, ...]
    scores: tuple[Score, ...]

    @property
    def n_inputs(self) -> int:
        """Input bits that are used."""
        return len(self.bits)

    @property
    def output_texts(self) -> tuple[str, ...]:
        """What it means that each output bit is 1, in words: two classes have one, further classes one each."""
        name, classes = self.task.outputs[0], self.task.classes
        if self.task.kind == "multioutput":
            return self.task.outputs
        if len(classes) > 2:
            return tuple(f"{name} = {label}" for label in classes)
        return (name if classes == ("0", "1") else f"{name} = {classes[1]}",)

    def needed(self) -> set[int]:
        """Input nodes that some gate or output reads; of a decided network not always all."""
        read = {abs(literal) for gate in self.gates for literal in gate.fanin} | set(map(abs, self.outputs))
        return {node for node in read if node <= self.n_inputs}

    def numbered(self) -> list[tuple[int, Gate]]:
        """Every gate with its node number."""
        return list(enumerate(self.gates, start=self.n_inputs + 1))


def renumbered(nodes: Mapping[int, int], literal: int) -> int:
    """The literal where node k is now the literal nodes[k]."""
    return nodes[literal] if literal > 0 else -nodes[-literal]


def pruned(network: Circuit) -> Circuit:
    """Without gates that nothing needs; inputs stay."""
    votes = {abs(literal) for score in network.scores for literal, _ in score.votes}
    needed = votes | {abs(literal) for literal in network.outputs}
    for node, gate in reversed(network.numbered()):
        if node in needed:
            needed |= {abs(literal) for literal in gate.fanin}
    nodes = {node: node for node in range(1, network.n_inputs + 1)}
    gates = []
    for node, gate in network.numbered():
        if node in needed:
            gates.append(Gate(gate.op, tuple(renumbered(nodes, literal) for literal in gate.fanin)))
            nodes[node] = network.n_inputs + len(gates)
    outputs = tuple(renumbered(nodes, literal) for literal in network.outputs)
    scores = tuple(score.renumbered(nodes) for score in network.scores)
    return replace(network, gates=tuple(gates), outputs=outputs, scores=scores)


def title_of(model: Model) -> str:
    """What a model is in a few words, for the head of a file."""
    return f"{model.kind.upper()} network {model.id}, made by evo."


def circuit_of(model: Model, encoder: Encoder) -> Circuit:
    """`model` as gates over the bits of `encoder` that it uses."""
    task, bits = encoder.task, encoder.binarizer.bits
    numbers = sorted({abs(literal) for terms in model.terms for term in terms for literal in term})
    build = _Gates({number: node for node, number in enumerate(numbers, start=1)}, [], {})
    votes = task.kind == "multiclass"
    outputs = () if votes else tuple(_output(model, terms, build) for terms in model.terms)
    scores = _scores(model, build) if votes else ()
    kind_of = {field.name: field.kind for field in encoder.binarizer.fields}
    used = tuple(bits[number - 1] for number in numbers)
    return Circuit(
        title=title_of(model),
        words=tuple(formula_lines(model, task, bits)),
        task=task,
        bits=used,
        numbers=tuple(numbers),
        kinds={bit.feature: kind_of[bit.feature] for bit in used},
        gates=tuple(build.gates),
        outputs=outputs,
        scores=scores,
    )


@dataclass(frozen=True, slots=True)
class _Gates:
    """Gates under construction: `nodes` maps the model's numbers to nodes, `known` gates to their nodes."""

    nodes: Mapping[int, int]
    gates: list[Gate]
    known: dict[Gate, int]

    def term(self, op: Op, term: Sequence[int]) -> int:
        return self.add(op, [self.nodes[abs(number)] * (1 if number > 0 else -1) for number in term])

    def add(self, op: Op, fanin: Sequence[int]) -> int:
        literals = tuple(dict.fromkeys(fanin))
        if len(literals) == 1:
            return literals[0]
        gate = Gate(op, literals)
        if gate not in self.known:
            self.gates.append(gate)
            self.known[gate] = len(self.nodes) + len(self.gates)
        return self.known[gate]


def _ops(model: Model) -> tuple[Op, Op]:
    return ("and", "or") if model.kind == "sop" else ("or", "and")


def _output(model: Model, terms: Sequence[Sequence[int]], build: _Gates) -> int:
    inner, outer = _ops(model)
    cover = build.add(outer, [build.term(inner, term) for term in terms])
    return -cover if model.inverted else cover


def _scores(model: Model, build: _Gates) -> tuple[Score, ...]:
    inner, _ = _ops(model)
    most = max(map(len, model.terms)) if model.kind == "pos" else 0
    scores = []
    for terms in model.terms:
        weights = Counter(build.term(inner, term) for term in terms)
        scores.append(Score(most - len(terms) if model.kind == "pos" else 0, tuple(weights.items())))
    return tuple(scores)
