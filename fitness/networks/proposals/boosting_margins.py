"""Margins of boosting in whole numbers: what rows have, how steep the loss is there, and what it is.

A margin counts votes; `step` votes are one unit of log-odds. Probabilities are whole multiples of 2**-15, looked up in
tables that have the same bits on every machine; so gradients, curvatures and losses are sums of whole numbers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fitness.networks.target import Rows, Target
from genomes import portable

Ints = NDArray[np.int64]
#: Bits of a probability, and of a sum of gradients or curvatures at most.
PLACES: Final = 15
MOST_BITS: Final = 30
#: Log-odds beyond which a probability no longer changes.
_FAR: Final = 14


class Margins(ABC):
    """Margins of rows that are fitted and of rows that judge; int64[classes, rows].

    rows, judges: row numbers; biases: what each class starts with; unit: a row of weight 1 whose gradient is 1 adds so
    much to a sum.
    """

    biases: list[int]

    def __init__(self, step: int, targets: Sequence[Target], rows: Rows, judges: Rows) -> None:
        self.step, self.rows, self.judges = step, rows, judges
        self._weights = targets[0].weights[rows], targets[0].weights[judges]
        self._wanted = [np.stack([target.wanted[at] for target in targets]) for at in (rows, judges)]
        total = int(self._weights[0].sum())
        self._shift = max(0, total.bit_length() + PLACES - MOST_BITS)
        self.unit = max(1, (1 << PLACES) >> self._shift)
        self.biases = self._start()
        self._margins = [
            np.repeat(np.array(self.biases, dtype=np.int64)[:, None], len(at), axis=1) * self._per_bias
            for at in (rows, judges)
        ]
        self._table: Ints = np.rint(self._entries(np.arange(_FAR * step + 1) / step)).astype(np.int64)
        self._losses: Ints = np.rint(
            -portable.log((np.arange((1 << PLACES) + 1) + 0.5) / (1 << PLACES)) * (1 << 20)
        ).astype(np.int64)

    #: Votes that one unit of a bias is worth.
    _per_bias = 1

    @abstractmethod
    def _start(self) -> list[int]:
        """The biases: log-odds of classes before anything is known of a row."""

    @staticmethod
    @abstractmethod
    def _entries(odds: portable.Floats) -> portable.Floats:
        """The table that probabilities are looked up in, by log-odds from 0 on."""

    @abstractmethod
    def _chances(self, margins: Ints) -> Ints:
        """int64[classes, rows]: probabilities in 2**-15."""

    def words(self) -> Iterator[Ints]:
        """For each class int64[rows], gradients and curvatures as `grow_boosted` reads them."""
        half = (1 << self._shift) >> 1
        for wanted, chance in zip(self._wanted[0], self._chances(self._margins[0]), strict=True):
            slopes = (wanted.astype(np.int64) << PLACES) - chance
            curves = chance * ((1 << PLACES) - chance) >> PLACES
            g, h = ((self._weights[0] * values + half) >> self._shift for values in (slopes, curves))
            yield (g << 32) + h

    def move(self, c: int, votes: Ints, judges: Ints) -> None:
        """Add a tree's votes for class c."""
        self._margins[0][c] += votes
        if len(judges):
            self._margins[1][c] += judges

    def loss(self) -> int:
        """The log-loss of the rows that judge, in 2**-20."""
        chances, wanted = self._chances(self._margins[1]), self._wanted[1]
        return int((self._losses[self._right(chances, wanted)] * self._weights[1]).sum())

    @staticmethod
    def _right(chances: Ints, wanted: NDArray[np.bool_]) -> Ints:
        """The probability of what is wanted of each row."""
        return np.asarray(np.where(wanted, chances, 0).sum(axis=0))


class Odds(Margins):
    """One output: the margin is the log-odds of true."""

    def _start(self) -> list[int]:
        true = int(self._weights[0][self._wanted[0][0]].sum())
        return [_log_ratio(true, int(self._weights[0].sum()) - true, self.step)]

    @staticmethod
    def _entries(odds: portable.Floats) -> portable.Floats:
        return (1 << PLACES) / (1.0 + portable.exp(-odds))

    def _chances(self, margins: Ints) -> Ints:
        chances: Ints = self._table[np.minimum(np.abs(margins), len(self._table) - 1)]
        return np.where(margins < 0, (1 << PLACES) - chances, chances)

    @staticmethod
    def _right(chances: Ints, wanted: NDArray[np.bool_]) -> Ints:
        return np.asarray(np.where(wanted, chances, (1 << PLACES) - chances)[0])


class Scores(Margins):
    """Classes: the margin is the logarithm of a probability, up to what all classes of a row have in common."""

    _per_bias = 2

    def _start(self) -> list[int]:
        weights = [int(self._weights[0][wanted].sum()) for wanted in self._wanted[0]]
        biases = [_log_ratio(weight, max(1, *weights), self.step) for weight in weights]
        return [(bias - min(biases)) // 2 for bias in biases]

    @staticmethod
    def _entries(odds: portable.Floats) -> portable.Floats:
        return portable.exp(-odds) * (1 << 24)

    def _chances(self, margins: Ints) -> Ints:
        shares: Ints = self._table[np.minimum(margins.max(axis=0) - margins, len(self._table) - 1)]
        return np.asarray((shares << PLACES) // np.maximum(1, shares.sum(axis=0)))


def _log_ratio(a: int, b: int, step: int) -> int:
    """step * ln(a / b) to the nearest whole number; a class without rows counts as half a row."""
    ratio = portable.log(np.array([max(a, 0.5) / max(b, 0.5)]))
    return int(np.rint(ratio * step)[0])
