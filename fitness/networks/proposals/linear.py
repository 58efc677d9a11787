"""Linear thresholds: whole weights on inputs and units, against a sum or as votes for classes.

Logistic regression (of classes: softmax) with the price lam of |w| by coordinate descent (Genkin, Lewis and Madigan,
2007, section 3; `fitness.kernels.networks.logistic`), along a path of falling prices; the prune rows choose the price,
sparser where that costs next to nothing, and all rows that may be seen are fitted at it. Then weights are rounded: of
the scales at which the largest is 1, 2, 3, 7, 15, 31 or 63, the smallest that makes no more errors and loses next to
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import bits_of, input_literals, row_scale, spread
from fitness.networks.target import Rows, Target
from genomes import portable
from genomes.circuits.graph import FALSE, TRUE
from genomes.deadline import looking
from genomes.networks.assembler import merged_votes, tied
from genomes.networks.network import Head
from genomes.networks.units import THRESHOLD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: When sweeps stop.
STILL = 0.02
#: The price where no prune rows choose; factors that the loss of a sparser, of a coarser model may be worse by.
ALONE, WORSE, COARSER = 1.0, 1.01, 1.05
#: Rows that a model is fitted to, at most; largest weights that are tried.
MOST_ROWS, LARGEST = 1 << 13, (1, 2, 3, 7, 15, 31, 63)


@dataclass(frozen=True)
class Prices:
    """The path: its steps, the lowest price in rows, that of squares, and sweeps a step at most.

    worse: the factor by which a sparser model may lose more on the prune rows, 1 for the best.
    """

    steps: int = 10
    lowest: float = 0.1
    squares: float = 0.3
    sweeps: int = 24
    worse: float = WORSE


#: For what weights can tell apart (nearly) without errors: there they must grow.
STEEP = Prices(14, 0.01, 0.003, 100)


@dataclass(frozen=True)
class _Rows:
    """columns: the rows where each literal holds, one after the other, and last all rows; starts: int64[n + 2] into
    them; bits: float64[N, n + 1]; labels: int64[N]; weights: float64[N], 1 on average; whole: int64[N]."""

    columns: Ints
    starts: Ints
    bits: NDArray[np.uint8]
    labels: Ints
    weights: Floats
    whole: Ints

    @classmethod
    def of(cls, pool: Pool, literals: Sequence[int], labels: Ints, weights: Ints, rows: Rows) -> _Rows:
        bits = np.concatenate([bits_of(pool, literals, rows), np.ones((len(rows), 1), dtype=np.uint8)], axis=1)
        place, row = np.nonzero(bits.T)
        starts = np.searchsorted(place, np.arange(bits.shape[1] + 1)).astype(np.int64)
        whole = weights[rows]
        return cls(
            row.astype(np.int64),
            starts,
            bits,
            labels[rows],
            np.asarray(whole * row_scale(whole), dtype=np.float64),
            whole,
        )

    def scores(self, coefficients: Floats | Ints) -> Floats:
        """float64[N, K]: sums from left to right."""
        sums = np.zeros((len(self.bits), len(coefficients)))
        for place in np.flatnonzero((coefficients != 0).any(axis=0)):
            sums += self.bits[:, place, None] * coefficients[:, place].astype(np.float64)
        return sums

    def loss(self, coefficients: Floats) -> float:
        """Cross entropy, as a sum over rows."""
        scores = self.scores(coefficients)
        scores = scores - scores.max(axis=1, keepdims=True)
        own = scores[np.arange(len(scores)), self.labels]
        return float(portable.summed(self.weights * (portable.log(portable.summed(portable.exp(scores))) - own)))

    def wrong(self, coefficients: Floats | Ints) -> int:
        """Weight of the rows where another class has the highest score; ties go to the first."""
        return int(self.whole[np.argmax(self.scores(coefficients), axis=1) != self.labels].sum())


def linear_unit(pool: Pool, target: Target, literals: Sequence[int] | None = None, how: Prices | None = None) -> int:
    """The literal of a THRESHOLD unit.

    literals: what may have a weight, by default the inputs; how: the path of prices.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    weights = _fitted(pool, target, target.wanted.astype(np.int64), 2, literals, how or Prices())
    used = np.flatnonzero(weights[1, :-1])
    if len(used) == 0:
        return TRUE if weights[1, -1] > 0 else FALSE
    return pool.add(
        THRESHOLD, [literals[place] for place in used], [*weights[1, used].tolist(), 1 - int(weights[1, -1])]
    )


