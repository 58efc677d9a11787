"""Descent over minibatches with accumulators per bit, for data that outgrow the cache (off unless asked for).

The idea. A batch of rows gives every move's change on that batch exactly; over batches the evidence for a flip adds
up in an accumulator per bit until it is enough (`fitness.kernels.gradient.accumulate`, after BOLD). Many bits flip
between two looks at all rows, each as if it were alone, and that is the part which is not exact: so the share of flipped bits damps
the accumulators, and after each epoch the objective is counted on all rows and the epoch kept only if it is not worse.
Else the cover goes back and steps become half as bold; after an epoch without a flip they become twice as bold, so that
large gains are taken first and small ones in the end (BOLD leaves eta to a schedule).

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
from fitness.kernels.gradient.accumulate import accumulate_step
from genomes.bits import popcount
from genomes.spec import Kind
from genomes.term_lists import TermList


@dataclass(frozen=True, slots=True)
class Steps:
    """How bold the descent is.

    epochs: at most, each one pass over all batches; share: the gain, as a share of all rows, that flips a bit in one
    step (1 / eta in rows); patience: epochs in a row without gain before it ends.
    """

    epochs: int = 60
    share: float = 0.4
    patience: int = 8


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
    best, reached, idle = terms, objective(batches, terms, price), 0
    n_rows = sum(int(popcount(batch.layout.valid)) for batch in batches)
    eta = 1.0 / max(1.0, steps.share * n_rows)
    moving = _Moving.start(best, batches[0].layout.n_inputs)
    for _ in range(steps.epochs):
        moving, flipped = _epoch(batches, moving, price, eta, rng)
        now = objective(batches, moving.terms, price)
        idle = 0 if now < reached else idle + 1
        if now > reached:
            eta, moving = eta / 2, _Moving.start(best, batches[0].layout.n_inputs)
        else:
            best, reached = moving.terms, now
            eta = eta if flipped else eta * 2
        if idle == steps.patience:
            break
    return TermList.of(best.literals, best.lengths), reached


def _epoch(
    batches: Sequence[CoverProblem], moving: _Moving, price: Price, eta: float, rng: np.random.Generator
) -> tuple[_Moving, int]:
    total = 0
    for index in rng.permutation(len(batches)):
        moving, flipped = _step(batches[index], len(batches), moving, price, eta)
        total += flipped
    return moving, total


def _step(batch: CoverProblem, scale: int, moving: _Moving, price: Price, eta: float) -> tuple[_Moving, int]:
    found = gradient(batch, moving.terms, price.miss, price.wrong)
    literals, lengths = moving.terms.literals.copy(), moving.terms.lengths.copy()
    momentum, leaving = moving.momentum.copy(), moving.leaving.copy()
    alive: NDArray[np.bool_] = np.ones(len(lengths), dtype=np.bool_)
    flipped = accumulate_step(
        literals, lengths, found.add, found.remove, found.negate, found.drop,
        float(scale), eta, price.lam, moving.beta, momentum, leaving, alive,
    )  # fmt: skip
    beta = 1.0 - flipped / max(1, momentum.size)
    if not alive.all():
        literals, lengths, momentum, leaving = literals[alive], lengths[alive], momentum[alive], leaving[alive]
    return _Moving(TermList(literals, lengths), momentum, leaving, beta), flipped
