"""Rules on products of keys: what a config may ask for together, whatever machine it is for."""

from __future__ import annotations

from collections.abc import Iterator

from evo.config.problems import Problem
from evo.config.schema import RunConfig
from fitness.data.functions.extent import MOST_LOOKS, MOST_VALUES, columns, looks, rows


def generated_rows_are_few(config: RunConfig) -> Iterator[Problem]:
    """Generated data are drawn in memory; what is larger comes from a file."""
    data = config.data
    if data.source != "function":
        return
    n_rows, n_columns = rows(data), columns(data)
    path = ("data", "samples" if data.samples else "function")
    if (data.samples or data.test_samples) and n_rows * n_columns > MOST_VALUES:
        size = f"{n_rows:,} rows of {n_columns:,} inputs and outputs"
        yield Problem(path, f"at most {MOST_VALUES:,} values are generated, got {size}; ask for fewer, or read a file")
    elif looks(data) > MOST_LOOKS:
        limit = f"rows times terms times literals must be at most {MOST_LOOKS:,}, got {looks(data):,}"
        yield Problem(("data", "terms"), f"{limit}; lower one of them")
