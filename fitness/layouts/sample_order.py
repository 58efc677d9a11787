"""The order of samples in the layouts of compiled kernels: fixed, and random with respect to the data's own order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomes.bits import splitmix


def shuffled(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """`rows` in an order that depends on their numbers alone, so that a prefix is a fair part of them."""
    return rows[np.argsort(splitmix(rows), kind="stable")]
