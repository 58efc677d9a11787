"""One raw column to the bits that describe it, fitted on training values, each with its meaning in words.

Texts are true to the semantics: a comparison with a missing value is false, so in a column that misses values in
training the opposite of ``x <= 3`` reads ``(x > 3 or x is missing)``. Such a column also gets a bit of its own for
being missing. Constant columns say nothing and give no bit; a column that is a bit already is kept whatever it holds.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import check_binary, number_text, shown
from fitness.data.dataset import Bit, Unit
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column, Kind
from fitness.data.tables.dates import date_text, rounded_date
from fitness.data.tables.raw import is_missing
from fitness.data.task import in_order
from fitness.data.thresholds import quantile_cuts, thresholds
from fitness.errors import DataError
from genomes.text.printable import printable
from genomes.text.quoting import plain_word

#: Whole numbers of a column that texts call by their values, and how far apart: numbers between are no such values.
FEW_VALUES, WIDEST_GAP = 10, 2
#: A category with fewer training rows is pooled with others like it, in tables of more than `FEW_ROWS` rows.
RARE, FEW_ROWS = 3, 100


def labels_of(names: Sequence[str]) -> dict[str, str]:
    """How each column is called in texts: without white space, or in quotes where two would read alike."""
    plain = {name: printable(shown(name)) for name in names}
    in_quotes = {name: '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' for name in names}
    times = Counter(plain.values())
    alike = {name for name in names if times[plain[name]] > 1}
    while more := {name for name in names if plain[name] in {in_quotes[n] for n in alike}} - alike:
        alike |= more  # a column whose very name is another one's in quotes
    return {name: in_quotes[name] if name in alike else shown(name) for name in names}


def fit_column(column: Column, spec: BinarizeSpec, where: str, label: str = "") -> tuple[Bit, ...]:
    """The bits of one training column; label: what it is called in texts.

    Raises:
        DataError: method "none" and a value that is not 0 or 1.
    """
    words = Words.of(column, label)
    if spec.method == "none":
        return (_as_is(column, words, where),)
    bits = tuple(_ENCODERS[column.kind](column, words, spec))
    values = _values_of(column, bits)
    return tuple(replace(bit, values=values) for bit in bits) if values else bits


def _values_of(column: Column, bits: Sequence[Bit]) -> tuple[float | str | None, ...]:
    """See `Bit.values`."""
    absent = is_missing(column.values)
    missing = (None,) if absent.any() else ()
    if column.kind == "category":
        held = set(column.values[~absent].tolist())
        named = [level for level in column.levels if level in held] if column.levels else list(in_order(held))
        return () if any(bit.op == "other" for bit in bits) else (*named, *missing)
    if column.kind != "number":
        return ()
    known = column.values[~absent]
    if len(np.unique(known[: 100 * FEW_VALUES])) > FEW_VALUES:  # a look that spares long columns the sort
        return ()
    known = np.unique(known)
    few = len(known) <= FEW_VALUES and np.isfinite(known).all() and (known == np.rint(known)).all()
    few = few and len(known) > 1 and bool((np.diff(known) <= WIDEST_GAP).all())
    whole: Sequence[float] = [value + 0 for value in known.tolist()] if few else ()
    return (*whole, *missing) if whole else ()


@dataclass(frozen=True, slots=True)
class Words:
    """Makes the bits of a column with their texts.

    x: what the column is called there; missing: whether training rows miss values, so that the opposite of a comparison
    holds for these, too.
    """

    feature: str
    x: str
    missing: bool

    @classmethod
    def of(cls, column: Column, label: str = "") -> Words:
        """Those of a training column."""
        return cls(column.name, label or shown(column.name), bool(is_missing(column.values).any()))

    def bit(self, op: Any, operand: Any, when_true: str, when_false: str, unit: Unit = "") -> Bit:
        """A bit of the column."""
        label = "" if self.x == shown(self.feature) else self.x
        return Bit(self.feature, op, operand, when_true, when_false, label, unit)

    def opposite(self, alternatives: Sequence[str]) -> str:
        """The text of the opposite of a comparison: one of `alternatives`, or missing."""
        texts = [*alternatives, f"{self.x} is missing"] if self.missing else list(alternatives)
        return f"({' or '.join(texts)})" if len(texts) > 1 else texts[0]

    def at_most(self, cut: float, text: str, unit: Unit = "") -> Bit:
        """x <= cut."""
        return self.bit("<=", cut, f"{self.x} <= {text}", self.opposite([f"{self.x} > {text}"]), unit)


def cut_like(bit: Bit, cut: float, *, missing: bool) -> Bit:
    """The bit ``x <= cut`` of the column of `bit`, in the same words; missing: whether training rows miss values."""
    like = Words(bit.feature, bit.name, missing).at_most(cut, bit.number(cut), bit.unit)
    return replace(like, values=bit.values)


def _as_is(column: Column, words: Words, where: str) -> Bit:
    if column.kind == "bit":
        return _bit(words)
    if column.kind in ("category", "date"):
        got = next(iter(column.values))
        raise DataError(f"binarize none: column {column.name!r} must hold only 0 and 1, got {got!r}", where=where)
    check_binary(column.values, column.name, where)
    return words.bit("=", 1.0, f"{words.x} = 1", f"{words.x} = 0")


def _bit(words: Words) -> Bit:
    return words.bit("is", None, words.x, f"NOT {words.x}")


def _bits(column: Column, words: Words, spec: BinarizeSpec) -> Iterator[Bit]:
    yield _bit(words)


def _numbers(column: Column, words: Words, spec: BinarizeSpec) -> Iterator[Bit]:
    known = column.values[~is_missing(column.values)]
    if _is_zero_one(known):
        one, zero = ("true", "false") if column.form == "boolean" else ("1", "0")
        yield words.bit("=", 1.0, f"{words.x} = {one}", words.opposite([f"{words.x} = {zero}"]))
    elif len(known):
        cuts = _given(known, spec.thresholds) if spec.thresholds else thresholds(known, spec.bits)
        if spec.method == "thermometer":
            yield from (words.at_most(cut, number_text(cut)) for cut in cuts)
        else:
            yield from _intervals(words, cuts, number_text)
    yield from _missing(column, words)


def _given(known: NDArray[Any], cuts: Sequence[float]) -> tuple[float, ...]:
    """Of these cuts the ones that part the values, ascending."""
    low, high = known.min(), known.max()
    return tuple(cut for cut in sorted(set(cuts)) if low <= cut < high)


def _dates(column: Column, words: Words, spec: BinarizeSpec) -> Iterator[Bit]:
    known = column.values[~np.isnan(column.values)]
    clock = bool((known % 86_400 != 0).any())
    if len(known):
        cuts = quantile_cuts(known, spec.bits, rounded_date)
        unit: Unit = "clock" if clock else "day"
        texts = {cut: date_text(cut, clock=clock) for cut in cuts}
        if spec.method == "thermometer":
            yield from (words.at_most(cut, texts[cut], unit) for cut in cuts)
        else:
            yield from _intervals(words, cuts, lambda cut: date_text(cut, clock=clock), unit)
    yield from _missing(column, words)


def _is_zero_one(known: NDArray[Any]) -> bool:
    return bool(((known == 0) | (known == 1)).all() and (known == 0).any() and (known == 1).any())


def _intervals(words: Words, cuts: Sequence[float], text: Callable[[float], str], unit: Unit = "") -> Iterator[Bit]:
    ends = [-math.inf, *cuts, math.inf]
    intervals = list(itertools.pairwise(ends)) if cuts else []
    # Without missing values the second of two intervals is the first one's opposite.
    for low, high in intervals[:1] if len(intervals) == 2 and not words.missing else intervals:
        inside, outside = _interval_texts(words.x, low, high, text)
        yield words.bit("in", (low, high), inside, words.opposite(outside), unit)


def _interval_texts(x: str, low: float, high: float, text: Callable[[float], str]) -> tuple[str, list[str]]:
    """The text of low < x <= high and the alternatives of its opposite."""
    if low == -math.inf:
        return f"{x} <= {text(high)}", [f"{x} > {text(high)}"]
    if high == math.inf:
        return f"{x} > {text(low)}", [f"{x} <= {text(low)}"]
    return f"{text(low)} < {x} <= {text(high)}", [f"{x} <= {text(low)}", f"{x} > {text(high)}"]


def _categories(column: Column, words: Words, spec: BinarizeSpec) -> Iterator[Bit]:
    counts = Counter(column.values.tolist())
    absent = counts.pop(None, 0)
    values = list(in_order(counts))
    if column.levels:
        yield from _ordered([level for level in column.levels if level in counts], words)
    elif len(values) == 2 and not absent:
        first, second = values
        yield words.bit("=", second, f"{words.x} = {plain_word(second)}", f"{words.x} = {plain_word(first)}")
    elif len(values) > 1:
        kept = _kept(values, counts, spec.levels, len(column.values))
        for value in kept:
            yield words.bit("=", value, f"{words.x} = {plain_word(value)}", f"{words.x} != {plain_word(value)}")
        if len(kept) < len(values):
            yield words.bit("other", tuple(kept), f"{words.x} = (other)", f"{words.x} != (other)")
    yield from _missing(column, words)


def _kept(values: Sequence[str], counts: Mapping[str, int], most: int, n_rows: int) -> list[str]:
    """The categories that get a bit of their own: the most frequent ones, none of them rare."""
    rare = [value for value in values if counts[value] < RARE] if n_rows > FEW_ROWS else []
    frequent = sorted((v for v in values if counts[v] >= RARE or len(rare) < 2), key=lambda v: -counts[v])
    if len(frequent) > most or len(frequent) < len(values):
        chosen = set(frequent[:most])
        return [value for value in values if value in chosen]
    return list(values)


def _ordered(levels: Sequence[str], words: Words) -> Iterator[Bit]:
    """x <= level for each level but the last: in words of the order that was given."""
    for last in range(len(levels) - 1):
        level = plain_word(levels[last])
        opposite = words.opposite([f"{words.x} > {level}"])
        yield words.bit("among", tuple(levels[: last + 1]), f"{words.x} <= {level}", opposite)


def _missing(column: Column, words: Words) -> Iterator[Bit]:
    absent = is_missing(column.values)
    if absent.any() and not absent.all():
        yield words.bit("missing", None, f"{words.x} is missing", f"{words.x} is known")


_ENCODERS: Mapping[Kind, Callable[[Column, Words, BinarizeSpec], Iterator[Bit]]] = MappingProxyType(
    {"number": _numbers, "category": _categories, "bit": _bits, "date": _dates}
)
