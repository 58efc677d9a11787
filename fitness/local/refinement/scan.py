"""One literal of one term: what every cut of its column would do to the training error, and which cut is taken.

The idea. A literal decides on the samples where all other literals of its term hold and no other term answers. On
these, in the order of the column's values, the error of every cut follows from two running sums: of samples that are
right exactly where the term holds (`helped`) and of those that are wrong there (`harmed`). Cuts between the same two
neighbours among the deciding samples are one and the same, so the roundest of a gap is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fitness.local.refinement.columns import RankedColumn
from genomes.bits import Words, popcount, set_positions

Amounts = NDArray[np.float64]
#: Error of a model in which terms newly hold on so many helped and harmed samples, as arrays.
Error = Callable[[Amounts, Amounts], Amounts]
#: Errors closer than this share of their size are equal: sums of weights are rounded.
EQUAL = 1e-12
#: Cuts that are equally good and looked at for the roundest.
MOST_TIES = 64


@dataclass(frozen=True, slots=True)
class Deciding:
    """Rows intp[k] on which a literal decides, what each weighs (float64[k]; None is 1), and the error they lead to.

    now: the error as the literal stands.
    """

    helped: NDArray[np.intp]
    harmed: NDArray[np.intp]
    helped_weights: Amounts | None
    harmed_weights: Amounts | None
    error: Error
    now: float

    @classmethod
    def of(cls, helped: Words, harmed: Words, weights: Amounts | None, error: Error, held: Words) -> Deciding:
        """helped, harmed: uint64[words]; weights: float64[rows] of all rows; held: where the literal holds now."""
        rows = set_positions(helped), set_positions(harmed)
        own = [None if weights is None else weights[places] for places in rows]
        now = [np.array([amount(part & held, weights)]) for part in (helped, harmed)]
        return cls(rows[0], rows[1], own[0], own[1], error, float(error(now[0], now[1])[0]))

    def ends(self) -> tuple[float, float]:
        """Errors where the term holds on none and on all of these rows."""
        sums = total(self.helped, self.helped_weights), total(self.harmed, self.harmed_weights)
        none, every = self.error(np.array([0.0, sums[0]]), np.array([0.0, sums[1]])).tolist()
        return none, every


def amount(rows: Words, weights: Amounts | None) -> float:
    """The weight of a set of rows, uint64[words]."""
    if weights is None:
        return float(popcount(rows))
    places = set_positions(rows)
    return total(places, weights[places])


def total(rows: NDArray[np.intp], weights: Amounts | None) -> float:
    """The weight of rows, added one after the other: the same bits everywhere."""
    return float(len(rows)) if weights is None else float(np.cumsum(weights)[-1]) if len(weights) else 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """What to do: drop the whole term or the literal, or cut elsewhere."""

    kind: Literal["term", "literal", "cut"]
    cut: float = 0.0


def best_move(
    deciding: Deciding, column: RankedColumn | None, cut: float, *, positive: bool, least: float = 0.0
) -> Move | None:
    """What a literal ``column <= cut`` (or its opposite) should become; None where it is best as it stands.

    column: None where nothing but dropping is possible; least: error that another cut must save.
    """
    curve = None if column is None else _Curve.of(column, deciding, positive=positive)
    errors = np.zeros(0) if curve is None else curve.errors(deciding.error)
    now, (none, every) = deciding.now, deciding.ends()
    lowest = float(errors.min(initial=now))
    best = lowest if lowest < now - least else now
    slack = EQUAL * (1.0 + abs(best))
    if none <= min(best, every) + slack:
        return Move("term")
    if every <= best + slack:
        return Move("literal")
    if curve is None or column is None or (least > 0 and best == now):
        return None  # nor is it rounded where it would have to pay for another cut
    equal = [curve.cut(int(row)) for row in np.flatnonzero(abs(errors - best) <= slack)[:MOST_TIES]]
    chosen = min(equal, key=lambda t: (column.digits(t), abs(t - cut)), default=cut)
    better = best < now - slack or column.digits(chosen) < column.digits(cut)
    return Move("cut", chosen) if better else None


@dataclass(frozen=True, slots=True)
class _Curve:
    """What holds at each cut. ranks: intp[m], places in the column's distinct values that deciding rows have; helped,
    harmed: float64[m], what the term holds on when cut above each.
    """

    column: RankedColumn
    ranks: NDArray[np.intp]
    helped: Amounts
    harmed: Amounts

    @classmethod
    def of(cls, column: RankedColumn, deciding: Deciding, *, positive: bool) -> _Curve:
        """By counting ranks: no row is sorted."""
        codes, size = (column.codes[deciding.helped], column.codes[deciding.harmed]), len(column.distinct) + 1
        seen = np.zeros(size, dtype=np.bool_)
        seen[codes[0]] = seen[codes[1]] = True
        ranks = np.flatnonzero(seen[:-1])
        weights = (deciding.helped_weights, deciding.harmed_weights)
        sums = [np.cumsum(np.bincount(c, w, size)) for c, w in zip(codes, weights, strict=True)]
        # A missing value comes last: it holds where the opposite of the cut is asked for.
        held = [(part[ranks] if positive else part[-1] - part[ranks]).astype(np.float64) for part in sums]
        return cls(column, ranks, held[0], held[1])

    def errors(self, error: Error) -> Amounts:
        """float64[m]; infinite above the largest value of the column, where there is no number to cut at."""
        errors = np.array(error(self.helped, self.harmed), dtype=np.float64)
        errors[self.ranks == len(self.column.distinct) - 1] = np.inf
        return errors

    def cut(self, row: int) -> float:
        """The roundest number between a deciding value and the next one."""
        distinct, last = self.column.distinct, len(self.column.distinct) - 1
        above = int(self.ranks[row + 1]) if row + 1 < len(self.ranks) else last
        return self.column.between(float(distinct[int(self.ranks[row])]), float(distinct[above]))
