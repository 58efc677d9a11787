"""front.csv: a row per member of the front."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from evo.errors import CheckpointError
from evo.kinds.kind import SizeColumn
from evo.monitor import FrontRow
from evo.records.results import FrontRecord, front_row
from evo.records.shapes import fault
from evo.records.sizes import renamed, sizes_fault
from evo.storage.folder import Folder
from evo.storage.known import FRONT
from genomes.text.quoting import quoted

#: Columns that follow where the metric is not accuracy, as far as there are such rows.
SCORES = ("train_score", "valid_score")
#: The last column, where any model is one that somebody could read.
FORMULA = "formula"
#: Characters of a number.
LONGEST = 40


def front_columns(sizes: Sequence[SizeColumn]) -> tuple[str, ...]:
    """The header."""
    return ("id", "error", *(column.name for column in sizes), "sparsity", "train_accuracy", "valid_accuracy")


def read_front(folder: Folder, sizes: Sequence[SizeColumn]) -> tuple[FrontRow, ...]:
    """The rows of front.csv, at least one; sizes: the columns of the run's kind of genome.

    Raises:
        CheckpointError: missing or damaged, in one line with its number.
    """
    text = folder.read_text(FRONT)
    rows: list[FrontRow] = []
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
            rows.append(_row(row, sizes, f"{folder.where(FRONT)}:{len(rows) + 2}"))
    except csv.Error as problem:
        where = f"{folder.where(FRONT)}:{len(rows) + 2}"
        raise CheckpointError(f"is no line of a csv file ({problem})", where=where) from None
    if not rows:
        raise CheckpointError("holds no model", where=folder.where(FRONT))
    return tuple(rows)


def _row(cells: Mapping[str | None, object], sizes: Sequence[SizeColumn], where: str) -> FrontRow:
    named = renamed({name: cell for name, cell in cells.items() if name is not None}, sizes)
    whole = {column.name for column in sizes}
    columns = (*front_columns(sizes), FORMULA)
    record = {name: _value(name, named[name], where, whole) for name in columns if name in named}
    wrong = fault(FrontRecord, record) or sizes_fault(record, sizes)
    if wrong is not None:
        raise CheckpointError(wrong, where=where)
    return front_row(record, sizes)


def _value(name: str, cell: object, where: str, whole: set[str]) -> object:
    """A cell as what its column holds; an empty one is None. whole: columns of integers."""
    if not isinstance(cell, str):
        raise CheckpointError("has not as many cells as the first line", where=where)
    if name in ("id", FORMULA):
        return cell
    try:
        if len(cell) > LONGEST:
            raise ValueError
        return (int(cell) if name in whole else float(cell)) if cell else None
    except ValueError:
        raise CheckpointError(f"{name}: must be a number, got {quoted(cell)}", where=where) from None
