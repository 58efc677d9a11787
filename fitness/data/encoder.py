"""Everything a run directory keeps so that raw rows can be read again: the task and the fitted binarizer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fitness.data.binarize import Binarizer
from fitness.data.blanks import Rows, blanks_of
from fitness.data.dataset import Split, Task, frozen
from fitness.data.picture import Picture
from fitness.data.schema import Options, Schema
from fitness.data.sources import read_later
from fitness.data.table import Table
from fitness.data.task import no_labels, pack_target
from fitness.errors import DataError


@dataclass(frozen=True, slots=True)
class Encoder:
    """Raw rows to packed splits, as fixed in training; picture: where the bits of rows that are pictures lie."""

    task: Task
    binarizer: Binarizer
    options: Options = Options()
    picture: Picture | None = None

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

    def read_rows(self, path: Path, labels: bool, limit: int | None = None) -> Rows[Split]:
        """The rows of a csv, npz, pla or idx file, told by its name, in file order.

        Only the columns that the bits test must be there, and the target where `labels` is true. A csv file serves
        whatever the run was trained on. `limit` bounds the bytes that it may unpack to (None: a quarter of the memory).

        Raises:
            DataError: whatever is wrong with the file, or a label that training did not have.
        """
        several = self.task.kind == "multioutput"
        schema = Schema(self.binarizer.fields, self.target if labels else (), several, self.options)
        table = read_later(str(path), schema, limit=limit)
        return Rows(self.encode(table), blanks_of(table, self.binarizer.fields), table.notes)

    def to_json(self) -> dict[str, Any]:
        """JSON data with the task and the bits; inverse of `from_json`."""
        record = {"task": asdict(self.task), "binarizer": self.binarizer.to_json()}
        record |= {"options": asdict(self.options)} if self.options != Options() else {}
        return record | ({} if self.picture is None else {"picture": self.picture.to_json()})

    @classmethod
    def from_json(cls, data: Any) -> Encoder:
        """Inverse of `to_json`.

        data: of the shape `evo.records.encoders.EncoderRecord`.

        Raises:
            DataError: its parts do not fit together.
        """
        options = Options(**data.get("options", {}))
        binarizer, picture = Binarizer.from_json(data["binarizer"]), data.get("picture")
        picture = None if picture is None else Picture.from_json(picture, len(binarizer.bits))
        return cls(task_from_json(data["task"]), binarizer, options, picture)


def task_from_json(data: Any) -> Task:
    """The task that `asdict` wrote.

    Raises:
        DataError: its parts do not fit together.
    """
    task = Task(data["kind"], *(tuple(data[name]) for name in ("outputs", "classes", "prior")))
    if task.kind == "multioutput":
        sound = task.classes == ("0", "1") and not task.prior
    else:
        two = task.kind == "multiclass" or len(task.classes) == 2
        sound = two and len(task.outputs) == 1 and sorted(task.prior) == list(range(len(task.classes)))
    if not sound or len(set(task.classes)) < len(task.classes):
        raise DataError("damaged task: its kind, outputs, classes and prior do not match")
    return task
