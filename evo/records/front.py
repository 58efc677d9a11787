"""front.csv: a row per member of the front."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from evo.errors import CheckpointError
from evo.monitor import FrontRow
from evo.records.results import FrontRecord
from evo.records.shapes import fault
from evo.storage.folder import Folder
from evo.storage.known import FRONT
from genomes.text.quoting import quoted

_WHOLE = ("literals", "terms", "gates", "depth")
_COLUMNS = tuple(FrontRow.__dataclass_fields__)
#: Characters of a number.
LONGEST = 40


def read_front(folder: Folder) -> tuple[FrontRow, ...]:
    """The rows of front.csv, at least one.

    Raises:
        CheckpointError: missing or damaged, in one line with its number.
    """
    text = folder.read_text(FRONT)
    rows: list[FrontRow] = []
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
            rows.append(_row(row, f"{folder.where(FRONT)}:{len(rows) + 2}"))
    except csv.Error as problem:
        where = f"{folder.where(FRONT)}:{len(rows) + 2}"
        raise CheckpointError(f"is no line of a csv file ({problem})", where=where) from None
    if not rows:
        raise CheckpointError("holds no model", where=folder.where(FRONT))
    return tuple(rows)


def _row(cells: Mapping[str | None, object], where: str) -> FrontRow:
    record = {name: _value(name, cell, where) for name, cell in cells.items() if name in _COLUMNS}
    wrong = fault(FrontRecord, record)
    if wrong is not None:
        raise CheckpointError(wrong, where=where)
    return FrontRow(**record)  # type: ignore[arg-type]


def _value(name: str | None, cell: object, where: str) -> object:
    """A cell as what its column holds; an empty one is None."""
    if not isinstance(cell, str):
        raise CheckpointError("has not as many cells as the first line", where=where)
    if name == "id":
        return cell
    try:
        if len(cell) > LONGEST:
            raise ValueError
        return (int(cell) if name in _WHOLE else float(cell)) if cell else None
    except ValueError:
        raise CheckpointError(f"{name}: must be a number, got {quoted(cell)}", where=where) from None
