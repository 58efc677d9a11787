"""The rules for machines: every literal as a comparison on a raw column.

Format ``evo-rules-1``. Cells are read without surrounding blanks; missing are an empty cell, ?, NA, NaN and nan.
`covers` has one entry per output (or class) with `terms`; a term is a list of literals ``{"column", "op", "value",
"negated"}``. A literal holds if its test does, or, where `negated`, if its test does not. Tests: "<=" column <= value;
"in" value[0] < column <= value[1], null being an open end; "=" column equals value, as numbers where value is a number
and as text where it is text; "missing" the cell is missing; "is" the column is 1. A missing cell fails every test but
"missing". sop: a cover is true if any term has all literals true; pos: if every term (clause) has some literal true.
inverted: the value of every cover is negated. binary: cover true predicts classes[1], else classes[0]. multiclass: a
class scores the number of its true terms (sop) or minus that of its false clauses (pos); the highest score wins, ties
go to the class first in `prior`; equal terms of a class all count, so that a term listed three times has weight 3, and
two classes may vote as well as more. multioutput: each cover is one output.
"""

from __future__ import annotations

import math
from typing import Any

from evo.models.two_level import Model
from evo.storage.texts import dump_json
from evo.text.conditions import signed_bits
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder


def to_json_rules(model: Model, encoder: Encoder) -> str:
    """The rules as indented JSON."""
    task = encoder.task
    names = task.outputs if task.kind != "multiclass" else task.classes
    covers = [
        {
            "name": name,
            "terms": [
                [_literal(bit, value) for bit, value in signed_bits(term, encoder.binarizer.bits)] for term in terms
            ],
        }
        for name, terms in zip(names, model.terms, strict=True)
    ]
    rules = {"format": "evo-rules-1", "id": model.id, "kind": model.kind, "inverted": model.inverted}
    return dump_json(rules | {"task": _task(task), "covers": covers}, indent=1) + "\n"


def _task(task: Task) -> dict[str, Any]:
    prior = [task.classes[index] for index in task.prior]
    return {"kind": task.kind, "outputs": task.outputs, "classes": task.classes, "prior": prior}


def _literal(bit: Bit, value: bool) -> dict[str, Any]:
    operand: Any = bit.operand
    if isinstance(operand, tuple):
        operand = [end if math.isfinite(end) else None for end in operand]
    return {"column": bit.feature, "op": bit.op, "value": operand, "negated": not value}
