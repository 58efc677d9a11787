"""The labels of a fit: arrays, lists, Series of pandas and polars, Arrow arrays; a row without a label is named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets

from evo.estimators.tables import without_mask
from fitness.data.tables.frames import is_absent

#: What labels without a name are called; the first that no column is called.
UNNAMED = ("class", "target", "y")
#: Rows that a message names.
ROWS = 3


def plain_labels(y: Any) -> Any:
    """`y` as scikit-learn's checks take it, without missing labels.

    Raises:
        ValueError: labels are missing or masked.
    """
    cells = _cells(without_mask(y, "y"))
    if cells is None:
        return y
    missing = [row for row, cell in enumerate(cells) if _is_missing(cell)]
    if missing:
        named = ", ".join(f"y[{row}]" for row in missing[:ROWS])
        more = f" and {len(missing) - ROWS:,} more" if len(missing) > ROWS else ""
        hint = "leave these rows out, or give them a label of their own"
        raise ValueError(f"Input y contains NaN or None: no label at {named}{more}; {hint}")
    return _array(cells, y)


def _cells(y: Any) -> list[Any] | None:
    """The cells of what has one dimension and may miss some; None where scikit-learn's own checks suffice."""
    if isinstance(y, list | tuple):
        return list(y) if all(np.ndim(cell) == 0 for cell in y) else None
    if len(getattr(y, "shape", ())) > 1 or (getattr(getattr(y, "dtype", None), "kind", "") in "biuSU" and _is_numpy(y)):
        return None
    for method in ("to_pylist", "to_list", "tolist"):  # of Arrow, of pandas and polars, of NumPy
        if hasattr(y, method):
            cells = getattr(y, method)()
            return cells if isinstance(cells, list) else None
    return None


def _is_numpy(y: Any) -> bool:
    return isinstance(y, np.ndarray)


def _is_missing(cell: Any) -> bool:
    return is_absent(cell) or (isinstance(cell, float) and math.isnan(cell))


def _array(cells: list[Any], y: Any) -> Any:
    """Cells of a Series or a list as an array: Booleans and whole numbers stay what they are."""
    if _is_numpy(y) and y.dtype.kind != "O":
        return y
    kinds = {type(cell) for cell in cells}
    if len(kinds) == 1 and kinds <= {bool, int, str}:
        return np.array(cells)
    return y if isinstance(y, list | tuple) or hasattr(y, "__array__") else np.array(cells, dtype=object)


def check_labels(labels: NDArray[Any]) -> None:
    """Raise ValueError unless these are classes, with what to do about it."""
    try:
        check_classification_targets(labels)
    except ValueError as problem:
        raise ValueError(f"{str(problem).rstrip('.')}; {_advice(labels)}") from None


def _advice(labels: NDArray[Any]) -> str:
    kinds = sorted({type(label).__name__ for label in labels.tolist()}) if labels.dtype.kind == "O" else []
    if len(kinds) > 1:
        return f"y holds labels of several types ({', '.join(kinds)}): make all of them texts, e.g. y.astype(str)"
    if labels.dtype.kind == "f":
        middle = float(np.sort(labels)[len(labels) // 2])
        return f"evo learns classes, not regression: cut y into classes, e.g. y > {middle:.6g}"
    return "evo learns classes: numbers, texts or Booleans, one per row"


def target_name(y: Any, columns: Sequence[str]) -> str:
    """What labels are called: the name of a Series, or of a frame of one column, unless a column has it."""
    named = getattr(y, "name", None)
    if named is None and len(getattr(y, "shape", ())) == 2 and len(getattr(y, "columns", ())) == 1:
        named = y.columns[0]
    own = [named.strip()] if isinstance(named, str) and named.strip() else []
    free = (name for name in (*own, *UNNAMED) if name not in columns)
    return next(free, f"class of {len(columns)} columns")
