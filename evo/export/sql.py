"""The model as SQL: one CASE expression per output, to stand in a SELECT list over a table with the raw columns.

SQL's third truth value would make NOT (x <= 3) unknown for a missing x, where the evaluator says true. So every test is
written to be true or false for NULL as well, in its positive and in its negated form, with nothing but comparisons, IS
NULL, AND and OR: the text runs on any dialect. Names stand in double quotes, texts in single quotes.
"""

from __future__ import annotations

import itertools
import re

from evo.errors import ExportError
from evo.export.circuit import Circuit, Score
from evo.export.gates import Gate, gates_of
from evo.export.names import header, no_nul
from fitness.data.dataset import Bit
from fitness.data.table import Kind
from fitness.data.tables.cells import MISSING
from genomes.text.quoting import quoted

#: Characters of comparisons in one text; databases take less (SQLite by default a million bytes).
MOST_CHARACTERS = 10_000_000

_BEFORE_QUOTE = re.compile(r"\\+(?=['\"]|\Z)")

_NOTES = (
    "Use it in a SELECT list: SELECT id, <this text> FROM your_table.",
    "Number columns must have a numeric type, categories a text type, bits hold 0 and 1; missing is NULL.",
)


def to_sql(circuit: Circuit) -> str:
    """`CASE ... END AS "predicted_y"`; several outputs are several expressions with commas between them.

    Raises:
        ExportError: a name that SQL cannot hold, or gates so deep in each other that the text would be too long.
    """
    no_nul((*circuit.kinds, *circuit.task.classes, *circuit.task.outputs), "sql")
    no_nul((str(bit.operand) for bit in circuit.bits), "sql")
    lines = [*header(circuit, "--"), *(f"-- {note}" for note in _NOTES)]
    return "\n".join([*lines, ",\n".join(_columns(circuit))]) + "\n"


def text(value: str) -> str:
    """A string of standard SQL that ends where it ends for dialects, too, in which backslashes escape (MySQL's).

    So no backslash that counts stands before a quote: a blank comes between them, and is trimmed again.
    """
    places = _open_ends(value)
    pieces = [f"RTRIM('{_doubled(value[a:b])} ')" for a, b in itertools.pairwise([0, *places])]
    rest = value[places[-1] :] if places else value
    pieces += [f"'{_doubled(rest)}'"] if rest or not pieces else []
    return f"({' || '.join(pieces)})" if len(pieces) > 1 else pieces[0]


def _doubled(value: str) -> str:
    return value.replace("'", "''")


def _open_ends(value: str) -> list[int]:
    """Places after an odd number of backslashes that a quote, or the end, follows."""
    return [match.end() for match in _BEFORE_QUOTE.finditer(value) if len(match[0]) % 2]


def name(value: str) -> str:
    """A quoted identifier of standard SQL.

    Raises:
        ExportError: for dialects in which backslashes escape it would end elsewhere.
    """
    if _open_ends(value):
        need = f"dialects disagree on where the name {quoted(value)} ends (a backslash before a quote or at its end)"
        raise ExportError(need, where="--format sql")
    return '"' + value.replace('"', '""') + '"'


def _alias(output: str) -> str:
    """The name of a predicted column: as `name`, with a blank where that would be refused."""
    value = f"predicted_{output}"
    ends = [0, *_open_ends(value)]
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

    def of(self, literal: int) -> str:
        node, value = literal >> 1, not literal & 1
        if node <= self.circuit.n_inputs:
            bit = self.circuit.bits[node - 1]
            return self._counted(_test(bit, self.circuit.kinds[bit.feature], value))
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


def _test(bit: Bit, kind: Kind, value: bool) -> str:
    """A test that is true or false even where the cell is NULL."""
    cell = name(bit.feature)
    if bit.op == "missing":
        return _missing(cell, kind, value)
    holds, fails = _comparisons(bit, cell)
    return f"({cell} IS NOT NULL AND {holds})" if value else f"({cell} IS NULL OR {fails})"


def _comparisons(bit: Bit, cell: str) -> tuple[str, str]:
    match bit.op, bit.operand:
        case "<=", limit:
            return f"{cell} <= {limit!r}", f"{cell} > {limit!r}"
        case "in", (low, high):
            inside = [f"{cell} > {low!r}"] if low != float("-inf") else []
            outside = [f"{cell} <= {low!r}"] if low != float("-inf") else []
            inside += [f"{cell} <= {high!r}"] if high != float("inf") else []
            outside += [f"{cell} > {high!r}"] if high != float("inf") else []
            return " AND ".join(inside), " OR ".join(outside)
        case "=", str(category):
            return f"{cell} = {text(category)}", f"{cell} <> {text(category)}"
        case "=", value:
            return f"{cell} = {value!r}", f"{cell} <> {value!r}"
    return f"{cell} = 1", f"{cell} <> 1"


def _missing(cell: str, kind: Kind, value: bool) -> str:
    """Text columns may also hold the marks that a CSV file has for missing cells."""
    if kind != "category":
        return f"{cell} IS {'' if value else 'NOT '}NULL"
    marks = ", ".join(map(text, sorted(MISSING)))
    return f"({cell} IS NULL OR {cell} IN ({marks}))" if value else f"({cell} IS NOT NULL AND {cell} NOT IN ({marks}))"


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
