"""Raw rows to what a network reads, as fixed in training: numbers scaled column by column, or bits.

Numbers go from the lowest and highest value of the training rows to the ends of a range, by default [-0.7, 0.7] as in
Altmann et al. (2024); a column that is constant in training says nothing and is 0. Bits are its ends, by default -1
and +1, so that networks of signs read signs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.binarize import Binarizer, field_to_json, fields_from_json, filled
from fitness.data.blanks import Rows, blanks_of
from fitness.data.checks import require_columns
from fitness.data.dataset import Task
from fitness.data.encoder import task_from_json
from fitness.data.schema import Field, Schema
from fitness.data.sources import read_later
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Table
from fitness.data.task import label_codes, make_task
from fitness.errors import DataError
from fitness.machine.memory import require_memory
from fitness.masks.samples import Samples
from genomes.bits import unpack

NUMBERS, BITS = (-0.7, 0.7), (-1.0, 1.0)
#: Memory of an input while rows are encoded: twice float64, and float32.
BYTES_PER_CELL = 20
#: In encoder.json: what tells it from that of a formula.
KIND = "mask"


@dataclass(frozen=True, slots=True)
class MaskEncoder:
    """fields: the raw columns, with their kinds; low, high: float64[columns] of the training rows, where numbers are
    read; binarizer: where bits are; ends: of the range that inputs have.
    """

    task: Task
    fields: tuple[Field, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    binarizer: Binarizer | None
    ends: tuple[float, float]

    @classmethod
    def fit(cls, train: Table, spec: BinarizeSpec, ends: tuple[float, float] | None) -> MaskEncoder:
        """What the training rows fix.

        Raises:
            DataError: several outputs, a single class, or numbers wanted and a column of categories or with gaps.
        """
        assert train.target is not None
        if train.target.several:
            need = f"masks choose between classes, but the data has {len(train.target.names)} outputs"
            raise DataError(need, where=train.origin)
        task, fields = make_task(train.target, train.origin), tuple(map(Field.of, train.columns))
        if spec.method != "none":
            nothing = np.zeros(0)
            binarizer = Binarizer.fit(train, spec)
            return cls(task, binarizer.fields, nothing, nothing, binarizer, ends or BITS)
        numbers = _numbers(train, fields)
        return cls(task, fields, numbers.min(axis=0), numbers.max(axis=0), None, ends or NUMBERS)

    @property
    def target(self) -> tuple[str, ...]:
        """Name of the target column."""
        return self.task.outputs

    @property
    def n_inputs(self) -> int:
        """Values of a sample."""
        return len(self.fields) if self.binarizer is None else len(self.binarizer.bits)

    def inputs(self) -> dict[str, int]:
        """How many inputs each raw column became."""
        if self.binarizer is not None:
            return self.binarizer.inputs()
        return dict(Counter(field.name if field.part is None else field.part[0] for field in self.fields))

    def encode(self, table: Table, where: str = "") -> Samples:
        """float32 inputs and class numbers (0 where the table has no labels).

        Raises:
            DataError: a column is missing or has gaps, a label that training did not have, or no memory for the inputs.
        """
        cells = self.n_inputs * table.n_rows
        require_memory(BYTES_PER_CELL * cells, f"the {cells:,} inputs of {table.n_rows:,} rows", table.origin)
        low, high = self.ends
        if self.binarizer is not None:
            bits = unpack(self.binarizer.transform(table), table.n_rows).T
            inputs = np.where(bits, np.float32(high), np.float32(low))
        else:
            width = self.high - self.low
            moved = (_numbers(table, self.fields) - self.low) / np.where(width > 0, width, 1.0)
            inputs = np.where(width > 0, low + (high - low) * moved, 0.0).astype(np.float32)
        labels = np.zeros(table.n_rows, np.int64)
        if table.target is not None:
            labels = label_codes(self.task, table.target, where or table.origin).astype(np.int64)
        return Samples.of(inputs, labels)

    def read_rows(self, path: Path, labels: bool, limit: int | None = None) -> Rows[Samples]:
        """The rows of a csv, npz, pla or idx file, in file order, of at most `limit` bytes (None: a quarter of memory).

        Raises:
            DataError: whatever is wrong with the file, or a label that training did not have.
        """
        schema = Schema(self.fields, self.target if labels else ())
        table = read_later(str(path), schema, limit=limit)
        return Rows(self.encode(table), blanks_of(table, self.fields), table.notes)

    def to_json(self) -> dict[str, Any]:
        """JSON data with the task, the columns and their scales; inverse of `from_json`."""
        record: dict[str, Any] = {
            "kind": KIND,
            "task": asdict(self.task),
            "columns": [field_to_json(f) for f in self.fields],
        }
        record |= {"low": self.low.tolist(), "high": self.high.tolist(), "ends": list(self.ends)}
        return record | {"binarizer": None if self.binarizer is None else self.binarizer.to_json()}

    @classmethod
    def from_json(cls, data: Any) -> MaskEncoder:
        """Inverse of `to_json`.

        data: of the shape `evo.records.encoders.MaskEncoderRecord`.

        Raises:
            DataError: its parts do not fit together.
        """
        fields, task = fields_from_json(data["columns"]), task_from_json(data["task"])
        low, high = (np.array(data[name], dtype=np.float64) for name in ("low", "high"))
        bits = None if data["binarizer"] is None else Binarizer.from_json(data["binarizer"])
        if task.kind == "multioutput":
            raise DataError("damaged encoder: masks choose between classes")
        if not len(low) == len(high) == (len(fields) if bits is None else 0) or (low > high).any():
            raise DataError("damaged encoder: its columns and their ranges do not match")
        if bits is not None and bits.fields != fields:
            raise DataError("damaged encoder: its columns are not those of its bits")
        return cls(task, fields, low, high, bits, (float(data["ends"][0]), float(data["ends"][1])))


def _numbers(table: Table, fields: tuple[Field, ...]) -> NDArray[np.float64]:
    """float64[rows, columns]."""
    columns = {column.name: column for column in table.columns}
    require_columns((field.name for field in fields), list(columns), table.origin)
    parts = []
    for field in fields:
        column = columns[field.name]
        if column.kind == "category":
            need = f"column {field.name!r} holds categories, and masks read numbers; "
            raise DataError(f"{need}leave it out, or make bits: data.binarize.method: onehot", where=table.origin)
        values = filled(column, field.fill).values.astype(np.float64)
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values))[0])
            need = f"column {field.name!r} has no finite number in row {row + 1}; masks need one in every cell"
            raise DataError(f"{need}, or make bits: data.binarize.method: thermometer", where=table.origin)
        parts.append(values)
    return np.stack(parts, axis=1)
