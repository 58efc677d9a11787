"""The model as one Python function without dependencies, on raw rows.

The generated module takes a row as a mapping from column name to raw value, as `csv.DictReader` gives it (numbers and
None will do as well). Names and categories are written with `repr`, so no text of the data can become code; the first
two lines are fixed, because a comment there may declare an encoding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from evo.export.circuit import title_of
from evo.export.names import comment
from evo.models.two_level import Model
from evo.text.conditions import Literal, signed_bits
from evo.text.formula import formula_lines
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.tables.cells import MISSING

#: What reads a cell of a row, given MISSING.
PRELUDE = '''

def _text(row, column):
    """The cell as stripped text, or None if it is missing."""
    value = row[column]
    if isinstance(value, float):
        value = "" if value != value else repr(float(value)).removesuffix(".0")
    text = "" if value is None else str(value).strip()
    return None if text in MISSING else text


def _number(row, column):
    """The cell as a float; a missing value is NaN, for which every comparison is false."""
    text = _text(row, column)
    return float("nan") if text is None else float(text)


def _bit(row, column):
    """The cell as a Boolean."""
    text = _text(row, column)
    return text in ("True", "true") or (text not in (None, "False", "false") and float(text) == 1.0)
'''

#: Header cells come without their blanks, as they did in training.
STRIPPED = "{str(column).strip(): value for column, value in row.items()}"


def to_python(model: Model, encoder: Encoder) -> str:
    """Source text of a module with ``predict(row)``; for several outputs it returns a dict."""
    task, bits = encoder.task, encoder.binarizer.bits
    described = "\n".join(f"#   {comment(line)}" for line in formula_lines(model, task, bits))
    header = f"# {comment(title_of(model))}\n# The rules in words:\n{described}\n"
    missing = f"\nMISSING = {set_text(MISSING)}\n"
    return f"{header}{missing}{PRELUDE}\n\n{_covers(model, bits)}\n\n{_predict(model, task)}"


def set_text(values: Iterable[str]) -> str:
    """A set display with sorted members."""
    return "{" + ", ".join(repr(value) for value in sorted(values)) + "}"


def _covers(model: Model, bits: Sequence[Bit]) -> str:
    """One function per cover that returns the truth of each of its terms (or clauses)."""
    parts = []
    for output, terms in enumerate(model.terms):
        lines = [f"        {_term(signed_bits(term, bits), model.kind == 'sop')},\n" for term in terms]
        parts.append(f"def _terms_{output}(row):\n    return [\n{''.join(lines)}    ]\n")
    return "\n\n".join(parts)


def _term(literals: Sequence[Literal], conjunction: bool) -> str:
    tests = [test if value else f"not {test}" for test, value in ((bit_test(bit), value) for bit, value in literals)]
    if not tests:
        return "True" if conjunction else "False"
    return (" and " if conjunction else " or ").join(tests)


def bit_test(bit: Bit) -> str:
    """The comparison that sets `bit`, an expression on `row` and the functions of `PRELUDE`."""
    column = repr(bit.feature)
    if bit.op == "is":
        return f"_bit(row, {column})"
    if bit.op == "missing":
        return f"(_text(row, {column}) is None)"
    if bit.op == "<=":
        return f"(_number(row, {column}) <= {bit.operand!r})"
    if bit.op == "in":
        low, high = (repr(end) if math.isfinite(end) else f"float({str(end)!r})" for end in bit.ends)
        return f"({low} < _number(row, {column}) <= {high})"
    if isinstance(bit.operand, str):
        return f"(_text(row, {column}) == {bit.operand!r})"
    return f"(_number(row, {column}) == {bit.operand!r})"


def _predict(model: Model, task: Task) -> str:
    whole = ("not " if model.inverted else "") + ("any" if model.kind == "sop" else "all")
    if task.kind == "binary":
        negative, positive = task.classes
        body = f"    return {positive!r} if {whole}(_terms_0(row)) else {negative!r}\n"
        doc = f"The predicted {task.outputs[0]}."
    elif task.kind == "multioutput":
        pairs = ", ".join(f"{name!r}: int({whole}(_terms_{o}(row)))" for o, name in enumerate(task.outputs))
        body, doc = f"    return {{{pairs}}}\n", "The predicted outputs, 0 or 1 by name."
    else:
        body, doc = _vote(model, task), f"The predicted {task.outputs[0]}: most votes, ties to the more frequent class."
    return f"def predict(row):\n    {_docstring(doc)}\n    row = {STRIPPED}\n{body}"


def _vote(model: Model, task: Task) -> str:
    count = "sum(_terms_{0}(row))" if model.kind == "sop" else "-_terms_{0}(row).count(False)"
    scores = ", ".join(f"({count.format(c)}, {task.classes[c]!r})" for c in task.prior)
    return f"    scores = [{scores}]\n    return max(scores, key=lambda scored: scored[0])[1]\n"


def _docstring(text: str) -> str:
    """The text as a string literal that no name in it can close."""
    return repr(text) if any(mark in text for mark in ('"', "\\")) or not text.isprintable() else f'"""{text}"""'
