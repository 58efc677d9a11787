"""Noise on the labels of a generated function."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitness.data.table import Table
from genomes.streams import Role, stream


def flip_labels(table: Table, rows: NDArray[np.intp], noise: float, seed: int) -> Table:
    """`table` with exactly ``round(noise * len(rows))`` labels among `rows` flipped, per output.

    Labels must be "0" and "1", or a target of several outputs (don't-cares stay).
    """
    target = table.target
    count = round(noise * len(rows))
    if target is None or count == 0:
        return table
    values = target.values.copy()
    for output in range(len(target.names)):
        chosen = stream(seed, Role.NOISE, slot=output).choice(rows, count, replace=False)
        if target.several:
            old = values[chosen, output]
            values[chosen, output] = np.where(old < 0, old, 1 - old)
        else:
            values[chosen] = np.where(values[chosen] == "1", "0", "1")
    return replace(table, target=replace(target, values=values))
