"""The fitted binarizer: which test each input bit makes, and how raw rows become packed bits.

It is fitted on training rows only and keeps nothing but the bits' meanings, so what is stored in a run directory is
exactly what a person reads. Rows are packed a few bits at a time: the Boolean matrix of all bits never exists at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from fitness.data.bit_json import bit_from_json, bit_to_json
from fitness.data.checks import require_columns
from fitness.data.dataset import Bit
from fitness.data.encoders import fit_column, is_missing
from fitness.data.schema import Field
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column, Kind, Table
from fitness.errors import DataError
from fitness.machine.memory import require_memory
from genomes.bits import Words, n_words, pack
from genomes.text.quoting import quoted

#: Cells (rows x bits) that are Booleans of a byte each at one time.
CELLS_AT_A_TIME = 2**20


@dataclass(frozen=True, slots=True)
class Binarizer:
    """Raw columns to bits.

    fields: the columns that the bits need, with their kinds; bits: the bits, those of a column together, in the
    order of `fields`.
    """

    fields: tuple[Field, ...]
    bits: tuple[Bit, ...]

    @classmethod
    def fit(cls, train: Table, spec: BinarizeSpec) -> Binarizer:
        """The bits that describe the training rows.

        Raises:
            DataError: every column is constant, or method "none" and a value other than 0 and 1.
        """
        by_column = [(c, fit_column(c, spec, train.origin)) for c in train.columns]
        bits = tuple(itertools.chain.from_iterable(bits for _, bits in by_column))
        if not bits:
            raise DataError("every column is constant in the training rows; nothing to learn from", where=train.origin)
        return cls(tuple(Field(c.name, c.kind) for c, bits in by_column if bits), bits)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the raw columns that are needed."""
        return tuple(field.name for field in self.fields)

    def transform(self, table: Table) -> Words:
        """uint64[n_bits, words] of the table's rows; columns are found by name, their kinds must be those of `fields`.

        A missing value and an unseen category make every comparison of their column false.

        Raises:
            DataError: a needed column is not there, or memory for the bits.
        """
        what = f"{len(self.bits):,} bits of {table.n_rows:,} rows"
        require_memory(8 * len(self.bits) * n_words(table.n_rows), what, table.origin)
        columns = {column.name: column for column in table.columns}
        require_columns(self.columns, list(columns), table.origin)
        rows, at_a_time = self._rows(columns), max(1, CELLS_AT_A_TIME // max(1, table.n_rows))
        words = np.zeros((len(self.bits), n_words(table.n_rows)), dtype=np.uint64)
        for start in range(0, len(words), at_a_time):
            some = np.stack(list(itertools.islice(rows, at_a_time)))
            words[start : start + len(some)] = pack(some)
        return words

    def _rows(self, columns: Mapping[str, Column]) -> Iterator[NDArray[np.bool_]]:
        """bool[rows] of one bit after the other."""
        for feature, bits in itertools.groupby(self.bits, key=_FEATURE):
            of_column = list(bits)
            yield from map(_tester(columns[feature], of_column), of_column)

    def to_json(self) -> dict[str, Any]:
        """JSON data with the columns and the tests of all bits; inverse of `from_json`."""
        return {
            "columns": [[field.name, field.kind] for field in self.fields],
            "bits": [bit_to_json(bit) for bit in self.bits],
        }

    @classmethod
    def from_json(cls, data: Any) -> Binarizer:
        """Inverse of `to_json`.

        data: of the shape `evo.records.encoders.BinarizerRecord`.

        Raises:
            DataError: its parts do not fit together.
        """
        fields = fields_from_json(data["columns"])
        kinds = {field.name: field.kind for field in fields}
        bits = tuple(_bit(number, entry, kinds) for number, entry in enumerate(data["bits"]))
        if [name for name, _ in itertools.groupby(bits, _FEATURE)] != [field.name for field in fields]:
            raise DataError("damaged binarizer: its bits and columns do not match")
        return cls(fields, bits)


def fields_from_json(columns: Sequence[Sequence[str]]) -> tuple[Field, ...]:
    """Name and kind of columns, each once.

    Raises:
        DataError: an unknown kind, or a name twice.
    """
    for number, (_, kind) in enumerate(columns):
        if kind not in get_args(Kind):
            expected = ", ".join(get_args(Kind))
            raise DataError(f"damaged columns: columns[{number}]: must be one of {expected}, got {quoted(kind)}")
    if len({name for name, _ in columns}) < len(columns):
        raise DataError("damaged columns: a name stands there twice")
    return tuple(Field(name, kind) for name, kind in columns)  # type: ignore[arg-type]


def _bit(number: int, entry: Any, kinds: Mapping[str, str]) -> Bit:
    try:
        return bit_from_json(entry, kinds)
    except ValueError as error:
        raise DataError(f"damaged binarizer: bits[{number}]: {error}") from None


_FEATURE = attrgetter("feature")


def _tester(column: Column, bits: list[Bit]) -> Callable[[Bit], NDArray[np.bool_]]:
    """A function that gives bool[rows] for each bit of one column."""
    if column.kind == "bit":
        return lambda bit: column.values
    if column.kind == "number":
        return _number_tester(column.values.astype(np.float64))  # float32 would round the thresholds
    return _category_tester(column.values, bits)


def _number_tester(x: NDArray[np.float64]) -> Callable[[Bit], NDArray[np.bool_]]:
    def test(bit: Bit) -> NDArray[np.bool_]:
        match bit.operand:
            case None:
                return np.asarray(np.isnan(x))
            case (low, high):
                return np.asarray((low < x) & (x <= high))
            case operand:
                return np.asarray(x <= float(operand) if bit.op == "<=" else x == float(operand))

    return test


def _category_tester(values: NDArray[Any], bits: list[Bit]) -> Callable[[Bit], NDArray[np.bool_]]:
    """Text is compared once per row, not once per row and category."""
    code_of = {bit.operand: code for code, bit in enumerate(bits) if bit.op == "="}
    codes = np.fromiter((code_of.get(value, -1) for value in values), dtype=np.int64, count=len(values))

    def test(bit: Bit) -> NDArray[np.bool_]:
        return is_missing(values) if bit.op == "missing" else np.asarray(codes == code_of[bit.operand])

    return test
