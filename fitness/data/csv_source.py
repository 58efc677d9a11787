"""Comma-separated tables: header required, UTF-8, column kinds inferred over all rows of the training file.

A column is a number column if every cell that is not missing reads as a finite number, else a category column.
Missing is an empty cell, ``?``, ``NA``, ``NaN`` or ``nan``.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import quoted, require_columns, require_few_columns
from fitness.data.files import read_text
from fitness.data.schema import Field, Schema
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Kind, Table, Target
from fitness.errors import DataError
from fitness.machine.memory import require_memory

MISSING = frozenset({"", "?", "NA", "NaN", "nan"})
PARTS = {"train": 0, "valid": 1, "test": 2}
#: Memory of a cell while a table is read: a short text and two references to it.
BYTES_PER_CELL = 66
#: The same of a character: as bytes, as text, and as what lines are read from.
BYTES_PER_CHARACTER = 6
DONT_CARE = {"0": 0, "1": 1, "-": -1, **dict.fromkeys(MISSING, -1)}


@dataclass(frozen=True, slots=True)
class RawCsv:
    """Stripped cells by column, and the first line of every row for messages."""

    path: str
    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns in the order of the file."""
        return tuple(self.columns)

    def cells(self, name: str) -> tuple[str, ...]:
        """The texts of one column, in the order of the rows."""
        return self.columns[name]

    def error(self, row: int, message: str) -> DataError:
        """An error that names the file and the line of `row`."""
        return DataError(message, where=f"{self.path}:{self.lines[row]}")


def read(spec: DataSpec, seed: int) -> Table:
    """The training file of a csv config; kinds are decided here. `seed` is not used.

    Raises:
        DataError: see `parse`; unknown columns in the config; no feature left; a missing label.
    """
    raw = parse(spec.path or "", spec.unpack_limit)
    special = [name for name in (spec.split.column, spec.target) if name is not None]
    require_columns((*special, *spec.ignore, *spec.categorical), raw.header, f"{raw.path}:1")
    dropped = {*spec.ignore, spec.split.column}
    kept = [name for name in raw.header if name not in dropped]
    target = spec.target if spec.target is not None else (kept or raw.header)[-1]
    if target in dropped:
        raise DataError(f"the target column {target!r} cannot also be ignored or hold the split", where=raw.path)
    features = [name for name in kept if name != target]
    if not features:
        raise DataError(f"no column left beside the target {target!r}; is it comma-separated?", where=f"{raw.path}:1")
    fields = [Field(name, _kind(raw, name, name in spec.categorical)) for name in features]
    parts = None if spec.split.column is None else _parts(raw, spec.split.column)
    return Table(_columns(raw, fields), _labels(raw, target), raw.path, parts)


def reread(path: str, schema: Schema, limit: int | None = None) -> Table:
    """A later file: the wanted columns in their training kinds, further columns ignored.

    Raises:
        DataError: see `parse`; a wanted column is missing; a cell does not fit its column's kind; a missing label.
    """
    raw = parse(path, limit)
    require_columns((*(f.name for f in schema.fields), *schema.target), raw.header, f"{path}:1")
    if schema.several:
        target: Target | None = _several(raw, schema.target)
    else:
        target = _labels(raw, schema.target[0]) if schema.target else None
    return Table(_columns(raw, schema.fields), target, path)


def parse(path: str, limit: int | None = None) -> RawCsv:
    """Cells of a csv file, stripped; blank lines are skipped.

    Raises:
        DataError: unreadable file, bad quoting, no header, unnamed or repeated columns, ragged or no rows.
    """
    reader = csv.reader(_lines(path, limit), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        for row in reader:
            if row:
                _check_width(len(row), len(rows[0]) if rows else None, f"{path}:{line}")
                rows.append(row)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"not a csv row: {error}", where=f"{path}:{line}") from None
    if len(rows) < 2:
        raise DataError("a header but no rows" if rows else "the file is empty", where=path)
    header = _header(rows[0], f"{path}:{lines[0]}")
    columns = (tuple(map(str.strip, cells)) for cells in zip(*rows[1:], strict=True))
    return RawCsv(path, dict(zip(header, columns, strict=True)), tuple(lines[1:]))


