"""A network for machines: its inputs as comparisons on raw columns, its units, its heads.

Format ``evo-units-1``. `inputs` are comparisons ``{"column", "op", "value"}`` as in evo-rules-2
(`evo.export.json_rules`), with `columns` and `missing` as there. A literal is a whole number: k is input k of the list,
from 1, and numbers go on with the units in their order; -k is the complement; true and false are themselves. A unit
reads inputs and earlier units. Kinds: ``and``, ``or``; ``xor`` an odd number holds; ``mux`` [condition, then,
otherwise]; ``lut`` bit i of the hexadecimal `table` where the literals spell i, the first being the lowest place;
``sop`` an OR of the ANDs `terms`; ``count`` as many hold as `counts` lists; ``threshold`` the `weights` of those that
hold add up to at least `least`.

binary: the literal of the one head predicts classes[1], else classes[0]. multioutput: a literal per output. multiclass:
the score of a class is its `bias` plus the weights of the literals in its `votes` ([literal, weight]) that hold; the
highest wins, ties go to the class first in the task's `prior`. `name` and `words` are for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.export.json_rules import column_records, literal_record, task_record
from evo.models.networks import NetworkModel, shown_as_or
from evo.storage.texts import dump_json
from evo.text.networks import head_lines, unit_texts
from fitness.data.encoder import Encoder
from fitness.data.tables.cells import MISSING
from genomes.circuits.graph import FALSE, TRUE
from genomes.networks import units as kinds
from genomes.networks.network import Head
from genomes.networks.units import NAMES, Unit

#: A literal as it is written.
Number = int | bool


def to_json_units(model: NetworkModel, encoder: Encoder) -> str:
    """The network as indented JSON."""
    task, bits, used = encoder.task, encoder.binarizer.bits, model.used
    writer = _Writer(model, {number: place for place, number in enumerate(used, start=1)})
    names = task.classes if task.kind == "multiclass" else task.outputs
    texts = unit_texts(model, bits)
    record = {
        "format": "evo-units-1",
        "id": model.id,
        "task": task_record(task),
        "missing": sorted(MISSING),
        "columns": column_records(used, encoder),
        "inputs": [_input(literal_record(bits[number - 1], True)) for number in used],
        "units": [
            {"name": text.name, "words": text.text, **writer.unit(k, unit)}
            for k, (text, unit) in enumerate(zip(texts, model.network.units, strict=True))
        ],
        "heads": [
            {"name": name, **(writer.votes(head) if task.kind == "multiclass" else {"literal": writer(head.literal)})}
            for name, head in zip(names, model.network.heads, strict=True)
        ],
        "words": head_lines(model, task, bits),
    }
    return dump_json(record, indent=1) + "\n"


def _input(literal: Mapping[str, Any]) -> dict[str, Any]:
    return {name: literal[name] for name in ("column", "op", "value")}


class _Writer:
    """Literals of a network as numbers; places: of its inputs in the list."""

    def __init__(self, model: NetworkModel, places: Mapping[int, int]) -> None:
        self._first, self._places = model.first, places
        self._flipped = shown_as_or(model.network, model.first)

    def __call__(self, literal: int) -> Number:
        """A literal."""
        if literal in (FALSE, TRUE):
            return literal == TRUE
        node, sign = literal >> 1, literal & 1
        if node < self._first:
            place = self._places[node]
        else:
            number = node - self._first
            place, sign = len(self._places) + 1 + number, sign ^ self._flipped[number]
        return -place if sign else place

    def unit(self, number: int, unit: Unit) -> dict[str, Any]:
        """What unit `number` (from 0) computes."""
        if self._flipped[number]:
            return {"kind": "or", "of": [self(literal ^ 1) for literal in unit.literals]}
        if unit.kind == kinds.SOP:
            return {"kind": NAMES[unit.kind], "terms": [list(map(self, term)) for term in unit.terms()]}
        return {"kind": NAMES[unit.kind], "of": list(map(self, unit.literals)), **_parameters(unit)}

    def votes(self, head: Head) -> dict[str, Any]:
        """The votes of a class."""
        return {"bias": head.bias, "votes": [[self(literal), weight] for literal, weight in head.votes]}


def _parameters(unit: Unit) -> dict[str, Any]:
    if unit.kind == kinds.LUT:
        return {"table": f"{unit.params[0]:x}"}
    if unit.kind == kinds.COUNT:
        return {"counts": list(unit.params)}
    if unit.kind == kinds.THRESHOLD:
        return {"weights": list(unit.params[:-1]), "least": unit.params[-1]}
    return {}
