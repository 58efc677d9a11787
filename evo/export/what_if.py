"""A circuit as plain data for a page that predicts by itself: columns, comparisons, gates, and how they decide.

`evo/report/html/templates/script.js.j2` is what reads it. The data say:

columns: what a reader fills in, `{"name", "kind", "levels", "start"}`; kind is number, comma (the decimal mark is a
comma), wide (whole numbers that a double does not hold: they are texts here), boolean, bit, date or category; levels:
of a category, `[text, as it is shown]`; start: the text of the cell to begin with, empty where it is missing.
fields: what is read of a column, `{"column", "part", "fill"}`; fill: what a missing cell is read as, or null.
bits: `[field, op, operand]` as in `fitness.data.dataset.Bit`.
gates: op, left, right of every gate in one list, literals as in genomes/circuits/graph.py; marks: the literals of what
the page shows one by one, rules or units.
outputs or scores: as in `Circuit`, a score as `[bias, [literal, weight], ...]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evo.export.circuit import Circuit
from evo.export.columns import wide_columns
from fitness.data.checks import number_text
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.tables.cells import MISSING
from fitness.data.tables.dates import date_text
from genomes.circuits.graph import Graph
from genomes.text.printable import printable

#: Larger models are not for a page.
MOST_COLUMNS, MOST_GATES, MOST_LEVELS = 400, 50_000, 20_000


def what_if(circuit: Circuit, graph: Graph, marks: Sequence[int]) -> dict[str, Any] | None:
    """The data; None where the model reads nothing, or is too large for a page.

    graph: the gates of `circuit`, perhaps with more behind them that `marks` are literals of.
    """
    wide = wide_columns(circuit.binarizer)
    fields = list(circuit.fields.values())
    raw = list(dict.fromkeys(_raw(field) for field in fields))
    levels = {field.name: _levels(circuit, field) for field in fields if field.kind == "category"}
    if not raw or len(raw) > MOST_COLUMNS or len(graph) > MOST_GATES or sum(map(len, levels.values())) > MOST_LEVELS:
        return None
    place = {field.name: i for i, field in enumerate(fields)}
    task = circuit.task
    return {
        "columns": [_column(name, fields, levels, name in wide) for name in raw],
        "fields": [
            {
                "column": raw.index(_raw(field)),
                "part": None if field.part is None else field.part[1],
                "fill": str(field.fill) if field.name in wide and field.fill is not None else field.fill,
            }
            for field in fields
        ],
        "bits": [[place[bit.feature], bit.op, _operand(bit, bit.feature in wide)] for bit in circuit.bits],
        "gates": [part for _, *gate in graph.gates() for part in gate],
        "outputs": list(circuit.outputs),
        "scores": [[score.bias, *map(list, score.votes)] for score in circuit.scores],
        "names": [printable(name) for name in task.outputs],
        "classes": [printable(label) for label in task.classes],
        "prior": list(task.prior),
        "marks": list(marks),
        "missing": sorted(MISSING),
    }


def _raw(field: Field) -> str:
    """The column that a reader fills in."""
    return field.name if field.part is None else field.part[0]


def _column(name: str, fields: Sequence[Field], levels: Mapping[str, list[str]], wide: bool) -> dict[str, Any]:
    own = next((field for field in fields if field.name == name and field.part is None), None)
    if own is None:  # only parts of the date are read
        return {"name": printable(name), "kind": "date", "levels": [], "start": ""}
    plain = "wide" if wide else own.form if own.form in ("boolean", "comma") else "number"
    kind = plain if own.kind == "number" else own.kind
    shown = [[level, printable(level)] for level in levels.get(name, [])]
    return {"name": printable(name), "kind": kind, "levels": shown, "start": _start(own, kind)}


def _start(field: Field, kind: str) -> str:
    """The usual value as the text of a cell; empty where missing cells are a case of their own."""
    fill = field.fill
    if kind == "bit":
        return "0"
    if fill is None or isinstance(fill, str):
        return fill or ""
    if kind == "date":
        return date_text(fill, clock=fill % 86_400 != 0)
    if kind == "boolean":
        return "true" if fill == 1 else "false"
    text = str(fill) if isinstance(fill, int) else number_text(fill)
    return text.replace(".", ",") if kind == "comma" else text


def _levels(circuit: Circuit, field: Field) -> list[str]:
    """The categories that some bit of the column names, and the usual one, sorted."""
    found = {field.fill} if isinstance(field.fill, str) else set[str]()
    for bit in circuit.binarizer.bits:
        if bit.feature == field.name:
            parts = bit.operand if isinstance(bit.operand, tuple) else (bit.operand,)
            found |= {part for part in parts if isinstance(part, str)}
    return sorted(found)


def _operand(bit: Bit, wide: bool) -> Any:
    if bit.op == "in":
        return [_number(end, wide) for end in bit.ends]
    if isinstance(bit.operand, tuple):
        return list(bit.operand)
    return _number(bit.operand, wide) if isinstance(bit.operand, int | float) else bit.operand


def _number(value: float, wide: bool) -> float | str:
    """As JSON has it: texts for what it has not (infinities, whole numbers that doubles round)."""
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return str(value) if wide and isinstance(value, int) else value
