"""Raw numbers that outlive the packing, and data packed again with other cuts of them.

A search sees few cuts per column. The columns that have any are kept, in the order of the packed rows, so that more
cuts become bits later without reading the file again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Split, frozen
from fitness.data.table import Column, Table

#: Columns of numbers [rows] of one split.
Numbers = tuple[Column, ...]


def numbers_of(table: Table, bits: Iterable[Bit]) -> Numbers:
    """The columns of `table` that some of `bits` cut in two; not whole numbers that no float64 is exact for."""
    cut = {bit.feature for bit in bits if bit.op == "<="}
    found = (table.columns[place] for place, name in enumerate(table.names) if name in cut)
    return tuple(column for column in found if column.values.dtype != np.int64)


def taken(numbers: Numbers, rows: NDArray[np.intp]) -> Numbers:
    """Only `rows` of the columns, in that order."""
    return tuple(replace(column, values=column.values[rows]) for column in numbers)


def with_cuts(bits: Sequence[Bit], cuts: Iterable[Bit]) -> tuple[Bit, ...]:
    """`bits` and those of `cuts` that are not among them, in the order of columns, cuts of a column ascending."""
    known, fresh = set(bits), dict[str, list[Bit]]()
    for cut in dict.fromkeys(cuts):
        if cut not in known:
            fresh.setdefault(cut.feature, []).append(cut)
    wider: list[Bit] = []
    for feature, group in groupby(bits, key=lambda bit: bit.feature):
        of_column = list(group)
        ordered = [bit for bit in of_column if bit.op == "<="] + fresh.get(feature, [])
        wider += sorted(ordered, key=_operand) + [bit for bit in of_column if bit.op != "<="]
    return tuple(wider)


def repacked(split: Split, known: Binarizer, wanted: Sequence[Bit], numbers: Numbers) -> Split:
    """The rows of `split`, packed by `known`, with the bits `wanted`; new ones are cuts of `numbers`."""
    row_of = {bit: row for row, bit in enumerate(known.bits)}
    fresh = [bit for bit in wanted if bit not in row_of]
    features = {bit.feature for bit in fresh}
    fields = tuple(field for field in known.fields if field.name in features)
    words = Binarizer(fields, tuple(fresh)).transform(Table(numbers, None, ""))
    place = {bit: row for row, bit in enumerate(fresh)}
    inputs = np.empty((len(wanted), split.inputs.shape[1]), dtype=np.uint64)
    for row, bit in enumerate(wanted):
        inputs[row] = split.inputs[row_of[bit]] if bit in row_of else words[place[bit]]
    return replace(split, inputs=frozen(inputs))


def _operand(bit: Bit) -> float:
    assert isinstance(bit.operand, float | int)
    return bit.operand
