"""Parameters and labels of estimators as plain JSON values, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.errors import CheckpointError
from genomes.text.quoting import quoted

#: Labels that can be stored: Booleans, numbers, texts, and objects that are such.
DTYPE = re.compile(r"[|<>=]?([biuf][1248]|U[0-9]{1,6})|object")
#: The key of a mapping whose keys need not be texts.
PAIRS = "pairs"


def plain(what: str, value: Any) -> Any:
    """A parameter as a JSON value: mappings as pairs, other collections as lists.

    Raises:
        ValueError: it is neither number, text, None nor a collection of these; what: names it.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real) and isfinite(float(value)):
        return float(value)
    if isinstance(value, Mapping):
        return {PAIRS: [[plain(what, key), plain(what, of)] for key, of in value.items()]}
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [plain(what, item) for item in value]
    raise ValueError(f"{what} must be numbers, texts or collections of these to be saved, got {quoted(value)}")


def given(value: Any) -> Any:
    """The inverse of `plain`, where collections become lists and dicts.

    Raises:
        TypeError: it is no such value.
    """
    if isinstance(value, Mapping):
        pairs = value.get(PAIRS)
        if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise TypeError("no pairs")
        return {given(key): given(of) for key, of in pairs}
    return [given(item) for item in value] if isinstance(value, list) else value


def classes_to_json(classes: NDArray[Any]) -> dict[str, Any]:
    """Labels with their type.

    Raises:
        ValueError: they are neither Booleans, numbers nor texts.
    """
    dtype = "object" if classes.dtype.kind == "O" else classes.dtype.str
    values = classes.tolist()
    if not DTYPE.fullmatch(dtype) or not all(isinstance(value, bool | int | float | str) for value in values):
        raise ValueError(f"labels of type {classes.dtype} cannot be saved; give numbers or texts to fit")
    return {"dtype": dtype, "values": values}


def classes_of_json(record: Mapping[str, Any], texts: Sequence[str], where: str) -> NDArray[Any]:
    """The labels of a record, one for each of the texts.

    Raises:
        CheckpointError: they are not.
    """
    if DTYPE.fullmatch(record["dtype"]) and len(record["values"]) == len(texts):
        try:
            classes = np.array(record["values"], dtype=record["dtype"])
        except (OverflowError, TypeError, ValueError):
            classes = np.zeros(0)
        if classes.tolist() == record["values"]:
            return classes
    raise CheckpointError(f"classes: must be {len(texts)} labels of their dtype", where=where)