def _check_width(cells: int, in_header: int | None, where: str) -> None:
    if in_header is None:
        require_few_columns(cells, where)
    elif cells != in_header:
        raise DataError(f"expected {in_header} cells as in the header, got {cells}", where=where)


def _lines(path: str, limit: int | None) -> io.StringIO:
    """The text of a file, where there is memory for its cells."""
    text = read_text(path, limit)
    cells = text.count(",") + text.count("\n") + 1
    require_memory(BYTES_PER_CHARACTER * len(text) + BYTES_PER_CELL * cells, f"the {cells:,} cells of this file", path)
    return io.StringIO(text, newline="")


def _header(cells: Sequence[str], where: str) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    if "" in header:
        raise DataError(f"column {header.index('') + 1} has no name in the header", where=where)
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise DataError(f"column names must differ, got {quoted(twice)} more than once", where=where)
    return header


def _kind(raw: RawCsv, name: str, categorical: bool) -> Kind:
    values = set(raw.cells(name)) - MISSING
    return "category" if categorical or any(_number(cell) is None for cell in values) else "number"


def _number(cell: str) -> float | None:
    """The cell as a float, not necessarily finite; None where it is no number."""
    try:
        return None if "_" in cell else float(cell)  # float() reads 1_000, people do not write it
    except ValueError:
        return None


def _columns(raw: RawCsv, fields: Sequence[Field]) -> tuple[Column, ...]:
    return tuple(Column(f.name, f.kind, _VALUES[f.kind](raw, f.name)) for f in fields)


def _numbers(raw: RawCsv, name: str) -> NDArray[Any]:
    cells = raw.cells(name)
    parsed = {cell: math.nan if cell in MISSING else _number(cell) for cell in set(cells)}
    wrong = {
        cell for cell, value in parsed.items() if value is None or (cell not in MISSING and not math.isfinite(value))
    }
    if wrong:
        row = next(row for row, cell in enumerate(cells) if cell in wrong)
        raise raw.error(row, f"column {name!r} must hold finite numbers, got {cells[row]!r}")
    return np.array([parsed[cell] for cell in cells], dtype=np.float64)


def _categories(raw: RawCsv, name: str) -> NDArray[Any]:
    return np.array([None if cell in MISSING else cell for cell in raw.cells(name)], dtype=object)


def _bits(raw: RawCsv, name: str) -> NDArray[Any]:
    cells = raw.cells(name)
    value = {cell: _number(cell) for cell in set(cells)}
    for row, cell in enumerate(cells):
        if value[cell] not in (0.0, 1.0):
            raise raw.error(row, f"column {name!r} must hold only 0 and 1, got {cell!r}")
    return np.array([value[cell] == 1.0 for cell in cells], dtype=np.bool_)


_VALUES: dict[Kind, Callable[[RawCsv, str], NDArray[Any]]] = {"number": _numbers, "category": _categories, "bit": _bits}


def _labels(raw: RawCsv, name: str) -> Target:
    cells = raw.cells(name)
    if not MISSING.isdisjoint(cells):
        row = next(row for row, cell in enumerate(cells) if cell in MISSING)
        raise raw.error(row, f"missing label in column {name!r}; fill it in or remove the row")
    return Target((name,), np.array(cells, dtype=object))


def _several(raw: RawCsv, names: Sequence[str]) -> Target:
    values = np.empty((len(raw.lines), len(names)), dtype=np.int8)
    for output, name in enumerate(names):
        for row, cell in enumerate(raw.cells(name)):
            if cell not in DONT_CARE:
                raise raw.error(row, f"output {name!r} must be 0, 1 or - (don't care), got {cell!r}")
            values[row, output] = DONT_CARE[cell]
    return Target(tuple(names), values)


def _parts(raw: RawCsv, name: str) -> NDArray[np.int8]:
    cells = raw.cells(name)
    for row, cell in enumerate(cells):
        if cell not in PARTS:
            raise raw.error(row, f"split column {name!r} must hold train, valid or test, got {cell!r}")
    return np.array([PARTS[cell] for cell in cells], dtype=np.int8)