def linear_votes(
    pool: Pool, targets: Sequence[Target], literals: Sequence[int] | None = None, how: Prices | None = None
) -> list[Head]:
    """A head per class of votes with whole weights.

    targets: one per class against the rest, over the same rows; for the others see `linear_unit`.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    labels = np.argmax(np.stack([target.wanted for target in targets]), axis=0)
    weights = _fitted(pool, targets[0], labels.astype(np.int64), len(targets), literals, how or Prices())
    return tied([merged_votes(zip(literals, row[:-1].tolist(), strict=True), int(row[-1])) for row in weights])


def _fitted(pool: Pool, target: Target, labels: Ints, n_classes: int, literals: Sequence[int], how: Prices) -> Ints:
    """int64[classes, literals + 1] with the biases last; the first of two classes has zeros."""
    known = np.union1d(target.grow, target.prune)
    grow, prune, both = (
        _Rows.of(pool, literals, labels, target.weights, spread(rows, MOST_ROWS))
        for rows in (target.grow, target.prune, known)
    )
    if len(grow.labels) == 0:
        return np.zeros((n_classes, len(literals) + 1), dtype=np.int64)
    prices = _prices(grow, how)
    step = (
        _chosen(grow, prune, n_classes, prices, how)
        if len(prune.labels)
        else sum(price > ALONE for price in prices[:-1])
    )
    *_, coefficients = _path(both, n_classes, prices[: step + 1], how)
    return _rounded(coefficients, both)


def _prices(grow: _Rows, how: Prices) -> list[float]:
    """The path, falling."""
    highest = max(2.0 * how.lowest, float(portable.summed(grow.weights)) / 16)
    return [float(price) for price in portable.geometric(highest, how.lowest, how.steps)]


def _chosen(grow: _Rows, prune: _Rows, n_classes: int, prices: Sequence[float], how: Prices) -> int:
    """The step of the path with the least loss on the prune rows, or the first that is nearly as good."""
    losses = [prune.loss(coefficients) for coefficients in _path(grow, n_classes, prices, how)]
    least = min(losses) * how.worse
    return next(step for step, loss in enumerate(losses) if loss <= least)


def _path(rows: _Rows, n_classes: int, prices: Sequence[float], how: Prices) -> Iterator[Floats]:
    """Coefficients at each price, from those at the price before."""
    from fitness.kernels.networks.logistic import fit_softmax  # noqa: PLC0415 - kernels load only when needed

    coefficients = np.zeros((n_classes, rows.bits.shape[1]))
    odds = np.ones((n_classes, len(rows.labels)))
    for price in looking(prices):
        fit_softmax(
            rows.starts, rows.columns, rows.labels, rows.weights, int(n_classes == 2), price, how.squares, how.sweeps,
            STILL, coefficients, odds,
        )  # fmt: skip
        yield coefficients.copy()


def _rounded(coefficients: Floats, judges: _Rows) -> Ints:
    """Whole weights at the smallest scale that errs no more than the largest, with nearly its loss."""
    largest = float(np.abs(coefficients[:, :-1]).max(initial=0.0))
    if largest == 0.0:
        return np.sign(coefficients).astype(np.int64)
    scales = [most / largest for most in LARGEST]
    tried = [np.rint(coefficients * scale).astype(np.int64) for scale in scales]
    wrong = [judges.wrong(weights) for weights in tried]
    loss = [judges.loss(weights / scale) for weights, scale in zip(tried, scales, strict=True)]
    sound = (i for i in range(len(tried)) if wrong[i] <= wrong[-1] and loss[i] <= COARSER * loss[-1])
    return tried[next(sound)]
