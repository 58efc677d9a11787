"""Comparisons on a column of few values, said by these values: ``state = 0``, ``x in {1, 2}``, ``x >= 3``.

What the literals of a term (or clause) on the column allow is looked up for every value that training rows held, and
for a missing cell where there were some; the shortest text for that set is taken. Values of numbers and of ordered
categories that follow one another become a range. Categories become a list of the allowed ones or of the excluded
ones; a list of allowed ones is never said by what it excludes, which would let new categories in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evo.text.phrases import listed, named, one_of
from fitness.data.dataset import Bit
from genomes.text.quoting import plain_word

Literal = tuple[Bit, bool]
#: (symbols, words) of one comparison.
Said = tuple[str, str]
#: Values that follow one another up to which they are listed.
FEW = 3


def said_by_values(literals: Sequence[Literal], *, conjunction: bool) -> list[Said] | None:
    """Comparisons whose AND (or OR) allows the values that all (or some) of the literals of one column allow.

    None where the values are not known, or where literals contradict one another or leave everything open.
    """
    held = next((bit.values for bit, _ in literals if bit.values), ())
    if not held:
        return None
    joined, bits = (all if conjunction else any), [bit for bit, _ in literals]
    inside = [value for value in held if joined(_holds(bit, value) == sign for bit, sign in literals)]
    column, new = _Column(bits, held), joined(not sign for _, sign in literals)
    if not inside or (len(inside) == len(held) and (new or column.ordered or conjunction)):
        return None
    return _Allowed(column, inside, new, conjunction).said()


def _holds(bit: Bit, value: float | str | None) -> bool:
    """Whether a cell with this value passes the test of a bit."""
    if value is None or bit.op == "missing":
        return value is None and bit.op == "missing"
    operand = bit.operand
    if isinstance(operand, tuple):
        if bit.op == "among":
            return value in operand
        low, high = bit.ends
        return not isinstance(value, str) and low < value <= high
    if bit.op == "<=":
        return not isinstance(value, str) and not isinstance(operand, str) and operand is not None and value <= operand
    return value == operand


class _Column:
    """A column of few values and its words; held: these, None last where cells are missing."""

    def __init__(self, bits: Sequence[Bit], held: Sequence[float | str | None]) -> None:
        self.bit, self.name, self.words = bits[0], bits[0].name, named(bits[0])
        self.values = [value for value in held if value is not None]
        self.misses = len(self.values) < len(held)
        self.ordered = any(bit.op in ("<=", "in", "among") for bit in bits)
        self._equal = next((bit for bit in bits if bit.op == "="), None)

    def text(self, value: float | str) -> str:
        """A value as texts write it."""
        if isinstance(value, str):
            return plain_word(value)
        if self._equal is None:
            return self.bit.number(value)
        # of 0 and 1, which may be called false and true
        side = self._equal.when_true if value == self._equal.operand else self._equal.when_false
        alternative = side.removeprefix("(").removesuffix(f" or {self.name} is missing)")
        return alternative.removeprefix(f"{self.name} = ")

    def among(self, values: Sequence[float | str]) -> Said:
        """One of these values."""
        texts = [self.text(value) for value in values]
        if len(texts) == 1:
            return f"{self.name} = {texts[0]}", f"{self.words} is {texts[0]}"
        if self.ordered and self._run(values):
            return self._range(values, texts)
        return f"{self.name} in {{{', '.join(texts)}}}", one_of(self.words, texts, negated=False)

    def excluded(self, values: Sequence[float | str]) -> Said:
        """None of these values."""
        texts = [self.text(value) for value in values]
        if len(texts) == 1:
            return f"{self.name} != {texts[0]}", f"{self.words} is not {texts[0]}"
        return f"{self.name} not in {{{', '.join(texts)}}}", one_of(self.words, texts, negated=True)

    def cost(self, values: Sequence[float | str]) -> int:
        """Values that a text for one of these names."""
        return 1 if self.ordered and self._run(values) else len(values)

    def _run(self, values: Sequence[float | str]) -> bool:
        start = self.values.index(values[0])
        return self.values[start : start + len(values)] == list(values)

    def _range(self, values: Sequence[float | str], texts: Sequence[str]) -> Said:
        low, high = texts[0], texts[-1]
        if values[0] == self.values[0]:
            return f"{self.name} <= {high}", f"{self.words} is at most {high}"
        if values[-1] == self.values[-1]:
            return f"{self.name} >= {low}", f"{self.words} is at least {low}"
        if len(values) <= FEW:
            return f"{self.name} in {{{', '.join(texts)}}}", f"{self.words} is {listed(texts, 'or')}"
        return f"{low} <= {self.name} <= {high}", f"{self.words} is {low} to {high}"


@dataclass(frozen=True, slots=True)
class _Allowed:
    """inside: values that are allowed, None among them; new: whether a category is that training never had."""

    column: _Column
    inside: Sequence[float | str | None]
    new: bool
    conjunction: bool

    def said(self) -> list[Said]:
        """The shortest comparisons."""
        column, name, words = self.column, self.column.name, self.column.words
        values, missing = [value for value in self.inside if value is not None], None in self.inside
        absent, known = (f"{name} is missing", f"{words} is missing"), (f"{name} is known", f"{words} is known")
        if not values:
            return [absent]
        others = [value for value in column.values if value not in values]
        if not others and (self.new or column.ordered):
            return [known]
        drops = column.misses and not missing
        exclude = self.new and others and not (drops and not self.conjunction)
        if exclude and self._shorter(values, others, missing=missing, drops=drops):
            return [column.excluded(others), *([known] if drops else [])]
        symbols, phrase = column.among(values)
        if not missing:
            return [(symbols, phrase)]
        if not self.conjunction:
            return [(symbols, phrase), absent]
        return [(f"({symbols} or {absent[0]})", f"{phrase} (or missing)")]

    def _shorter(
        self, values: Sequence[float | str], others: Sequence[float | str], *, missing: bool, drops: bool
    ) -> bool:
        """Whether what is excluded is the shorter text: never than a range, as it may be wrong of new categories."""
        allowed, excluded = self.column.cost(values) + missing, len(others) + drops
        if self.column.ordered:
            return excluded < allowed and self.column.cost(values) > 1
        return excluded < allowed or (excluded == allowed and missing)
