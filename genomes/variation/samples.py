"""The training rows as operators need them: row by row, and which rows the cubes of each output should cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words


@dataclass(frozen=True, slots=True)
class Samples:
    """rows: uint64[n_rows, W] inputs packed along the inputs; wanted: per output the rows its cubes should cover.

    For a product of sums `wanted` are the rows where the output is 0, because its cubes cover the complement;
    unwanted are the others that count, which the cubes of an inverted cover should cover.
    """

    rows: Words
    wanted: tuple[NDArray[np.intp], ...]
    unwanted: tuple[NDArray[np.intp], ...]
