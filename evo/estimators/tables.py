"""What scikit-learn users hand over as tables: arrays, dense and sparse, lists, pandas and polars frames, Arrow tables.

What their columns are is decided where it is for files (`fitness.data.tables`), so that a frame and the file it was
read from give the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import check_array

from evo.estimators.sparse import SparseCells, SparseColumns
from fitness.containers.contiguous import laid_out
from fitness.data.checks import number_text
from fitness.data.schema import Field
from fitness.data.table import Column, Table
from fitness.data.tables.dates import date_text
from fitness.data.tables.frames import array_column, frame_columns, frame_names, is_frame
from fitness.data.tables.kinds import Wish, understand, understand_all
from fitness.data.tables.later import conform, conforming
from fitness.data.tables.raw import Numbers, RawColumn, is_missing

ORIGIN = "X"


@dataclass(frozen=True, slots=True)
class Raw:
    """Columns before their kinds are known: names (x0, x1, ... where there are none) and cells.

    Those of sparse rows are made one by one, and never stand side by side.
    """

    names: tuple[str, ...]
    columns: tuple[RawColumn, ...] | SparseCells
    n_rows: int

    def table(self, wishes: Mapping[str, Wish]) -> Table:
        """All columns that something can be learned from; wishes: what the user says that columns are.

        Raises:
            ValueError: an infinite number, or cells that cannot be what the user says. DataError: no column is left.
        """
        if isinstance(self.columns, SparseCells):
            return self._sparse_table(wishes)
        for name, column in zip(self.names, self.columns, strict=True):
            _require_finite(name, column)
        columns, profiles = understand_all(dict(zip(self.names, self.columns, strict=True)), wishes, ORIGIN)
        return Table(columns, None, ORIGIN, profiles=profiles)

    def conforming(self, names: Sequence[str], fields: Sequence[Field]) -> Table:
        """The columns of `fields` in their kinds, told by their place among `names`.

        Raises:
            DataError: text where training had numbers. ValueError: an infinite number.
        """
        place = {name: index for index, name in enumerate(names)}
        if isinstance(self.columns, SparseCells):
            of_name = {field.name: field for field in fields}

            def made(name: str) -> Column:
                return conform(of_name[name], self._at(place[name], name), _row)[0]

            return Table(SparseColumns(tuple(of_name), self.n_rows, made), None, ORIGIN)
        columns, notes = conforming(fields, lambda name: self._at(place[name], name), _row)
        return Table(columns, None, ORIGIN, notes=notes)

    def _sparse_table(self, wishes: Mapping[str, Wish]) -> Table:
        """As `table`; columns of numbers have neither parts nor notes on their cells."""
        place = {name: index for index, name in enumerate(self.names)}

        def made(name: str) -> Column:
            column = understand(name, self._at(place[name], name), wishes.get(name)).column
            assert column is not None, "it is not left out"
            return column

        every = (understand(name, self._at(index, name), wishes.get(name)) for name, index in place.items())
        profiles = tuple((one.profile, one.column is not None) for one in every)
        left = tuple(profile.name for profile, kept in profiles if kept)
        if not left:
            understand_all({name: self.columns[index] for name, index in place.items()}, wishes, ORIGIN)  # it says why
        told = tuple(profile for profile, _ in profiles)
        return Table(SparseColumns(left, self.n_rows, made), None, ORIGIN, profiles=told)

    def _at(self, place: int, name: str) -> RawColumn:
        _require_finite(name, self.columns[place])
        return self.columns[place]


def read(x: Any) -> Raw:
    """The columns of `x`.

    Raises:
        ValueError, TypeError: as scikit-learn's `check_array`; column names that are not distinct.
    """
    if is_frame(x):
        return _read_frame(x)
    if is_sparse(x):
        return _read_sparse(x)
    given = np.array(x, dtype=object) if isinstance(x, list | tuple) else _unmasked(x)  # or mixed rows became text
    array = check_array(given, dtype=None, ensure_all_finite="allow-nan", input_name="X")
    names = tuple(f"x{i}" for i in range(array.shape[1]))
    return Raw(names, tuple(map(array_column, array.T, names)), len(array))


def _row(row: int) -> str:
    return f"{ORIGIN}, row {row + 1}"


def _require_finite(name: str, column: RawColumn) -> None:
    if isinstance(column, Numbers) and np.isinf(column.values).any():
        raise ValueError(f"column {name!r} must be finite or missing, got inf")


def without_mask(values: Any, name: str) -> Any:
    """`values`, or ValueError where some of them are masked: a row without its label or weight means nothing."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked values; leave these rows out")
    return values


def _unmasked(x: Any) -> Any:
    """A masked array with its masked cells missing: what lies under a mask is no value."""
    if not isinstance(x, np.ma.MaskedArray):
        return x
    if x.dtype.kind in "biuf":
        return np.where(np.ma.getmaskarray(x), np.nan, laid_out(x.data, np.float64))
    cells = x.data.astype(object)
    cells[np.ma.getmaskarray(x)] = None
    return cells


def is_sparse(x: Any) -> bool:
    """Whether `x` is a sparse matrix or array of SciPy, told by its module, which is not imported."""
    return type(x).__module__.startswith("scipy.sparse") and hasattr(x, "tocsc")


def _read_sparse(x: Any) -> Raw:
    """The columns of a sparse matrix; cells that are stored as NaN are missing."""
    matrix = check_array(x, accept_sparse="csc", dtype=None, ensure_all_finite="allow-nan", input_name="X")
    n_rows, n_columns = matrix.shape
    names = tuple(f"x{i}" for i in range(n_columns))
    return Raw(names, SparseCells(matrix, names), n_rows)


def _read_frame(frame: Any) -> Raw:
    if 0 in frame.shape:
        n_rows, n_columns = frame.shape
        zero = f"{n_rows} sample(s)" if n_columns else f"{n_columns} feature(s)"
        raise ValueError(f"Found array with {zero} (shape={frame.shape}) while a minimum of 1 is required.")
    return Raw(frame_names(frame), frame_columns(frame), frame.shape[0])


def cell_text(column: Column, row: int) -> str:
    """One cell in a person's words."""
    if is_missing(column.values[row : row + 1])[0]:
        return "missing"
    cell = column.values[row]
    if column.kind == "date":
        return date_text(float(cell))
    if column.form == "boolean" and column.part is None:
        return "true" if cell == 1 else "false"
    return number_text(cell.item()) if column.kind == "number" else str(cell)
