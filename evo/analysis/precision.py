"""What share of new rows a rule is right for, told by the training rows that chose it.

A rule stands because it was right on training rows, so its share there flatters it. The share is shrunk towards that of
all rows, by one row and one more per comparison (every comparison was looked for): (k + m b) / (n + m) for k right of n
rows and the share b of all rows, the mean of a beta distribution (an m-estimate: Cestnik, Estimating Probabilities: A
Crucial Task in Machine Learning, ECAI 1990). The interval is one for rows to come: in a sample a quarter as large as
the training rows the share lies in it with a probability of 95 % (beta-binomial). Below it begins from the shrunk
distribution; above it ends where that of Jeffreys's prior without shrinking does, as rules that do not flatter have no
bias to take off. `python -m benchmarks.rule_precision` counts how often it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

#: New rows to training rows, where an interval is given; the probability on either side of it.
SAMPLE, TAIL = 0.25, 0.025
#: Probabilities, relative to the greatest one, that no longer count.
NOTHING = 1e-12


class Expected(NamedTuple):
    """Of new rows that a rule applies to: the share it is right for, and between which bounds a sample's share lies."""

    share: float
    low: float
    high: float


def expected(right: float, rows: float, base: float, comparisons: int) -> Expected:
    """What to expect of a rule that is right for so many of the training rows it applies to (they may have weights).

    base: the share of all training rows that it would be right for; comparisons: its own.
    """
    extra = 1.0 + comparisons
    for_it, against = right + extra * base, rows - right + extra * (1.0 - base)
    sample = max(1, int(rows * SAMPLE + 0.5))
    low, high = _lowest(sample, for_it, against), _lowest(sample, rows - right + 0.5, right + 0.5)
    share = for_it / (rows + extra)
    return Expected(share, min(low, share), max(1.0 - high, share))


def _lowest(sample: int, for_it: float, against: float) -> float:
    """The 2.5th percentile of the share of a beta-binomial sample; parameters >= 0, not both 0.

    Probabilities come from their ratios, from the mode outwards: additions and products only, the same everywhere.
    """
    if for_it <= 0.0 or against <= 0.0:
        return 0.0 if for_it <= 0.0 else 1.0
    mode = min(sample, max(0, int((sample + 1) * for_it / (for_it + against))))
    below = list(_falling(sample, for_it, against, mode))
    above = list(_falling(sample, against, for_it, sample - mode))  # the same numbers, counted from the other end
    total, wanted = 0.0, TAIL * (sum_of(below) + sum_of(above) - 1.0)
    weights = [*reversed(below), *above[1:]]
    for place, weight in enumerate(weights):
        total += weight
        if total >= wanted:
            return (mode - len(below) + 1 + place) / sample
    return 1.0


def _falling(sample: int, for_it: float, against: float, start: int) -> Iterator[float]:
    """Probabilities of start, start - 1, ... right ones, relative to the first."""
    weight = 1.0
    for right in range(start, -1, -1):
        yield weight
        if weight < NOTHING or right == 0:
            return
        weight *= right * (against + sample - right) / ((sample - right + 1) * (for_it + right - 1))


def sum_of(weights: list[float]) -> float:
    """Their sum, added one after the other."""
    total = 0.0
    for weight in weights:
        total += weight
    return total
