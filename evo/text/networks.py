"""Composed networks in a person's words: a line per unit, then what the heads decide.

    u1 = parity(a, b, c)
    u2 = at least 3 of (a, b, c, d, e)  (used 2 times)
    u3 = if u1 then u2 else NOT d
    y = 1 when u3
    otherwise y = 0

Inputs are called what formulas call their comparisons. An AND of complements is said as the OR that it complements, and
whatever reads it then reads the other sign. In a table the first operand is the lowest place: ``table(a, b) = 0100``
holds where a does and b does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evo.models.networks import NetworkModel, shown_as_or
from evo.text.conditions import conditions, literal_text, signed_bits
from evo.text.numbers import counted
from evo.text.phrases import listed
from fitness.data.dataset import Bit, Task
from genomes.circuits.graph import FALSE, TRUE
from genomes.networks import units as kinds
from genomes.networks.network import Head
from genomes.networks.units import Unit
from genomes.text.printable import printable

#: Operands up to which an AND or OR is written with its word between them; more stand in a list.
FEW = 3


@dataclass(frozen=True, slots=True)
class UnitText:
    """A unit as it is shown: its name, what it is, how many units and heads read it."""

    name: str
    text: str
    used: int

    @property
    def line(self) -> str:
        """``u2 = at least 3 of (a, b, c, d, e)  (used 2 times)``."""
        return f"{self.name} = {self.text}" + (f"  (used {self.used:,} times)" if self.used > 1 else "")


def unit_prefix(model: NetworkModel, bits: Sequence[Bit]) -> str:
    """What the names of units begin with: u, or what no text of an input has before a number."""
    read = [bits[number - 1] for number in model.used]
    texts = " ".join(text for bit in read for text in (bit.when_true, bit.when_false, *map(str, bit.values)))
    prefix = "u"
    while re.search(rf"\b{prefix}\d+\b", texts):
        prefix += "u"
    return prefix


@dataclass(frozen=True, slots=True)
class Wording:
    """Literals and units of one network as texts.

    flipped: see `evo.models.networks.shown_as_or`; most: operands of a list that are shown, None for all.
    """

    bits: Sequence[Bit]
    first: int
    prefix: str
    flipped: Sequence[bool]
    most: int | None = None

    @classmethod
    def of(cls, model: NetworkModel, bits: Sequence[Bit], most: int | None = None) -> Wording:
        """The wording of a model."""
        flipped = shown_as_or(model.network, model.first)
        return cls(bits, model.first, unit_prefix(model, bits), flipped, most)

    def name(self, number: int) -> str:
        """Of unit `number`, from 0."""
        return f"{self.prefix}{number + 1}"

    def literal(self, literal: int) -> str:
        """``mean radius <= 14.2``, ``NOT u3``."""
        node, sign = literal >> 1, literal & 1
        if literal in (FALSE, TRUE):
            return "TRUE" if literal == TRUE else "FALSE"
        if node < self.first:
            return literal_text(self.bits[node - 1], not sign)
        number = node - self.first
        return f"{'NOT ' if sign ^ self.flipped[number] else ''}{self.name(number)}"

    def each(self, literals: Iterable[int]) -> list[str]:
        """A text per literal."""
        return [self.literal(literal) for literal in literals]

    def joined(self, literals: Sequence[int], *, conjunction: bool) -> list[str]:
        """Texts whose AND (or OR) equals that of the literals: comparisons of one column become one."""
        inputs = [literal for literal in literals if 0 < literal >> 1 < self.first]
        others = [literal for literal in literals if literal not in inputs]
        numbers = [-(literal >> 1) if literal & 1 else literal >> 1 for literal in inputs]
        return conditions(signed_bits(numbers, self.bits), conjunction=conjunction) + self.each(others)

    def row(self, texts: Sequence[str]) -> str:
        """``(a, b, c)``, or the first of many and how many more."""
        if self.most is not None and len(texts) > self.most + 1:
            texts = [*texts[: self.most], f"... and {len(texts) - self.most:,} more"]
        return f"({', '.join(texts)})"

    def unit(self, number: int, unit: Unit) -> str:
        """What a unit is; for one that is shown as an OR, what its complement is."""
        if self.flipped[number]:
            return self._either(self.joined([literal ^ 1 for literal in unit.literals], conjunction=False), "OR", "any")
        return _UNITS[unit.kind](self, unit)

    def _either(self, texts: list[str], word: str, quantity: str) -> str:
        if not texts:
            return "FALSE" if word == "OR" else "TRUE"
        return f" {word} ".join(texts) if len(texts) <= FEW else f"{quantity} of {self.row(texts)}"

    def conjunction(self, unit: Unit) -> str:
        """``a AND NOT u2``, ``all of (a, b, c, d)``."""
        return self._either(self.joined(unit.literals, conjunction=True), "AND", "all")

    def parity(self, unit: Unit) -> str:
        """``parity(a, b, c)``."""
        return f"parity{self.row(self.each(unit.literals))}"

    def choice(self, unit: Unit) -> str:
        """``if u1 then u2 else NOT d``."""
        condition, then, otherwise = self.each(unit.literals)
        return f"if {condition} then {then} else {otherwise}"

    def table(self, unit: Unit) -> str:
        """``table(a, b, c) = 0110 1001``."""
        values = "".join(str(unit.params[0] >> i & 1) for i in range(1 << len(unit.literals)))
        return f"table{self.row(self.each(unit.literals))} = {' '.join(re.findall('.{1,4}', values))}"

    def sum_of_products(self, unit: Unit) -> str:
        """``(a AND b) OR NOT c``."""
        terms = []
        for term in unit.terms():
            texts = self.joined(term, conjunction=True) or ["TRUE"]
            terms.append(f"({' AND '.join(texts)})" if len(texts) > 1 else texts[0])
        if self.most is not None and len(terms) > self.most + 1:
            terms = [*terms[: self.most], f"... and {len(terms) - self.most:,} more"]
        return " OR ".join(terms) or "FALSE"

    def count(self, unit: Unit) -> str:
        """``at least 3 of (...)``, ``exactly 2 or 4 of (...)``."""
        row = self.row(self.each(unit.literals))
        return f"{_quantity(unit.params, len(unit.literals))} of {row}"

    def threshold(self, unit: Unit) -> str:
        """``2 * a + 3 * (x <= 3) - NOT b >= 4``."""
        pairs = [(weight, self.literal(lit)) for weight, lit in zip(unit.params[:-1], unit.literals, strict=True)]
        return f"{self.weighted(pairs)} >= {unit.params[-1]}"

    def weighted(self, pairs: Sequence[tuple[int, str]]) -> str:
        """A sum of texts with weights."""
        texts = []
        for weight, text in pairs:
            factor = "" if abs(weight) == 1 else f"{abs(weight)} * "
            sign = "- " if weight < 0 else "+ "
            texts.append(f"{sign}{factor}{f'({text})' if ' ' in text else text}")
        if self.most is not None and len(texts) > self.most + 1:
            texts = [*texts[: self.most], f"+ ... and {len(texts) - self.most:,} more"]
        return " ".join(texts).removeprefix("+ ") or "0"


_UNITS: Mapping[int, Callable[[Wording, Unit], str]] = {
    kinds.AND: Wording.conjunction,
    kinds.XOR: Wording.parity,
    kinds.MUX: Wording.choice,
    kinds.LUT: Wording.table,
    kinds.SOP: Wording.sum_of_products,
    kinds.COUNT: Wording.count,
    kinds.THRESHOLD: Wording.threshold,
}


def _quantity(counts: Sequence[int], n: int) -> str:
    """Numbers of n that hold, in words."""
    if not counts:
        return "an impossible number"
    low, high = counts[0], counts[-1]
    if high - low + 1 > len(counts) or len(counts) == 1 or (len(counts) == 2 and low > 0 and high < n):
        return f"exactly {listed(list(map(str, counts)), 'or')}"
    if high == n:
        return f"at least {low}"
    return f"at most {high}" if low == 0 else f"{low} to {high}"


def unit_texts(model: NetworkModel, bits: Sequence[Bit], most: int | None = None) -> list[UnitText]:
    """Every unit in order; most: operands of a list that are shown, None for all."""
    wording, units = Wording.of(model, bits, most), model.network.units
    return [
        UnitText(wording.name(number), printable(wording.unit(number, unit)), used)
        for number, (unit, used) in enumerate(zip(units, model.readers(), strict=True))
    ]


def head_lines(model: NetworkModel, task: Task, bits: Sequence[Bit], most: int | None = None) -> list[str]:
    """What the heads decide: ``y = 1 when u3``, or the votes of every class."""
    wording, heads = Wording.of(model, bits, most), model.network.heads
    if task.kind == "multiclass":
        lines = [line for label, head in zip(task.classes, heads, strict=True)
                 for line in _votes(f"{task.outputs[0]} = {label}", head, wording)]  # fmt: skip
        ranked = ", ".join(task.classes[index] for index in task.prior)
        lines.append(f"most votes win; ties go to the first of {ranked}")
    elif task.kind == "binary":
        name, (negative, positive) = task.outputs[0], task.classes
        lines = [f"{name} = {positive} when {wording.literal(heads[0].literal)}", f"otherwise {name} = {negative}"]
    else:
        pairs = zip(task.outputs, heads, strict=True)
        lines = [f"{name} = 1 when {wording.literal(head.literal)}" for name, head in pairs]
    return [printable(line) for line in lines]


def _votes(what: str, head: Head, wording: Wording) -> list[str]:
    votes = sorted(head.votes, key=lambda vote: -vote[1])
    lines = [f"  {counted(weight, 'vote'):<8} {wording.literal(literal)}" for literal, weight in votes]
    heading = f"{what} has {counted(head.bias, 'vote')}, and" if head.bias else f"{what} gets"
    if not lines:
        return [f"{what} has {counted(head.bias, 'vote')}"]
    return [f"{heading} for each that holds", *lines]


def network_lines(model: NetworkModel, task: Task, bits: Sequence[Bit], most: int | None = None) -> list[str]:
    """The whole network as lines of printable text."""
    return [*(unit.line for unit in unit_texts(model, bits, most)), *head_lines(model, task, bits, most)]


def layers_of(model: NetworkModel) -> list[int]:
    """Per unit, its layer from 1: one above the highest that it reads."""
    layers: list[int] = []
    starts, literals = model.network.starts.tolist(), model.network.literals.tolist()
    for start, stop in pairwise(starts):
        nodes = [literal >> 1 for literal in literals[start:stop]]
        layers.append(1 + max((layers[node - model.first] for node in nodes if node >= model.first), default=0))
    return layers
