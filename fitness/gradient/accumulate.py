"""Descent over minibatches with accumulators per bit, for data that outgrow the cache (off unless asked for).

The idea. A batch of rows gives every move's change on that batch exactly; over batches the evidence for a flip adds up
in an accumulator per bit until it is enough (`fitness.kernels.accumulate`, after BOLD). Many bits flip between two looks
at all rows, each as if it were alone, and that is the part which is not exact: so the share of flipped bits damps the
accumulators, a term flips few bits per step, and after each epoch the objective is counted on all rows and the epoch
kept only if it is not worse; else the cover goes back and the steps become half as bold.

benchmarks/minibatch.py compares it with the full-batch block-coordinate descent; docs/search.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split
from fitness.gradient.cover import CoverProblem, gradient
from fitness.gradient.values import Floats, covered
from fitness.kernels.accumulate import accumulate_step
from genomes.bits import popcount
from genomes.spec import Kind
from genomes.term_lists import TermList


@dataclass(frozen=True, slots=True)
class Steps:
    """How bold the descent is.

    epochs: at most, each one pass over all batches; samples_per_flip: estimated gain, in samples of all rows, that
    flips a bit at once (1 / eta); flips: per term and step; patience: rejected epochs in a row before it ends.
    """

    epochs: int = 30
    samples_per_flip: float = 1000.0
    flips: int = 1
    patience: int = 4


@dataclass(frozen=True, slots=True)
class Price:
    """The objective: miss * missed + wrong * covered unwanted + lam * (literals + terms)."""

    miss: float = 1.0
    wrong: float = 1.0
    lam: float = 0.5


@dataclass(frozen=True, slots=True)
class _Moving:
    """A cover under way: float64[K, 2n] and float64[K] accumulators, and the damping of the last step."""

    terms: TermList
    momentum: Floats
    leaving: Floats
    beta: float

    @classmethod
    def start(cls, terms: TermList, n_inputs: int) -> _Moving:
        return cls(terms, np.zeros((len(terms), 2 * n_inputs)), np.zeros(len(terms)), 1.0)


def minibatches(
    split: Split, output: int, kind: Kind, n_batches: int, rng: np.random.Generator
) -> tuple[CoverProblem, ...]:
    """The rows of `split` shuffled and cut into `n_batches` problems of nearly equal size."""
    order = rng.permutation(split.n_rows)
    return tuple(CoverProblem.of(split.take(rows), output, kind) for rows in np.array_split(order, n_batches))


def objective(batches: Sequence[CoverProblem], terms: TermList, price: Price) -> float:
    """The objective of `terms` on the rows of all batches."""
    missed = wrong = 0
    for batch in batches:
        _, ge1, _ = covered(batch.layout, terms)
        missed += int(popcount(batch.wanted & ~ge1))
        wrong += int(popcount(ge1 & ~batch.wanted))
    return price.miss * missed + price.wrong * wrong + price.lam * float(terms.lengths.sum() + len(terms))


def descend(
    batches: Sequence[CoverProblem], terms: TermList, price: Price, steps: Steps, rng: np.random.Generator
) -> tuple[TermList, float]:
    """(cover, its objective on all rows), never worse than `terms`; the same arguments give the same cover."""
    best, reached = terms, objective(batches, terms, price)
    eta, rejected = 1.0 / steps.samples_per_flip, 0
    moving = _Moving.start(best, batches[0].layout.n_inputs)
    for _ in range(steps.epochs):
        moving = _epoch(batches, moving, price, eta, steps.flips, rng)
        now = objective(batches, moving.terms, price)
        if now < reached:
            rejected = 0
        else:
            rejected, eta = rejected + 1, eta / 2
        if now <= reached:
            best, reached = moving.terms, now
        else:
            moving = _Moving.start(best, batches[0].layout.n_inputs)
        if rejected == steps.patience:
            break
    return TermList.of(best.literals, best.lengths), reached


def _epoch(
    batches: Sequence[CoverProblem], moving: _Moving, price: Price, eta: float, flips: int, rng: np.random.Generator
) -> _Moving:
    for index in rng.permutation(len(batches)):
        moving = _step(batches[index], len(batches), moving, price, eta, flips)
    return moving


def _step(batch: CoverProblem, scale: int, moving: _Moving, price: Price, eta: float, flips: int) -> _Moving:
    found = gradient(batch, moving.terms, price.miss, price.wrong)
    literals, lengths = moving.terms.literals.copy(), moving.terms.lengths.copy()
    momentum, leaving = moving.momentum.copy(), moving.leaving.copy()
    alive: NDArray[np.bool_] = np.ones(len(lengths), dtype=np.bool_)
    flipped = accumulate_step(
        literals, lengths, found.add, found.remove, found.negate, found.drop,
        float(scale), eta, price.lam, moving.beta, flips, momentum, leaving, alive,
    )  # fmt: skip
    beta = 1.0 - flipped / max(1, momentum.size)
    terms = TermList(literals[alive], lengths[alive])
    return _Moving(terms, momentum[alive], leaving[alive], beta)
