"""The training rows as operators need them: row by row, and which rows the cubes of each output should cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words


@dataclass(frozen=True, slots=True)
class Samples:
    """rows: uint64[n_rows, W] inputs packed along the inputs; on_set: per output the rows its cubes should cover.

    For a product of sums `on_set` are the rows where the output is 0, because its cubes cover the complement;
    `off_set` are the others of the care set, which the cubes of an inverted cover should cover.
    """

    rows: Words
    on_set: tuple[NDArray[np.intp], ...]
    off_set: tuple[NDArray[np.intp], ...]
