"""Checks and texts that several sources share."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.tables.raw import EXACT_AS_FLOAT
from fitness.errors import DataError

#: Names that a message lists.
QUOTED = 5
#: Columns of a table, at most.
MOST_COLUMNS = 1_000_000
#: Names, and characters of a name, that a mistyped one is compared with.
MOST_COMPARED, LONGEST_COMPARED = 2_000, 100


def quoted(names: Iterable[str]) -> str:
    """``'a', 'b' and 3 more``."""
    listed = [repr(name) for name in names]
    more = f" and {len(listed) - QUOTED} more" if len(listed) > QUOTED else ""
    return ", ".join(listed[:QUOTED]) + more


def require_few_columns(n: int, where: str) -> None:
    """Raise DataError where there are more columns than are looked at: each takes time and memory of its own."""
    if n > MOST_COLUMNS:
        raise DataError(f"{n:,} columns, at most {MOST_COLUMNS:,} are read; leave some out", where=where)


def unknown_column(name: str, known: Sequence[str], where: str) -> DataError:
    """The error for a column that is not there, with the nearest name."""
    some = [other for other in known[:MOST_COMPARED] if len(other) <= LONGEST_COMPARED]
    near = difflib.get_close_matches(name[:LONGEST_COMPARED], some, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"columns: {quoted(known)}"
    return DataError(f"no column {name!r}; {hint}", where=where)


def require_columns(names: Iterable[str], have: Sequence[str], where: str) -> None:
    """Raise one DataError naming every column of `names` that is not in `have`."""
    present = set(have)
    missing = [name for name in names if name not in present]
    if len(missing) == 1:
        raise unknown_column(missing[0], have, where)
    if missing:
        raise DataError(f"no columns {quoted(missing)}; columns: {quoted(have)}", where=where)


def shown(name: str) -> str:
    """A column's name in texts: white space would break formulas."""
    return re.sub(r"\s+", "_", name)


def number_text(value: float) -> str:
    """A number as a category or label, and in texts: the shortest that reads back, integers without ``.0``."""
    if isinstance(value, int) and abs(value) > EXACT_AS_FLOAT:
        return str(value)
    text = repr(float(value))
    return text.removesuffix(".0")


def without_case(text: str) -> str:
    """A text as people take it: without case and blanks that say nothing."""
    return " ".join(text.lower().split())


def first_alike(texts: Iterable[str], key: Callable[[str], str]) -> tuple[str, str] | None:
    """The first two texts that differ and have the same key, if any."""
    first: dict[str, str] = {}
    for text in texts:
        other = first.setdefault(key(text), text)
        if other != text:
            return other, text
    return None


def check_binary(values: NDArray[Any], name: str, where: str) -> NDArray[np.bool_]:
    """Numeric [rows] holding only 0 and 1 -> bool[rows]; anything else is a DataError naming it."""
    wrong = np.flatnonzero((values != 0) & (values != 1))
    if wrong.size:
        value = number_text(values[wrong[0]])
        value = "a missing value" if value == "nan" else value
        raise DataError(f"column {name!r} must hold only 0 and 1, got {value} in row {wrong[0] + 1}", where=where)
    return values.astype(np.bool_)


def categories_of(numbers: NDArray[Any]) -> NDArray[Any]:
    """Numbers [rows] (NaN = missing) as an object array of their texts (None = missing)."""
    texts = [None if math.isnan(value) else number_text(value) for value in numbers.tolist()]
    return np.array(texts, dtype=object)
