"""The fitted binarizer: which test each input bit makes, and how raw rows become packed bits.

It is fitted on training rows only and keeps nothing but the bits' meanings, so what is stored in a run directory is
exactly what a person reads. Rows are packed a few bits at a time: the Boolean matrix of all bits never exists at once.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from fitness.data.bit_json import bit_from_json, bit_to_json
from fitness.data.checks import require_columns
from fitness.data.dataset import Bit
from fitness.data.encoders import fit_column, labels_of
from fitness.data.schema import Field
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column, Kind, Table
from fitness.data.tables.raw import is_missing
from fitness.errors import DataError
from fitness.machine.memory import require_memory
from genomes.bits import Words, n_words, pack
from genomes.progress import told
from genomes.text.quoting import quoted

#: Cells (rows x bits) that are Booleans of a byte each at one time.
CELLS_AT_A_TIME = 2**20
#: Codes of cells without a category, and with one that no bit names.
MISSING, UNSEEN = -2, -1


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
        labels = labels_of(list(train.names))
        fields, bits = list[Field](), list[Bit]()
        for column in told("choosing input bits", train.columns):
            of_column = fit_column(column, spec, train.origin, labels[column.name])
            if of_column:
                fields.append(Field.of(column))
                bits += of_column
        if not bits:
            raise DataError("every column is constant in the training rows; nothing to learn from", where=train.origin)
        return cls(tuple(fields), tuple(bits))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the raw columns that are needed."""
        return tuple(field.name for field in self.fields)

    def inputs(self) -> dict[str, int]:
        """How many bits each raw column became, those of a date's parts with the date's."""
        whole = {field.name: field.name if field.part is None else field.part[0] for field in self.fields}
        return dict(Counter(whole[bit.feature] for bit in self.bits))

    def transform(self, table: Table) -> Words:
        """uint64[n_bits, words] of the table's rows; columns are found by name, their kinds must be those of `fields`.

        A missing value is read as the field's `fill`. Where there is none, it makes every comparison of its column
        false, as an unseen category does.

        Raises:
            DataError: a needed column is not there, or memory for the bits.
        """
        what = f"{len(self.bits):,} bits of {table.n_rows:,} rows"
        require_memory(8 * len(self.bits) * n_words(table.n_rows), what, table.origin)
        require_columns(self.columns, table.names, table.origin)
        rows, at_a_time = self._rows(table), max(1, CELLS_AT_A_TIME // max(1, table.n_rows))
        words = np.zeros((len(self.bits), n_words(table.n_rows)), dtype=np.uint64)
        for start in told("packing rows into bits", range(0, len(words), at_a_time)):
            some = np.stack(list(itertools.islice(rows, at_a_time)))
            words[start : start + len(some)] = pack(some)
        return words

    def _rows(self, table: Table) -> Iterator[NDArray[np.bool_]]:
        """bool[rows] of one bit after the other; no column is asked for twice."""
        fills = {field.name: field.fill for field in self.fields}
        place = {name: number for number, name in enumerate(table.names)}
        for feature, bits in itertools.groupby(self.bits, key=_FEATURE):
            of_column = list(bits)
            yield from map(_tester(filled(table.columns[place[feature]], fills[feature]), of_column), of_column)

    def to_json(self) -> dict[str, Any]:
        """JSON data with the columns and the tests of all bits; inverse of `from_json`."""
        values = {bit.feature: list(bit.values) for bit in self.bits if bit.values}
        return {
            "columns": [field_to_json(field) for field in self.fields],
            "bits": [bit_to_json(bit) for bit in self.bits],
            **({"values": values} if values else {}),
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
        values = {name: values_from_json(name, of, kinds) for name, of in data.get("values", {}).items()}
        bits = tuple(replace(bit, values=values[bit.feature]) if bit.feature in values else bit for bit in bits)
        if [name for name, _ in itertools.groupby(bits, _FEATURE)] != [field.name for field in fields]:
            raise DataError("damaged binarizer: its bits and columns do not match")
        return cls(fields, bits)


def filled(column: Column, fill: float | str | None) -> Column:
    """The column with its missing cells read as `fill`."""
    absent = is_missing(column.values) if fill is not None else None
    if absent is None or not absent.any():
        return column
    values = column.values.copy()
    values[absent] = fill
    return replace(column, values=values)


def field_to_json(field: Field) -> list[Any]:
    """``[name, kind]``, with a mapping of what else there is to say."""
    more = {name: value for name in ("form", "part", "fill") if (value := getattr(field, name)) not in ("", None)}
    return [field.name, field.kind, *([more] if more else [])]


def fields_from_json(columns: Sequence[Sequence[Any]]) -> tuple[Field, ...]:
    """Columns without values, each once.

    Raises:
        DataError: an unknown kind, or a name twice.
    """
    for number, (_, kind, *_) in enumerate(columns):
        if kind not in get_args(Kind):
            expected = ", ".join(get_args(Kind))
            raise DataError(f"damaged columns: columns[{number}]: must be one of {expected}, got {quoted(kind)}")
    if len({column[0] for column in columns}) < len(columns):
        raise DataError("damaged columns: a name stands there twice")
    return tuple(_field(number, *column) for number, column in enumerate(columns))


def _field(number: int, name: str, kind: Kind, more: Any = None) -> Field:
    more = {} if more is None else more
    form, part, fill = (more.get(key, default) for key, default in (("form", ""), ("part", None), ("fill", None)))
    numeric = isinstance(fill, int | float) and not isinstance(fill, bool)
    sound = isinstance(form, str) and (
        part is None or (isinstance(part, list) and [type(p) for p in part] == [str, str])
    )
    if not sound or not (fill is None or (isinstance(fill, str) if kind == "category" else numeric)):
        raise DataError(f"damaged columns: columns[{number}]: form, part or fill")
    return Field(name, kind, form, None if part is None else (part[0], part[1]), fill)


def values_from_json(name: str, values: Sequence[Any], kinds: Mapping[str, str]) -> tuple[float | str | None, ...]:
    """What training rows held in a column, see `Bit.values`.

    Raises:
        DataError: no such column, or values that are not of its kind, each once.
    """
    kind: type | tuple[type, ...] = {"number": (int, float), "category": (str,)}.get(kinds.get(name, ""), ())
    known = values[:-1] if values and values[-1] is None else values
    sound = all(isinstance(value, kind) and not isinstance(value, bool) for value in known)
    if not sound or len(set(known)) < len(known):
        raise DataError(f"damaged binarizer: values of column {quoted(name)}")
    return tuple(values)


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
    if column.kind in ("number", "date"):
        wide = column.values.dtype == np.int64
        return _number_tester(column.values if wide else column.values.astype(np.float64))  # float32 would round
    return _category_tester(column.values, bits)


def _number_tester(x: NDArray[Any]) -> Callable[[Bit], NDArray[np.bool_]]:
    absent = is_missing(x)
    known = ~absent if x.dtype == np.int64 else None  # comparisons with NaN are false by themselves

    def test(bit: Bit) -> NDArray[np.bool_]:
        match bit.operand:
            case None:
                return absent
            case (low, high):
                holds = (low < x) & (x <= high)
            case operand:
                holds = x <= operand if bit.op == "<=" else x == operand
        return np.asarray(holds if known is None else holds & known)

    return test


def _category_tester(values: NDArray[Any], bits: list[Bit]) -> Callable[[Bit], NDArray[np.bool_]]:
    """Text is compared once per row, not once per row and category."""
    named = [bit.operand if isinstance(bit.operand, tuple) else (bit.operand,) for bit in bits if bit.op != "missing"]
    code_of = {level: code for code, level in enumerate(dict.fromkeys(itertools.chain.from_iterable(named)))}
    code_of[None] = MISSING
    for value in dict.fromkeys(values.tolist()):
        code_of.setdefault(value, UNSEEN)
    codes = np.fromiter(map(code_of.__getitem__, values.tolist()), dtype=np.int64, count=len(values))

    def test(bit: Bit) -> NDArray[np.bool_]:
        if bit.op == "missing":
            return np.asarray(codes == MISSING)
        if not isinstance(bit.operand, tuple):
            return np.asarray(codes == code_of[bit.operand])
        among = np.isin(codes, [code_of[level] for level in bit.operand])
        return np.asarray(among if bit.op == "among" else ~among & (codes != MISSING))

    return test
