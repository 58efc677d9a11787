"""The rules for machines: every literal as a comparison on a raw column.

Format ``evo-rules-2``. `covers` has one entry per output (or class) with `terms`; a term is a list of literals
``{"column", "op", "value", "negated"}``. A literal holds if its test does, or, where `negated`, if its test does not.
Tests: "<=" column <= value; "in" value[0] < column <= value[1], null being an open end; "=" column equals value, as
numbers where value is a number and as text where it is text; "among" it equals one of these texts, "other" it is known
and equals none of them; "missing" the cell is missing; "is" the column is 1.

`columns` says how the columns that are read are: ``kind`` number, date, category or bit; ``form`` how texts are written
("number": signs, currencies, groups of thousands; "comma": the same with decimal commas; "boolean"; "iso" or a format
of strptime for dates, which are compared in seconds since 1970, UTC); ``part`` [column, month, weekday or hour] where
the cell is that part of a date in another column; ``missing`` what a missing cell is read as, or null: such a cell then
fails all tests but "missing". Cells are read without surrounding blanks; `missing` lists the texts that say that a cell
is missing, and so are cells that cannot be read as numbers or dates.

sop: a cover is true if any term has all literals true; pos: if every term (clause) has some literal true. inverted: the
value of every cover is negated. binary: cover true predicts classes[1], else classes[0]. multiclass: a class scores the
number of its true terms (sop) or minus that of its false clauses (pos); the highest score wins, ties go to the class
first in `prior`; equal terms of a class all count, so that a term listed three times has weight 3, and two classes may
vote as well as more. multioutput: each cover is one output.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from evo.models.two_level import Model
from evo.storage.texts import dump_json
from evo.text.conditions import signed_bits
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.tables.cells import MISSING


def to_json_rules(model: Model, encoder: Encoder) -> str:
    """The rules as indented JSON."""
    task = encoder.task
    names = task.outputs if task.kind != "multiclass" else task.classes
    covers = [
        {
            "name": name,
            "terms": [
                [literal_record(bit, value) for bit, value in signed_bits(term, encoder.binarizer.bits)]
                for term in terms
            ],
        }
        for name, terms in zip(names, model.terms, strict=True)
    ]
    rules = {"format": "evo-rules-2", "id": model.id, "kind": model.kind, "inverted": model.inverted}
    read = {"missing": sorted(MISSING), "columns": column_records(model.used, encoder)}
    return dump_json(rules | {"task": task_record(task)} | read | {"covers": covers}, indent=1) + "\n"


def column_records(numbers: Sequence[int], encoder: Encoder) -> list[dict[str, Any]]:
    """The columns that the inputs of these numbers (from 1) test, and how they are read."""
    used = {encoder.binarizer.bits[number - 1].feature for number in numbers}
    return [
        {"name": f.name, "kind": f.kind, "form": f.form, "part": f.part, "missing": f.fill}
        for f in encoder.binarizer.fields
        if f.name in used
    ]


def task_record(task: Task) -> dict[str, Any]:
    """What is predicted; classes by name in the order in which ties are decided."""
    prior = [task.classes[index] for index in task.prior]
    return {"kind": task.kind, "outputs": task.outputs, "classes": task.classes, "prior": prior}


def literal_record(bit: Bit, value: bool) -> dict[str, Any]:
    """The comparison that holds when the bit has `value`."""
    operand: Any = bit.operand
    if isinstance(operand, tuple):
        operand = [end if isinstance(end, str) or math.isfinite(end) else None for end in operand]
    return {"column": bit.feature, "op": bit.op, "value": operand, "negated": not value}
