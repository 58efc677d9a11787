"""The model as SQL: one CASE expression per output, to stand in a SELECT list over a table with the raw columns.

SQL's third truth value would make NOT (x <= 3) unknown for a missing x, where the evaluator says true. So every test is
written to be true or false for NULL as well, in its positive and in its negated form, with nothing but comparisons, IS
NULL, AND and OR: the text runs on any dialect. Names stand in double quotes, texts in single quotes.
"""

from __future__ import annotations

import itertools

from evo.errors import ExportError
from evo.export.circuit import Circuit, Score
from evo.export.gates import Gate, gates_of
from evo.export.names import comment, header, no_nul
from evo.export.sql_cells import levels_of, notes, test
from evo.export.sql_words import name, open_ends, text

#: Characters of comparisons in one text; databases take less (SQLite by default a million bytes).
MOST_CHARACTERS = 10_000_000


def to_sql(circuit: Circuit) -> str:
    """`CASE ... END AS "predicted_y"`; several outputs are several expressions with commas between them.

    Raises:
        ExportError: a name that SQL cannot hold, or gates so deep in each other that the text would be too long.
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
    task = circuit.task
    if circuit.scores:
        return [f"{_votes(circuit)} AS {_alias(task.outputs[0])}"]
    conditions = _Conditions(circuit)
    truths = [conditions.of(literal) for literal in conditions.gates.outputs]
    if task.kind == "binary":
        yes, no = text(task.classes[1]), text(task.classes[0])
        return [f"CASE WHEN {truths[0]}\nTHEN {yes} ELSE {no} END AS {_alias(task.outputs[0])}"]
    named = zip(task.outputs, truths, strict=True)
    return [f"CASE WHEN {truth}\nTHEN 1 ELSE 0 END AS {_alias(output)}" for output, truth in named]


class _Conditions:
    """Conditions for literals; a complement is pushed down to the tests, so that no NOT meets a NULL.

    An expression names no part of itself, so a gate is written out wherever it is read; `room` ends that.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit, self.gates, self.room = circuit, gates_of(circuit), MOST_CHARACTERS
        self.fields = circuit.fields

    def of(self, literal: int) -> str:
        node, value = literal >> 1, not literal & 1
        if node <= self.circuit.n_inputs:
            bit = self.circuit.bits[node - 1]
            return self._counted(test(bit, self.fields[bit.feature], value))
        return self._gate(self.gates.gates[node - self.circuit.n_inputs - 1], value)

    def _counted(self, test: str) -> str:
        self.room -= len(test)
        if self.room < 0:
            need = f"as one expression this model is over {MOST_CHARACTERS:,} characters long; use c or verilog"
            raise ExportError(need, where="--format sql")
        return test

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


def _votes(circuit: Circuit) -> str:
    """The first of the highest scores in the order in which ties are decided; scores are named in an inner query."""
    task, conditions = circuit.task, _Conditions(circuit)
    order = task.prior
    scores = ",\n  ".join(f"{_sum(conditions.gates.scores[c], conditions)} AS votes_{c}" for c in order)
    whens = []
    for place, c in enumerate(order[:-1]):
        least = " AND ".join(f"votes_{c} >= votes_{later}" for later in order[place + 1 :])
        whens.append(f"WHEN {least} THEN {text(task.classes[c])}")
    joined = "\n  ".join(whens)
    return f"(SELECT CASE {joined}\n  ELSE {text(task.classes[order[-1]])} END FROM (SELECT\n  {scores}) AS votes)"


def _sum(score: Score, conditions: _Conditions) -> str:
    return " + ".join(
        score.summands(str, lambda literal, weight: f"CASE WHEN {conditions.of(literal)} THEN {weight} ELSE 0 END")
    )
