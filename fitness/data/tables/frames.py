"""Frames and arrays in memory as raw columns: pandas, polars, Arrow, NumPy.

Types decide where they say something: numbers, Booleans, dates and categories (with their order); texts are looked at
as those of a file are. The libraries are told by the module of the frame and never imported.
"""

from __future__ import annotations

import datetime
import decimal
from collections import Counter
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.containers.contiguous import laid_out
from fitness.data.checks import number_text
from fitness.data.tables.cells import MISSING
from fitness.data.tables.raw import NO_INTEGER, Nested, Numbers, RawColumn, Texts, Times, coded, is_wide
from genomes.text.quoting import quoted

_LIBRARIES = ("pandas", "polars", "pyarrow")


def is_absent(cell: Any) -> bool:
    """Whether a cell is None or a library's mark for a missing one; NaN is a number."""
    return cell is None or type(cell).__name__ in ("NAType", "NaTType")


def is_frame(x: Any) -> bool:
    """Whether `x` is a frame of pandas or polars, or an Arrow table."""
    return type(x).__module__.partition(".")[0] in _LIBRARIES and hasattr(x, "shape") and len(x.shape) == 2


def frame_names(frame: Any) -> tuple[str, ...]:
    """The names of a frame's columns; numbers become x0, x1, ..., blanks at their ends go where that leaves them apart.

    Raises:
        ValueError: a name twice, or an empty one.
    """
    given = frame.column_names if type(frame).__module__.startswith("pyarrow") else list(frame.columns)
    names = tuple(label if isinstance(label, str) else f"x{label}" for label in given)
    stripped = tuple(map(str.strip, names))
    names = stripped if len(set(stripped)) == len(stripped) else names
    twice = len(set(names)) < len(names) and Counter(names).most_common(1)[0][0]
    if twice or "" in names:
        got = f"{quoted(twice)} more than once" if twice else "an empty one"
        raise ValueError(f"column names must differ and not be empty, got {got}")
    return names


def frame_columns(frame: Any) -> tuple[RawColumn, ...]:
    """The columns of a frame.

    Raises:
        TypeError: a cell that is neither number, text nor time.
    """
    if type(frame).__module__.startswith("pyarrow"):
        return tuple(_arrow(column, name) for column, name in zip(frame.columns, frame.column_names, strict=True))
    return tuple(series_column(frame[label], str(label)) for label in frame.columns)


def series_column(series: Any, name: str) -> RawColumn:
    """A column of pandas or polars."""
    return _pandas(series, name) if type(series).__module__.startswith("pandas") else _polars(series, name)


def _pandas(series: Any, name: str) -> RawColumn:
    kind = series.dtype
    if type(kind).__name__ == "CategoricalDtype":
        levels = tuple(_level(level) for level in kind.categories)
        codes = np.asarray(series.cat.codes, dtype=np.int32)
        return _used(codes, levels, ordered=bool(kind.ordered))
    if getattr(kind, "kind", "O") == "M":
        return _times((series.dt.tz_convert(None) if getattr(kind, "tz", None) is not None else series).to_numpy())
    if getattr(kind, "kind", "O") == "m":
        return array_column(series.dt.total_seconds().to_numpy(), name)
    if getattr(kind, "kind", "O") in "biuf":
        absent = np.asarray(series.isna())
        exact = _exact(series, absent) if kind.kind in "iu" else None
        values = exact if exact is not None else series.to_numpy(dtype=np.float64, na_value=np.nan)
        return Numbers(np.asarray(values), boolean=kind.kind == "b")
    return cells_column(list(series), name)


def _exact(series: Any, absent: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """int64 of whole numbers that float64 does not hold, else None."""
    known = series[~absent]
    if not len(known) or not is_wide(float(known.min()), float(known.max())) or float(known.max()) >= 2**63:
        return None
    values = np.full(len(series), NO_INTEGER, dtype=np.int64)
    values[~absent] = known.to_numpy(dtype=np.int64)
    return values


def _times(stamps: NDArray[np.datetime64]) -> Times:
    stamps = stamps.astype("datetime64[us]")
    return Times(np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / 1e6))


def _polars(series: Any, name: str) -> RawColumn:
    kind = type(series.dtype).__name__ if not isinstance(series.dtype, type) else series.dtype.__name__
    if kind in ("Categorical", "Enum"):
        texts = coded(series.to_list())
        levels = tuple(map(str, series.dtype.categories)) if kind == "Enum" else None
        return _relevelled(texts, levels) if levels else Texts(texts.codes, texts.levels, "category")
    if kind == "Boolean":
        return Numbers(np.array([np.nan if cell is None else float(cell) for cell in series.to_list()]), boolean=True)
    return cells_column(series.to_list(), name)


