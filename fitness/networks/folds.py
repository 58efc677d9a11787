"""How few rows judge: every candidate is grown again without each fold of the rows, and is judged there.

Where a table is small, rows that only judge are too few to tell candidates apart, and are missed by what grows. So a
candidate's `error` is that of its step, not of itself: the step runs once on all rows, which gives the network, and
once per fold on the rows outside it with the same random draws, and each time the fold judges (cross-validation: Stone,
"Cross-Validatory Choice and Assessment of Statistical Predictions", JRSS B 36, 1974). Every row judges once, by a
network that has not seen it. Units of parents would have seen it, so such steps begin from nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.networks.target import Rows

#: Rows from which and below which folds judge, and their number.
FEWEST, SMALL, FOLDS = 50, 2000, 5


def folds_of(codes: NDArray[np.int64], rng: np.random.Generator) -> tuple[Rows, ...]:
    """Ascending row numbers of each fold, drawn by `rng`; codes: int64[rows], classes, which are spread evenly."""
    order = rng.permutation(len(codes))
    ranked = order[np.argsort(codes[order], kind="stable")]
    return tuple(np.sort(ranked[fold::FOLDS]) for fold in range(FOLDS) if fold < len(codes))
