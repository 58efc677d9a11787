"""A generated function as a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fitness.data.functions.domain import Digits, rows
from fitness.data.functions.library import FUNCTIONS, Function
from fitness.data.pla_source import as_table
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Table
from fitness.errors import DataError


def read(spec: DataSpec, seed: int) -> Table:
    """The rows of `spec.function`, without noise; `test_samples` further rows are marked in `parts`.

    Raises:
        DataError: a needed argument is missing or too large, or more rows are asked for than exist.
    """
    if spec.function is None:
        raise DataError(f"expected one of {', '.join(FUNCTIONS)}, got none", where="data.function")
    where = f"function {spec.function}"
    function = FUNCTIONS[spec.function](spec, seed)
    digits = rows(function.radices, spec.samples, spec.test_samples, seed, where)
    table = _table(function, digits, where)
    if spec.samples is None or not spec.test_samples:
        return table
    parts = np.zeros(len(digits), dtype=np.int8)
    parts[spec.samples :] = 2
    return replace(table, parts=parts)


def _table(function: Function, digits: Digits, where: str) -> Table:
    values = function.evaluate(digits).astype(np.int8)
    if function.inputs is not None:
        return as_table(function.inputs(digits).view(np.uint8), function.names, values, function.outputs, where)
    table = as_table(np.empty((len(digits), 0), np.uint8), (), values, function.outputs, where)
    names = np.array([str(value + 1) for value in range(max(function.radices))], dtype=object)
    columns = [Column(name, "category", names[digits[:, i]]) for i, name in enumerate(function.names)]
    return replace(table, columns=tuple(columns))