def _arrow(column: Any, name: str) -> RawColumn:
    if "dictionary" in str(column.type):
        texts = coded([None if cell is None else _level(cell) for cell in column.to_pylist()])
        return Texts(texts.codes, texts.levels, "category")
    return cells_column(column.to_pylist(), name)


def _level(level: Any) -> str:
    return number_text(level) if isinstance(level, float) else str(level).strip()


def _used(codes: NDArray[np.int32], levels: Sequence[str], ordered: bool) -> Texts:
    """Categories that occur; those of an order keep it."""
    known = [code for code in np.unique(codes[codes >= 0]).tolist() if levels[code] not in MISSING]
    distinct = list(dict.fromkeys(levels[code] for code in known))  # texts are stripped: two may have become one
    place = np.full(len(levels) + 1, -1, dtype=np.int32)
    place[known] = [distinct.index(levels[code]) for code in known]
    return Texts(place[codes], tuple(distinct), "ordered" if ordered else "category")


def _relevelled(texts: Texts, levels: tuple[str, ...]) -> Texts:
    codes = np.array([*(levels.index(level) for level in texts.levels), -1], dtype=np.int32)[texts.codes]
    return _used(codes, levels, ordered=True)


def array_column(values: NDArray[Any], name: str) -> RawColumn:
    """A column of a NumPy array."""
    if values.dtype.kind in "biuf":
        wide = values.dtype.kind in "iu" and len(values) and is_wide(float(values.min()), float(values.max()))
        if wide and float(values.max()) < 2**63:
            return Numbers(values.astype(np.int64))
        return Numbers(laid_out(values, np.float64), boolean=values.dtype.kind == "b")
    if values.dtype.kind == "M":
        return _times(values)
    return cells_column(values.tolist(), name)


def cells_column(cells: Sequence[Any], name: str) -> RawColumn:
    """Cells of any types: numbers where all known ones are numbers, times where all are times, else texts.

    Raises:
        TypeError: a cell that is neither number, text nor time.
    """
    known = list({type(cell) for cell in cells if not is_absent(cell)})
    if known and all(issubclass(kind, datetime.date) for kind in known):
        return Times(np.array([_time(cell) for cell in cells], dtype=np.float64))
    if known and all(issubclass(kind, list | tuple | dict | set | bytes | np.ndarray) for kind in known):
        return Nested(known[0].__name__, len(cells))
    read = [_cell(_plain(cell), name) for cell in cells]
    if any(isinstance(cell, str) for cell in read):
        return coded([cell if cell is None or isinstance(cell, str) else number_text(cell) for cell in read])
    if _wide_integers([cell for cell in read if cell is not None]):
        return Numbers(np.array([NO_INTEGER if cell is None else cell for cell in read], dtype=np.int64))
    boolean = bool(known) and all(issubclass(kind, bool | np.bool_) for kind in known)
    return Numbers(np.array([np.nan if cell is None else cell for cell in read], dtype=np.float64), boolean)


def _wide_integers(known: Sequence[Any]) -> bool:
    """Whether these are whole numbers of 64 bits, some of them beyond float64."""
    if not known or not all(isinstance(cell, int) for cell in known):
        return False
    return is_wide(min(known), max(known)) and min(known) > -(2**63) and max(known) < 2**63


def _time(cell: Any) -> float:
    if is_absent(cell):
        return float("nan")
    if not isinstance(cell, datetime.datetime):
        cell = datetime.datetime(cell.year, cell.month, cell.day)
    aware = cell if cell.tzinfo is not None else cell.replace(tzinfo=datetime.UTC)
    return float((aware - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)).total_seconds())


def _plain(cell: Any) -> Any:
    """Spans of time as seconds, dates among other cells as texts, all else as it is."""
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds()
    return str(cell) if isinstance(cell, datetime.date) else cell


def _cell(cell: Any, name: str) -> float | int | str | None:
    if is_absent(cell):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        return None if text in MISSING else text
    if isinstance(cell, int | np.integer | np.bool_):
        return int(cell)
    if isinstance(cell, Real | decimal.Decimal):
        number = float(cell)
        return None if np.isnan(number) else number
    raise TypeError(f"argument must be a string or a number, got {type(cell).__name__!r} in column {name!r}")
