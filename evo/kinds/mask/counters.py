"""Neurons that count: when a sum of +-q is above 0, and integers that compare as such sums do.

A neuron with m kept inputs of +1 and -1 and weights of one size q has the sum q (2 k - m) + b where k of them agree
with their weights' signs. Where q is a power of two, single precision adds the first part without rounding, in any
order, so the sum is known to the last bit. For other q the evaluator's rounding depends on the order in which it adds;
the sum is then known up to `slack`, the usual bound for any order (Higham, Accuracy and Stability of Numerical
Algorithms, section 4.2), and what rounding could decide is refused instead of guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.errors import ExportError
from evo.export.circuit import Score

#: Scores are tried at finer and finer scales, up to this one.
FINEST = 1 << 20
#: Scores stay below what C's long holds everywhere.
MOST = (1 << 31) - 1
#: Half a unit in the last place of single precision, relative.
ROUNDING = 2.0**-24
WHERE = "--format"
OTHERS = "formats npz, json and python hold it"


@dataclass(frozen=True, slots=True)
class Counter:
    """One neuron: value = size * (2 * true literals - offset) + bias; terms: kept inputs, constant ones included."""

    literals: tuple[int, ...]
    offset: int
    terms: int
    size: float
    bias: float

    @property
    def exact(self) -> bool:
        """Whether single precision adds without rounding until the bias comes."""
        return is_power_of_two(self.size) and self.terms < 1 / ROUNDING

    def values(self) -> NDArray[np.float64]:
        """float64[len(literals) + 1]: the sum for 0, 1, ... true literals; what the evaluator computes if `exact`."""
        counts = 2.0 * np.arange(len(self.literals) + 1) - self.offset
        if not self.exact:
            return np.asarray(self.size * counts + self.bias)
        return (np.float32(self.size) * counts.astype(np.float32) + np.float32(self.bias)).astype(np.float64)

    def slack(self) -> NDArray[np.float64]:
        """float64[len(literals) + 1]: how far the evaluator's sum may be from `values`."""
        values = self.values()
        if self.exact:
            return np.zeros_like(values)
        inside = (self.terms + 2) * ROUNDING * self.terms * self.size
        return 1.01 * (inside + ROUNDING * (np.abs(values) + inside))

    def least(self) -> int:
        """The fewest true literals with which the sum is above 0; one more than there are where none will do.

        Raises:
            ExportError: rounding decides whether the sum is above 0.
        """
        values, slack = self.values(), self.slack()
        if (~np.isfinite(values) | ((np.abs(values) <= slack) & (slack > 0))).any():
            raise ExportError(
                f"a neuron's sum can be 0 up to rounding, which no circuit repeats; {OTHERS}", where=WHERE
            )
        above = np.flatnonzero(values > 0)
        return int(above[0]) if len(above) else len(self.literals) + 1


def is_power_of_two(size: float) -> bool:
    """Whether `size` is 2^k for a whole k."""
    return bool(np.frexp(size)[0] == 0.5)


def scores_of(counters: Sequence[Counter]) -> tuple[Score, ...]:
    """Integer scores that compare as the logits do, ties included.

    Raises:
        ExportError: no scale up to `FINEST` gives such, or rounding decides between two classes.
    """
    scale = 1
    while scale <= FINEST:
        ranks = [round(scale * counter.bias / counter.size) for counter in counters]
        if max(map(abs, ranks)) > MOST:
            break
        integers = [
            scale * (2 * np.arange(len(counter.literals) + 1) - counter.offset) + rank
            for counter, rank in zip(counters, ranks, strict=True)
        ]
        if _alike(counters, integers):
            biases = [rank - scale * counter.offset for counter, rank in zip(counters, ranks, strict=True)]
            scores = tuple(
                Score(bias - min(biases), tuple((literal, 2 * scale) for literal in counter.literals))
                for counter, bias in zip(counters, biases, strict=True)
            )
            if max(score.most for score in scores) <= MOST:
                return scores
        scale *= 2
    raise ExportError(f"the logits of two classes can be too close for a circuit; {OTHERS}", where=WHERE)


def _alike(counters: Sequence[Counter], integers: Sequence[NDArray[np.int64]]) -> bool:
    """Whether any two values of different classes compare alike in both, whatever rounding does."""
    flat = np.concatenate([counter.values() for counter in counters])
    slack = np.concatenate([counter.slack() for counter in counters])
    numbers = np.concatenate(integers)
    order = np.lexsort((numbers, flat))
    steps, jumps = np.diff(flat[order]), np.diff(numbers[order])
    room = slack[order][1:] + slack[order][:-1]
    same = (steps == 0) & (jumps == 0) & (room == 0)
    return bool(np.isfinite(flat).all() and (((steps > room) & (jumps > 0)) | same).all())
