"""The model as SQL: one expression per output, to stand in a SELECT list over a table with the raw columns.

It is a CASE with comparisons in it; where that would be much longer than the circuit, or nest too deep for parsers, it
is a query over the row that names gates (`evo.export.sql_layers`).

SQL's third truth value would make NOT (x <= 3) unknown for a missing x, where the evaluator says true. So complements
are pushed down to the tests, and each test is true for NULL where it has to be; where it has to be false it may be
unknown, as nothing but AND, OR and WHEN stands above it, which take that for false. There is nothing but comparisons,
IS NULL, AND and OR: the text runs on any dialect. Names stand in double quotes, texts in single quotes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from evo.export.circuit import Circuit, Score
from evo.export.gates import Gate, gates_of
from evo.export.names import comment, header, no_nul
from evo.export.sql_cells import levels_of, notes, test
from evo.export.sql_layers import chained, layers_of
from evo.export.sql_words import name, open_ends, text

#: Comparisons, and gates within each other, up to which a model is one expression whatever its circuit is.
FEW_TESTS, FLAT = 2_000, 30
#: How many times longer than the circuit an expression may be beyond that.
REPEATED = 3


def to_sql(circuit: Circuit) -> str:
    """`CASE ... END AS "predicted_y"`; several outputs are several expressions with commas between them.

    Raises:
        ExportError: a name that SQL cannot hold, or more columns in a query than databases take.
    """
    no_nul((*circuit.kinds, *circuit.task.classes, *circuit.task.outputs), "sql")
    no_nul((level for bit in circuit.bits for level in levels_of(bit)), "sql")
    lines = [*header(circuit, "--"), *(f"-- {comment(note)}" for note in notes(circuit.fields.values()))]
    return "\n".join([*lines, ",\n".join(_columns(circuit))]) + "\n"


def _alias(output: str) -> str:
    """The name of a predicted column: as `name`, with a blank where that would be refused."""
    value = f"predicted_{output}"
    ends = [0, *open_ends(value)]
    return name(" ".join([*(value[a:b] for a, b in itertools.pairwise(ends)), value[ends[-1] :]]))


def _columns(circuit: Circuit) -> list[str]:
    task, conditions = circuit.task, _Conditions(circuit)
    gates = conditions.gates
    if gates.scores:
        roots = [literal for score in gates.scores for literal, _ in score.votes]
        value = _votes(circuit, conditions) if conditions.flat(roots) else _deep_votes(circuit, conditions, roots)
        return [f"{value} AS {_alias(task.outputs[0])}"]
    if task.kind == "binary":
        ends = (text(task.classes[1]), text(task.classes[0]))
        return [f"{_choice(conditions, gates.outputs[0], ends)} AS {_alias(task.outputs[0])}"]
    named = zip(task.outputs, gates.outputs, strict=True)
    return [f"{_choice(conditions, literal, ('1', '0'))} AS {_alias(output)}" for output, literal in named]


def _choice(conditions: _Conditions, literal: int, ends: tuple[str, str]) -> str:
    """The first of two values where the literal holds, else the second."""
    yes, no = ends[::-1] if literal & 1 else ends  # the words say when a gate holds, not when it fails
    literal &= ~1
    if conditions.flat([literal]):
        return f"CASE WHEN {conditions.of(literal)}\nTHEN {yes} ELSE {no} END"
    layers = layers_of(conditions.gates, [literal], conditions.test)
    return (
        f"({layers.names}\nSELECT CASE WHEN {layers.conditions[literal]} THEN {yes} ELSE {no} END FROM {layers.last})"
    )


class _Conditions:
    """Conditions for literals; a complement is pushed down to the tests, so that no NOT meets a NULL.

    An expression names no part of itself, so a gate is written out wherever it is read; `flat` says where that will do.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit, self.gates = circuit, gates_of(circuit)
        self.fields = circuit.fields

    def flat(self, roots: Sequence[int]) -> bool:
        """Whether the literals are best written as expressions on the row."""
        n = self.circuit.n_inputs
        tests, heights = [1] * (n + 1), [0] * (n + 1)
        for _, gate in self.gates.numbered():
            tests.append(sum(tests[literal >> 1] for literal in gate.fanin))
            heights.append(1 + max((heights[literal >> 1] for literal in gate.fanin), default=0))
        most = max(FEW_TESTS, REPEATED * sum(len(gate.fanin) for gate in self.gates.gates))
        low = all(heights[literal >> 1] <= FLAT for literal in roots)
        return low and sum(tests[literal >> 1] for literal in roots) <= most

    def test(self, node: int) -> str:
        """The condition of an input bit."""
        bit = self.circuit.bits[node - 1]
        return test(bit, self.fields[bit.feature], True)

    def of(self, literal: int) -> str:
        node, value = literal >> 1, not literal & 1
        if node <= self.circuit.n_inputs:
            bit = self.circuit.bits[node - 1]
            return test(bit, self.fields[bit.feature], value)
        return self._gate(self.gates.gates[node - self.circuit.n_inputs - 1], value)

    def _gate(self, gate: Gate, value: bool) -> str:
        if gate.op == "xor":
            return self._differ(gate.fanin, value)
        if not gate.fanin:
            return "1 = 1" if value else "1 = 0"
        joint = " AND " if (gate.op == "and") == value else "\n  OR "
        return f"({joint.join(self.of(operand ^ (not value)) for operand in gate.fanin)})"

    def _differ(self, fanin: tuple[int, ...], value: bool) -> str:
        left, right = (f"CASE WHEN {self.of(operand)} THEN 1 ELSE 0 END" for operand in fanin)
        return f"({left} {'<>' if value else '='} {right})"


def _votes(circuit: Circuit, conditions: _Conditions) -> str:
    """Scores are named in an inner query."""
    scores = _named_scores(circuit, conditions, conditions.of)
    return f"(SELECT {_winner(circuit)} FROM (SELECT\n  {scores}) AS votes)"


def _deep_votes(circuit: Circuit, conditions: _Conditions, roots: Sequence[int]) -> str:
    """Scores are named in the last of many queries."""
    layers = layers_of(conditions.gates, roots, conditions.test)
    scores = _named_scores(circuit, conditions, layers.conditions.__getitem__)
    return f"({layers.names},\nvotes AS (SELECT\n  {scores} FROM {layers.last})\nSELECT {_winner(circuit)} FROM votes)"


def _named_scores(circuit: Circuit, conditions: _Conditions, condition: Callable[[int], str]) -> str:
    sums = {c: _sum(score, condition) for c, score in enumerate(conditions.gates.scores)}
    return ",\n  ".join(f"{sums[c]} AS votes_{c}" for c in circuit.task.prior)


def _winner(circuit: Circuit) -> str:
    """The first of the highest scores in the order in which ties are decided."""
    task, whens = circuit.task, []
    order = task.prior
    for place, c in enumerate(order[:-1]):
        least = " AND ".join(f"votes_{c} >= votes_{later}" for later in order[place + 1 :])
        whens.append(f"WHEN {least} THEN {text(task.classes[c])}")
    joined = "\n  ".join(whens)
    return f"CASE {joined}\n  ELSE {text(task.classes[order[-1]])} END"


def _sum(score: Score, condition: Callable[[int], str]) -> str:
    summands = score.summands(str, lambda literal, weight: f"CASE WHEN {condition(literal)} THEN {weight} ELSE 0 END")
    return chained(summands, " + ")
