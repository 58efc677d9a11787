"""Logistic regression with a squared penalty on columns of 0 and 1, with the same bits on every machine.

Minimised is the sum of -log p(class of a row) + penalty / 2 * the sum of squared weights, biases free: for two classes
p is the logistic function of one score, for more the softmax of one score each. The method is L-BFGS (Liu and Nocedal,
Mathematical Programming 45, 1989) whose first guess of the curvature is Böhning's bound, the worst that there can be
(Annals of the Institute of Statistical Mathematics 44, 1992); so a full step nearly always goes down.

Products of matrices add in an order that a library chooses. Here they add whole multiples of a power of two, few enough
to be exact in any order: weights are rounded to 2**-24, what is left of each row to 2**-48 of all rows, and both sides
of the first guess to 21 bits. All other sums are those of genomes/portable.py.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes import portable
from genomes.deadline import looking

Floats = NDArray[np.float64]
#: Weights are whole multiples of this, and at most so large.
WEIGHT_STEP, LARGEST = 2.0**-24, 2.0**12
#: What is left of rows is a whole multiple of this share of all rows, about.
SHARE = 2.0**-48
#: Ridge of the biases, as a share of their curvature: the scores of several classes may all be moved alike.
BIAS_RIDGE = 1e-3
#: Significant bits of the first guess and of what it is multiplied with, for up to 2**11 columns.
GUESS_BITS = 21
STEPS, MEMORY, HALVINGS = 60, 10, 12
#: The search ends when no weight would move by more; how much of what a slope promises a step must bring.
SMALL, ENOUGH = 0.005, 1e-4


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows: ones float64[rows, columns] of 0 and 1; counts float64[rows, classes], of each row and class."""

    ones: Floats
    counts: Floats

    @property
    def n_heads(self) -> int:
        """Scores: one for two classes, else one for each class."""
        n_classes = self.counts.shape[1]
        return 1 if n_classes == 2 else n_classes


def fitted(rows: Rows, penalty: float) -> Floats:
    """Weights float64[columns + 1, heads], the biases last, where the penalised likelihood is highest."""
    problem = _Problem.of(rows, penalty)
    weights = np.zeros((rows.ones.shape[1] + 1, rows.n_heads))
    loss, slope = problem.at(weights)
    moves: deque[tuple[Floats, Floats, float]] = deque(maxlen=MEMORY)
    for _ in looking(range(STEPS)):
        direction = -_times_inverse(problem, moves, slope)
        if np.abs(direction).max() < SMALL:
            break
        found = _lower(problem, weights, loss, slope, direction)
        if found is None:
            break
        new, loss, new_slope = found
        step, bend = new - weights, new_slope - slope
        along = _inner(step, bend)
        if along > 0:
            moves.append((step, bend, along))
        weights, slope = new, new_slope
    return weights


def chances_of(scores: Floats) -> Floats:
    """float64[rows, classes] from scores float64[rows, heads]; see `Rows.n_heads`."""
    scores = np.column_stack([np.zeros(len(scores)), scores]) if scores.shape[1] == 1 else scores
    odds = portable.exp(np.maximum(scores - scores.max(axis=1, keepdims=True), -700.0))
    return np.asarray(odds / portable.summed(odds)[:, None])


@dataclass(frozen=True, slots=True)
class _Problem:
    """inverse: float64[columns + 1, columns + 1], of Böhning's bound; unit: of what is left of rows."""

    rows: Rows
    penalty: float
    inverse: Floats
    unit: float

    @classmethod
    def of(cls, rows: Rows, penalty: float) -> _Problem:
        ones = np.column_stack([rows.ones, np.ones(len(rows.ones))])
        size = portable.summed(rows.counts)
        total = float(portable.summed(size))
        unit = float(np.ldexp(1.0, int(np.frexp(total * SHARE)[1])))
        worst = 0.25 if rows.n_heads == 1 else 0.5
        bound = ones.T @ (ones * _rounded(worst * size, unit)[:, None])
        places = np.arange(len(bound))
        bound[places, places] += penalty
        bound[-1, -1] += BIAS_RIDGE * worst * total - penalty
        return cls(rows, penalty, _short(_inverse(bound)), unit)

    def at(self, weights: Floats) -> tuple[float, Floats]:
        """The penalised loss, and its slope float64[columns + 1, heads]."""
        counts = self.rows.counts
        scores = self.rows.ones @ weights[:-1] + weights[-1]
        chances = chances_of(scores)
        size = portable.summed(counts)
        left = (size[:, None] * chances - counts)[:, -self.rows.n_heads :]
        left = _rounded(left, self.unit)
        slope = np.concatenate([self.rows.ones.T @ left, portable.summed(left.T)[None]], axis=0)
        slope[:-1] += self.penalty * weights[:-1]
        told = counts * portable.log(np.maximum(chances, 1e-300))
        loss = -float(portable.summed(told.ravel())) + self.penalty / 2 * _inner(weights[:-1], weights[:-1])
        return loss, slope


def _lower(
    problem: _Problem, weights: Floats, loss: float, slope: Floats, direction: Floats
) -> tuple[Floats, float, Floats] | None:
    """The first of the step and its halves that goes down enough (Armijo), with loss and slope; None: none does."""
    down, share = _inner(direction, slope), 1.0
    for _ in range(HALVINGS):
        new = np.clip(_rounded(weights + share * direction, WEIGHT_STEP), -LARGEST, LARGEST)
        new_loss, new_slope = problem.at(new)
        if new_loss <= loss + ENOUGH * share * down:
            return new, new_loss, new_slope
        share /= 2
    return None


def _times_inverse(problem: _Problem, moves: deque[tuple[Floats, Floats, float]], slope: Floats) -> Floats:
    """The two loops of L-BFGS: the slope times the inverse of the curvature as the moves show it."""
    q, factors = slope.copy(), []
    for step, bend, along in reversed(moves):
        factor = _inner(step, q) / along
        factors.append(factor)
        q = q - factor * bend
    r = problem.inverse @ _short(q)
    for (step, bend, along), factor in zip(moves, reversed(factors), strict=True):
        r = r + (factor - _inner(bend, r) / along) * step
    return np.asarray(r)


def _inverse(matrix: Floats) -> Floats:
    """Of a symmetric, positive definite matrix (Gauss and Jordan, in place: no pivots are needed)."""
    inverse = matrix.copy()
    for k in range(len(inverse)):
        pivot = inverse[k, k]
        row, column = inverse[k] / pivot, inverse[:, k].copy()
        row[k] = 1.0 / pivot
        column[k] = 0.0
        inverse[:, k] = 0.0
        inverse -= column[:, None] * row
        inverse[k] = row
    return inverse


def _rounded(values: Floats, unit: float) -> Floats:
    return np.asarray(np.rint(values / unit) * unit)


def _short(values: Floats) -> Floats:
    """Rounded to multiples of 2**-GUESS_BITS of the largest."""
    largest = float(np.abs(values).max(initial=0.0))
    return _rounded(values, float(np.ldexp(1.0, int(np.frexp(largest)[1]) - GUESS_BITS)))


def _inner(a: Floats, b: Floats) -> float:
    return float(portable.summed((a * b).ravel()))
