"""The model as one Python function without dependencies, on raw rows.

The generated module takes a row as a mapping from column name to raw value, as `csv.DictReader` gives it (numbers and
None will do as well). Names and categories are written with `repr`, so no text of the data can become code; the first
two lines are fixed, because a comment there may declare an encoding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.export.circuit import title_of
from evo.export.columns import wide_columns
from evo.export.names import comment
from evo.export.raw_cells import bit_test, prelude
from evo.models.two_level import Model
from evo.text.formula import formula_lines
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Task
from fitness.data.encoder import Encoder

#: Header cells come without their blanks, as they did in training; columns of a frame may be told by theirs alone.
STRIPPED = (
    "{**{str(column).strip(): value for column, value in row.items()}, "
    "**{str(column): value for column, value in row.items()}}"
)


def to_python(model: Model, encoder: Encoder) -> str:
    """Source text of a module with ``predict(row)``; for several outputs it returns a dict."""
    task, bits = encoder.task, encoder.binarizer.bits
    described = "\n".join(f"#   {comment(line)}" for line in formula_lines(model, task, bits))
    header = f"# {comment(title_of(model))}\n# The rules in words:\n{described}\n"
    body = f"{_covers(model, encoder.binarizer)}\n\n{_predict(model, task)}"
    return f"{header}{prelude(body)}\n\n{body}"


def _covers(model: Model, binarizer: Binarizer) -> str:
    """One function per cover that returns the truth of each of its terms (or clauses)."""
    bits, wide = binarizer.bits, wide_columns(binarizer)
    field_of = {field.name: field for field in binarizer.fields}
    test_of = {n: bit_test(b, field_of[b.feature], wide=b.feature in wide) for n in model.used for b in [bits[n - 1]]}
    parts = []
    for output, terms in enumerate(model.terms):
        lines = [f"        {_term(term, test_of, model.kind == 'sop')},\n" for term in terms]
        parts.append(f"def _terms_{output}(row):\n    return [\n{''.join(lines)}    ]\n")
    return "\n\n".join(parts)


def _term(term: Sequence[int], test_of: Mapping[int, str], conjunction: bool) -> str:
    tests = [test_of[literal] if literal > 0 else f"not {test_of[-literal]}" for literal in term]
    if not tests:
        return "True" if conjunction else "False"
    return (" and " if conjunction else " or ").join(tests)


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
    return f"def predict(row):\n    {docstring(doc)}\n    row = {STRIPPED}\n{body}"


def _vote(model: Model, task: Task) -> str:
    count = "sum(_terms_{0}(row))" if model.kind == "sop" else "-_terms_{0}(row).count(False)"
    scores = ", ".join(f"({count.format(c)}, {task.classes[c]!r})" for c in task.prior)
    return f"    scores = [{scores}]\n    return max(scores, key=lambda scored: scored[0])[1]\n"


def docstring(text: str) -> str:
    """The text as a string literal that no name in it can close."""
    return repr(text) if any(mark in text for mark in ('"', "\\")) or not text.isprintable() else f'"""{text}"""'
