"""What scikit-learn users hand over (NumPy arrays, lists, pandas and polars frames) as the tables that evo reads.

Types decide the kinds: numbers and Booleans are number columns, text is a category column whatever it holds. Missing
are None, NaN, pandas' NA, and the texts that a csv file may hold for it, so that exported rules read cells alike.
pandas and polars are told by the module of the frame and never imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array

from fitness.containers.contiguous import laid_out
from fitness.data.checks import categories_of, number_text
from fitness.data.csv_source import MISSING
from fitness.data.schema import Field
from fitness.data.table import Column, Kind, Table

ORIGIN = "X"


@dataclass(frozen=True, slots=True)
class Raw:
    """Columns before their kinds are known: names (x0, x1, ... where there are none) and values [rows] each."""

    names: tuple[str, ...]
    values: tuple[NDArray[Any], ...]

    @property
    def n_rows(self) -> int:
        """Rows of every column."""
        return len(self.values[0])

    def table(self, categorical: Sequence[str] = ()) -> Table:
        """All columns, each of the kind that its values say, or a category where its name is in `categorical`.

        Raises:
            ValueError: an infinite number. TypeError: a cell that is neither number nor text.
        """
        kinds: list[Kind | None] = ["category" if name in categorical else None for name in self.names]
        columns = zip(self.names, self.values, kinds, strict=True)
        return Table(tuple(_typed(*column) for column in columns), None, ORIGIN)

    def conforming(self, names: Sequence[str], fields: Sequence[Field]) -> Table:
        """The columns of `fields` in their kinds, told by their place among `names`.

        Raises:
            ValueError: text where training had numbers. Otherwise as `table`.
        """
        place = {name: index for index, name in enumerate(names)}
        columns = tuple(_typed(field.name, self.values[place[field.name]], field.kind) for field in fields)
        return Table(columns, None, ORIGIN)


def read(x: Any) -> Raw:
    """The columns of `x`.

    Raises:
        ValueError, TypeError: as scikit-learn's `check_array`; column names that are not distinct.
    """
    if _is_frame(x):
        return _read_frame(x)
    given = np.array(x, dtype=object) if isinstance(x, list | tuple) else _unmasked(x)  # or mixed rows became text
    array = check_array(given, dtype=None, ensure_all_finite="allow-nan", input_name="X")
    return Raw(tuple(f"x{i}" for i in range(array.shape[1])), tuple(array.T))


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


def _is_frame(x: Any) -> bool:
    return (
        type(x).__module__.partition(".")[0] in ("pandas", "polars") and hasattr(x, "columns") and hasattr(x, "shape")
    )


def _read_frame(frame: Any) -> Raw:
    if 0 in frame.shape:
        n_rows, n_columns = frame.shape
        zero = f"{n_rows} sample(s)" if n_columns else f"{n_columns} feature(s)"
        raise ValueError(f"Found array with {zero} (shape={frame.shape}) while a minimum of 1 is required.")
    names = tuple(label.strip() if isinstance(label, str) else f"x{label}" for label in frame.columns)
    if len(set(names)) < len(names) or "" in names:
        raise ValueError("column names must differ and not be empty")
    return Raw(names, tuple(_series_values(frame[label]) for label in frame.columns))


def _series_values(series: Any) -> NDArray[Any]:
    if getattr(series.dtype, "kind", "O") in "biuf":  # pandas
        return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
    if hasattr(series.dtype, "is_numeric") and series.dtype.is_numeric():  # polars
        return np.array([np.nan if cell is None else cell for cell in series.to_list()], dtype=np.float64)
    values = np.empty(len(series), dtype=object)
    values[:] = list(series)
    return values


def _typed(name: str, values: NDArray[Any], kind: Kind | None) -> Column:
    if values.dtype.kind in "biuf":
        numbers = laid_out(values, np.float64)
    else:
        cells = [_cell(cell, name) for cell in values.tolist()]
        text = next((cell for cell in cells if isinstance(cell, str)), None)
        if kind == "number" and text is not None:
            raise ValueError(f"column {name!r} must hold numbers as in training, got {text!r}")
        if text is not None:
            return Column(name, "category", np.array([_text(cell) for cell in cells], dtype=object))
        numbers = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    if np.isinf(numbers).any():
        raise ValueError(f"column {name!r} must be finite or missing, got inf")
    return Column(name, "category", categories_of(numbers)) if kind == "category" else Column(name, "number", numbers)


def _cell(cell: Any, name: str) -> float | str | None:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        return None if text in MISSING else text
    if isinstance(cell, Real):
        number = float(cell)
        return None if np.isnan(number) else number
    raise TypeError(f"argument must be a string or a number, got {type(cell).__name__!r} in column {name!r}")


def _text(cell: float | str | None) -> str | None:
    return number_text(cell) if isinstance(cell, float) else cell


def cell_text(column: Column, row: int) -> str:
    """One cell in a person's words."""
    cell = column.values[row]
    if cell is None or (column.kind == "number" and np.isnan(cell)):
        return "missing"
    return number_text(cell) if column.kind == "number" else str(cell)
