"""Everything a run directory keeps so that raw rows can be read again: the task and the fitted binarizer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fitness.data.binarize import Binarizer
from fitness.data.bit_json import text
from fitness.data.dataset import Split, Task, frozen
from fitness.data.sources import read_later
from fitness.data.table import Table
from fitness.data.task import no_labels, pack_target
from fitness.data.wanted import Wanted
from fitness.errors import DataError


@dataclass(frozen=True, slots=True)
class Encoder:
    """Raw rows to packed splits, as fixed in training."""

    task: Task
    binarizer: Binarizer

    @property
    def target(self) -> tuple[str, ...]:
        """Names of the target columns: one, or one per output of a multi-output task."""
        return self.task.outputs

    def encode(self, table: Table, where: str = "") -> Split:
        """`table` packed, its arrays read-only; a table without target gets zero planes and full care.

        Args:
            table: rows with the binarizer's columns in its kinds.
            where: location in messages about labels; default the table's origin.

        Raises:
            DataError: a column is missing, or a label that training did not have.
        """
        inputs = self.binarizer.transform(table)
        if table.target is None:
            planes, care = no_labels(self.task, table.n_rows)
        else:
            planes, care = pack_target(self.task, table.target, where or table.origin)
        return Split(table.n_rows, frozen(inputs), frozen(planes), frozen(care))

    def read_rows(self, path: Path, labels: bool, limit: int | None = None) -> Split:
        """The rows of a csv, npz, pla or idx file, told by its name, in file order.

        Only the columns that the bits test must be there, and the target where `labels` is true. A csv file serves
        whatever the run was trained on. `limit` bounds the bytes that it may unpack to (None: a quarter of the memory).

        Raises:
            DataError: whatever is wrong with the file, or a label that training did not have.
        """
        several = self.task.kind == "multioutput"
        wanted = Wanted(self.binarizer.fields, self.target if labels else (), several)
        return self.encode(read_later(str(path), wanted, limit=limit))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {"task": asdict(self.task), "binarizer": self.binarizer.to_json()}

    @classmethod
    def from_json(cls, data: Any) -> Encoder:
        """Inverse of `to_json`.

        Raises:
            DataError: the data does not describe an encoder.
        """
        if not isinstance(data, dict) or not {"task", "binarizer"} <= data.keys():
            raise DataError("damaged encoder: expected an object with task and binarizer")
        return cls(task_from_json(data["task"]), Binarizer.from_json(data["binarizer"]))


def task_from_json(data: Any) -> Task:
    """The task that `asdict` wrote.

    Raises:
        DataError: the data does not describe a task.
    """
    try:
        outputs, classes = (tuple(map(text, data[name])) for name in ("outputs", "classes"))
        prior = tuple(int(index) for index in data["prior"])
        task = Task(data["kind"], outputs, classes, prior)
    except (TypeError, KeyError, ValueError) as error:
        raise DataError(f"damaged task: {error}") from None
    expected = () if task.kind == "multioutput" else tuple(range(len(classes)))
    sound = task.kind in ("binary", "multiclass", "multioutput") and tuple(sorted(prior)) == expected
    if not sound or not outputs or (task.kind != "multiclass" and len(classes) != 2):
        raise DataError("damaged task: its kind, classes and prior do not match")
    return task
