"""One output as proposals see it: what is wanted of every row, what rows weigh, and which rows grow and prune."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words, unpack

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Target:
    """wanted: bool[n_rows]; weights: int64[n_rows], what a row counts for, 0 where nothing is wanted of it.

    grow, prune: ascending row numbers, without rows of weight 0; a model is fitted on the first and cut back on the
    second. No operator looks at other rows.
    """

    wanted: NDArray[np.bool_]
    weights: NDArray[np.int64]
    grow: Rows
    prune: Rows

    def accuracy(self, column: Words, rows: Rows) -> float:
        """Share of the weight of `rows` that a packed column gets right."""
        right = unpack(column[None], len(self.wanted))[0][rows] == self.wanted[rows]
        return float(self.weights[rows][right].sum() / max(1, self.weights[rows].sum()))

    def resplit(self, rng: np.random.Generator, share: float) -> Target:
        """The same rows, of which a random `share` of each class grows; one row of each part at least."""
        rows = np.union1d(self.grow, self.prune)
        grow = np.zeros(len(self.wanted), dtype=np.bool_)
        for value in (False, True):
            of = rng.permutation(rows[self.wanted[rows] == value])
            grow[of[: min(max(1, round(share * len(of))), max(1, len(of) - 1))]] = True
        return Target(self.wanted, self.weights, rows[grow[rows]], rows[~grow[rows]])
