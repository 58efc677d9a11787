"""Which row goes to train, validation and test.

Rows are drawn from the seed, per class where the split is stratified, and keep their order within a split. Sizes are
rounded by largest remainder, so they differ from the exact share by less than one row (per class).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.data.spec import SplitSpec
from fitness.data.table import Table
from fitness.errors import DataError
from genomes.streams import Role, stream

SPLITS = ("train", "valid", "test")
Parts = NDArray[np.int8]


def assign(table: Table, spec: SplitSpec, own: frozenset[str], seed: int) -> Parts:
    """int8[rows]: 0 train, 1 valid, 2 test.

    Args:
        table: rows of the config's source; its `parts` stand where they are set.
        spec: fractions of these rows, or a column that was read into `table.parts`.
        own: splits ("valid", "test") that have a file of their own and take no rows.
        seed: the config's seed.

    Raises:
        DataError: a split that is asked for, or the training split, gets no row; a split is given twice.
    """
    if spec.column is not None:
        parts = _given(table, spec.column, own)
    else:
        parts = _drawn(table, _fractions(table, spec, own), spec.stratify, seed)
    if not (parts == 0).any():
        raise DataError("the training split has no row; lower split.valid or split.test", where=table.origin)
    return parts


def largest_remainder(count: int, shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """`count` divided by `shares` (float64[k], sum 1) into whole numbers; ties go to the earlier share."""
    exact = np.round(count * shares, 9)  # 0.15 * 20 must be 3, not 3.0000000000000004
    sizes = np.floor(exact).astype(np.intp)
    order = np.argsort(-(exact - sizes), kind="stable")
    sizes[order[: count - int(sizes.sum())]] += 1
    return sizes


def _given(table: Table, column: str, own: frozenset[str]) -> Parts:
    if table.parts is None:
        raise DataError("only a csv file can hold a split column", where="data.split.column")
    for name in sorted(own):
        if (table.parts == SPLITS.index(name)).any():
            raise DataError(
                f"column {column!r} marks {name} rows and data.{name}_path gives them too", where=table.origin
            )
    return table.parts


def _fractions(table: Table, spec: SplitSpec, own: frozenset[str]) -> dict[str, float]:
    """Share of the rows that are not placed yet, by split; 0 where a split has its rows already."""
    placed = own if table.parts is None else own | {SPLITS[part] for part in np.unique(table.parts)}
    return {name: 0.0 if name in placed else getattr(spec, name) for name in ("valid", "test")}


def _drawn(table: Table, fractions: dict[str, float], stratify: bool, seed: int) -> Parts:
    parts = np.zeros(table.n_rows, dtype=np.int8) if table.parts is None else table.parts.copy()
    free = np.flatnonzero(parts == 0)
    shares = np.array([1 - sum(fractions.values()), *fractions.values()])
    if shares[0] <= 0:
        raise DataError("split.valid + split.test must be less than 1", where="data.split")
    rng = stream(seed, Role.SPLIT)
    for rows in _strata(table, free, stratify):
        sizes = largest_remainder(len(rows), shares)
        parts[rng.permutation(rows)] = np.repeat(np.arange(3, dtype=np.int8), sizes)
    for part, name in enumerate(SPLITS):
        if fractions.get(name) and not (parts == part).any():
            share = f"data.split.{name} = {fractions[name]:g} of {len(free)} rows"
            raise DataError(f"{share} gives no row; raise it or set it to 0", where=table.origin)
    return parts


def _strata(table: Table, rows: NDArray[np.intp], stratify: bool) -> list[NDArray[np.intp]]:
    """`rows` by label in sorted order; one stratum without labels of a single output."""
    if not stratify or table.target is None or table.target.several:
        return [rows]
    labels = table.target.values[rows].tolist()
    index = {label: i for i, label in enumerate(sorted(set(labels)))}  # np.unique sorts a million texts in seconds
    which = np.array([index[label] for label in labels], dtype=np.intp)
    return [rows[which == i] for i in range(len(index))]
