"""A network as one Python function without dependencies, on raw rows: an assignment per comparison and per unit.

Units have the names and the signs that they have in words (`evo.text.networks`). No expression holds another unit, so
however deep a network is, the parser never nests; names and categories are written with `repr`, so no text of the data
can become code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evo.export.columns import wide_columns
from evo.export.names import comment
from evo.export.python_source import STRIPPED, docstring
from evo.export.raw_cells import bit_test, prelude
from evo.kinds.network.circuit import MOST_SHOWN, title_of
from evo.models.networks import NetworkModel, shown_as_or
from evo.text.networks import network_lines, unit_prefix
from fitness.data.dataset import Task
from fitness.data.encoder import Encoder
from genomes.circuits.graph import FALSE, TRUE
from genomes.networks import units as kinds
from genomes.networks.network import Head
from genomes.networks.units import Unit


def to_python_units(model: NetworkModel, encoder: Encoder) -> str:
    """Source text of a module with ``predict(row)``; for several outputs it returns a dict."""
    task, bits = encoder.task, encoder.binarizer.bits
    described = "\n".join(f"#   {comment(line)}" for line in network_lines(model, task, bits, MOST_SHOWN))
    header = f"# {comment(title_of(model))}\n# The rules in words:\n{described}\n"
    body = _predict(model, encoder)
    return f"{header}{prelude(body)}\n\n{body}"


def _predict(model: NetworkModel, encoder: Encoder) -> str:
    task, prefix = encoder.task, unit_prefix(model, encoder.binarizer.bits)
    names = _Names(model.first, prefix, shown_as_or(model.network, model.first))
    of_heads, doc = _decision(model.network.heads, task, names)
    lines = [docstring(doc), f"row = {STRIPPED}", *_tests(model, encoder)]
    lines += [f"{prefix}{k + 1} = {names.unit(k, unit)}" for k, unit in enumerate(model.network.units)]
    return "def predict(row):\n" + "".join(f"    {line}\n" for line in (*lines, *of_heads))


def _tests(model: NetworkModel, encoder: Encoder) -> list[str]:
    """``x3 = (_number(row, 'a') <= 3.5)``: the comparison of every input that is read."""
    binarizer = encoder.binarizer
    wide, field_of = wide_columns(binarizer), {field.name: field for field in binarizer.fields}
    lines = []
    for number in model.used:
        bit = binarizer.bits[number - 1]
        lines.append(f"x{number} = {bit_test(bit, field_of[bit.feature], wide=bit.feature in wide)}")
    return lines


@dataclass(frozen=True, slots=True)
class _Names:
    """Literals and units as expressions; flipped: see `evo.models.networks.shown_as_or`."""

    first: int
    prefix: str
    flipped: Sequence[bool]

    def __call__(self, literal: int) -> str:
        """Of a literal; a complement stands in brackets."""
        if literal in (FALSE, TRUE):
            return "True" if literal == TRUE else "False"
        node, sign = literal >> 1, literal & 1
        if node < self.first:
            return f"(not x{node})" if sign else f"x{node}"
        number = node - self.first
        name = f"{self.prefix}{number + 1}"
        return f"(not {name})" if sign ^ self.flipped[number] else name

    def each(self, literals: Iterable[int]) -> list[str]:
        """An expression per literal."""
        return [self(literal) for literal in literals]

    def unit(self, number: int, unit: Unit) -> str:
        """Of a unit; an OR where it is shown as one."""
        if self.flipped[number]:
            return " or ".join(self.each(literal ^ 1 for literal in unit.literals))
        return _UNITS[unit.kind](self, unit)


def _conjunction(names: _Names, unit: Unit) -> str:
    return " and ".join(names.each(unit.literals)) or "True"


def _parity(names: _Names, unit: Unit) -> str:
    return f"{_sum(names.each(unit.literals))} % 2 == 1"


def _choice(names: _Names, unit: Unit) -> str:
    condition, then, otherwise = names.each(unit.literals)
    return f"{then} if {condition} else {otherwise}"


def _table(names: _Names, unit: Unit) -> str:
    places = [_times(1 << place, text) for place, text in enumerate(names.each(unit.literals))]
    return f"({unit.params[0]:#x} >> {_sum(places)} & 1) == 1"


def _sum_of_products(names: _Names, unit: Unit) -> str:
    terms = [f"({' and '.join(names.each(term))})" for term in unit.terms()]
    return " or ".join(terms) or "False"


def _count(names: _Names, unit: Unit) -> str:
    total, counts = _sum(names.each(unit.literals)), unit.params
    if counts and counts[-1] - counts[0] + 1 == len(counts):
        if counts[-1] == len(unit.literals):
            return f"{total} >= {counts[0]}"
        return f"{counts[0]} <= {total} <= {counts[-1]}"
    return f"{total} in {{{', '.join(map(str, counts))}}}" if counts else "False"


def _threshold(names: _Names, unit: Unit) -> str:
    pairs = zip(unit.params[:-1], unit.literals, strict=True)
    return f"{_sum([_times(weight, names(literal)) for weight, literal in pairs])} >= {unit.params[-1]}"


_UNITS: Mapping[int, Callable[[_Names, Unit], str]] = {
    kinds.AND: _conjunction,
    kinds.XOR: _parity,
    kinds.MUX: _choice,
    kinds.LUT: _table,
    kinds.SOP: _sum_of_products,
    kinds.COUNT: _count,
    kinds.THRESHOLD: _threshold,
}


def _sum(texts: Sequence[str]) -> str:
    """A sum as a call: a chain of pluses nests."""
    return f"sum([{', '.join(texts)}])"


def _times(weight: int, text: str) -> str:
    return text if weight == 1 else f"{weight} * {text}"


def _decision(heads: Sequence[Head], task: Task, names: _Names) -> tuple[list[str], str]:
    """The lines that return, and what the function is for."""
    if task.kind == "binary":
        negative, positive = task.classes
        return [
            f"return {positive!r} if {names(heads[0].literal)} else {negative!r}"
        ], f"The predicted {task.outputs[0]}."
    if task.kind == "multioutput":
        pairs = [f"{name!r}: int({names(head.literal)})" for name, head in zip(task.outputs, heads, strict=True)]
        return ["return {", *(f"    {pair}," for pair in pairs), "}"], "The predicted outputs, 0 or 1 by name."
    lines = ["scores = ["]
    for c in task.prior:
        votes = [_times(weight, names(literal)) for literal, weight in heads[c].votes]
        lines.append(f"    ({_sum([str(heads[c].bias), *votes])}, {task.classes[c]!r}),")
    lines += ["]", "return max(scores, key=lambda scored: scored[0])[1]"]
    return lines, f"The predicted {task.outputs[0]}: most votes, ties to the more frequent class."
