"""One raw column to the bits that describe it, fitted on training values, each with its meaning in words.

Texts are true to the semantics: a comparison with a missing value is false, so in a column that misses values in
training the opposite of ``x <= 3`` reads ``(x > 3 or x is missing)``. Such a column also gets a bit of its own for
being missing. Constant columns say nothing and give no bit; a column that is a bit already is kept whatever it holds.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import check_binary, number_text
from fitness.data.dataset import Bit
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column, Kind
from fitness.data.task import in_order
from fitness.data.thresholds import thresholds
from fitness.errors import DataError


def fit_column(column: Column, spec: BinarizeSpec, where: str) -> tuple[Bit, ...]:
    """The bits of one training column.

    Raises:
        DataError: method "none" and a value that is not 0 or 1.
    """
    if spec.method == "none":
        return (_as_is(column, where),)
    return tuple(_ENCODERS[column.kind](column, spec))


def shown(name: str) -> str:
    """A column's name in texts: white space would break formulas."""
    return re.sub(r"\s+", "_", name)


def is_missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    """bool[rows]: None in an object array, NaN in a float array."""
    if values.dtype == object:
        return np.fromiter((value is None for value in values), dtype=np.bool_, count=len(values))
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    return np.zeros(len(values), dtype=np.bool_)


def _as_is(column: Column, where: str) -> Bit:
    if column.kind == "bit":
        return _bit(column)
    if column.kind == "category":
        got = next(iter(column.values))
        raise DataError(f"binarize none: column {column.name!r} must hold only 0 and 1, got {got!r}", where=where)
    check_binary(column.values, column.name, where)
    return _zero_one(column.name, missing=False)


def _bit(column: Column) -> Bit:
    return Bit(column.name, "is", None, shown(column.name), f"NOT {shown(column.name)}")


def _bits(column: Column, spec: BinarizeSpec) -> Iterator[Bit]:
    yield _bit(column)


def _numbers(column: Column, spec: BinarizeSpec) -> Iterator[Bit]:
    absent = is_missing(column.values)
    missing = bool(absent.any())
    known = column.values[~absent] if missing else column.values
    if _is_zero_one(known):
        yield _zero_one(column.name, missing)
    elif len(known):
        cuts = thresholds(known, spec.bits)
        make = _thermometer if spec.method == "thermometer" else _intervals
        yield from make(column.name, cuts, missing)
    yield from _missing(column.name, absent)


def _is_zero_one(known: NDArray[Any]) -> bool:
    return bool(((known == 0) | (known == 1)).all() and (known == 0).any() and (known == 1).any())


def _zero_one(name: str, missing: bool) -> Bit:
    x = shown(name)
    return Bit(name, "=", 1.0, f"{x} = 1", _or_missing(x, [f"{x} = 0"], missing))


def threshold_bit(name: str, cut: float, missing: bool) -> Bit:
    """The bit ``name <= cut``; missing: whether training rows miss values of the column."""
    x, text = shown(name), number_text(cut)
    return Bit(name, "<=", cut, f"{x} <= {text}", _or_missing(x, [f"{x} > {text}"], missing))


def _thermometer(name: str, cuts: tuple[float, ...], missing: bool) -> Iterator[Bit]:
    yield from (threshold_bit(name, cut, missing) for cut in cuts)


def _intervals(name: str, cuts: tuple[float, ...], missing: bool) -> Iterator[Bit]:
    ends = [-math.inf, *cuts, math.inf]
    intervals = list(itertools.pairwise(ends)) if cuts else []
    # Without missing values the second of two intervals is the first one's opposite.
    for low, high in intervals[:1] if len(intervals) == 2 and not missing else intervals:
        inside, outside = _interval_texts(shown(name), low, high)
        yield Bit(name, "in", (low, high), inside, _or_missing(shown(name), outside, missing))


def _interval_texts(x: str, low: float, high: float) -> tuple[str, list[str]]:
    """The text of low < x <= high and the alternatives of its opposite."""
    above, below = f"{x} > {number_text(low)}", f"{x} <= {number_text(high)}"
    if low == -math.inf:
        return below, [f"{x} > {number_text(high)}"]
    if high == math.inf:
        return above, [f"{x} <= {number_text(low)}"]
    return f"{number_text(low)} < {below}", [f"{x} <= {number_text(low)}", f"{x} > {number_text(high)}"]


def _or_missing(x: str, alternatives: list[str], missing: bool) -> str:
    texts = [*alternatives, f"{x} is missing"] if missing else alternatives
    return f"({' or '.join(texts)})" if len(texts) > 1 else texts[0]


def _categories(column: Column, spec: BinarizeSpec) -> Iterator[Bit]:
    x = shown(column.name)
    absent = is_missing(column.values)
    values = in_order(set(column.values[~absent].tolist()))
    if len(values) == 2 and not absent.any():
        first, second = values
        yield Bit(column.name, "=", second, f"{x} = {second}", f"{x} = {first}")
    elif len(values) > 1:
        yield from (Bit(column.name, "=", value, f"{x} = {value}", f"{x} != {value}") for value in values)
    yield from _missing(column.name, absent)


def _missing(name: str, absent: NDArray[np.bool_]) -> Iterator[Bit]:
    if absent.any() and not absent.all():
        yield Bit(name, "missing", None, f"{shown(name)} is missing", f"{shown(name)} is known")


_ENCODERS: Mapping[Kind, Callable[[Column, BinarizeSpec], Iterator[Bit]]] = MappingProxyType(
    {"number": _numbers, "category": _categories, "bit": _bits}
)
