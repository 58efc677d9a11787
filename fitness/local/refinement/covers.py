"""The terms of one output whose OR decides: on which rows a literal decides, and what the error is then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.local.refinement.literals import Rows, Term
from fitness.local.refinement.scan import Amounts, Deciding, Error, amount
from fitness.objectives.metrics import METRICS
from genomes.bits import Words

#: Metrics in which every error of a class costs the same, however many there are.
LINEAR = ("accuracy", "balanced_accuracy", "weighted")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the terms of one output should cover (`on`) and should not (`off`), uint64[words].

    covers_ones: whether where they hold the output is 1; metric, class_weights: see `fitness.objectives.metrics`;
    weights: float64[rows] of the samples, None for 1 each; one: the weight of a sample that counts once.
    """

    on: Words
    off: Words
    covers_ones: bool
    metric: str
    class_weights: NDArray[np.float64]
    weights: Amounts | None = None
    one: float = 1.0

    def error(self, covered: Words) -> Error:
        """The error by what is newly covered, where `covered` is covered already."""
        if self.metric in LINEAR:
            first, second = self._costs()
            return lambda helped, harmed: harmed * second - helped * first
        return self._by_tables(covered)

    @property
    def unit(self) -> float:
        """What one error costs on average, on a sample that counts once."""
        first, second = self.amount(self.on), self.amount(self.off)
        whole = max(self.one, first + second)
        costs = self._costs() if self.metric in LINEAR else (1.0 / whole, 1.0 / whole)
        return self.one * (costs[0] * first + costs[1] * second) / whole

    def amount(self, rows: Words) -> float:
        """The weight of a set of rows."""
        return amount(rows, self.weights)

    def _costs(self) -> tuple[float, float]:
        """What a row costs that should be covered and is not, and one that should not be and is."""
        if self.metric == "weighted":
            zeros, ones = self.class_weights.tolist()
            return (ones, zeros) if self.covers_ones else (zeros, ones)
        if self.metric == "balanced_accuracy":
            return 1.0 / max(1.0, self.amount(self.on)), 1.0 / max(1.0, self.amount(self.off))
        return 1.0, 1.0

    def _by_tables(self, covered: Words) -> Error:
        on, off = self.amount(self.on), self.amount(self.off)
        right, wrong = self.amount(self.on & covered), self.amount(self.off & covered)
        score: Callable[..., Amounts] = METRICS[self.metric]

        def error(helped: Amounts, harmed: Amounts) -> Amounts:
            said, spoken = right + helped, wrong + harmed
            tables = np.array([[off - spoken, spoken], [on - said, said]])
            tables = tables if self.covers_ones else tables[::-1, ::-1]
            return np.asarray(1.0 - score(np.moveaxis(tables, 2, 0)[:, None], self.class_weights))

        return error


class OrTerms:
    """The terms of one output while they change; `terms` are the cubes."""

    def __init__(self, rows: Rows, wanted: Wanted, terms: list[Term]) -> None:
        self.terms, self._rows, self._wanted = terms, rows, wanted
        self._covers = [rows.holds(term) for term in terms]
        self._others: tuple[int, Words] | None = None

    def deciding(self, term: int, literal: int) -> Deciding:
        """The rows on which a literal decides: no other term covers them, and the rest of its own holds."""
        others, wanted = self._covered_by_others(term), self._wanted
        mine = self.terms[term]
        free = self._rows.holds(mine[:literal] + mine[literal + 1 :]) & ~others
        held = self._rows.holds(mine[literal : literal + 1])
        return Deciding.of(free & wanted.on, free & wanted.off, wanted.weights, wanted.error(others), held)

    def replace(self, term: int, literals: Term) -> None:
        """Another term in its place."""
        self.terms[term], self._others = literals, None
        self._covers[term] = self._rows.holds(literals)

    def remove(self, term: int) -> None:
        """A term goes."""
        del self.terms[term], self._covers[term]
        self._others = None

    def _covered_by_others(self, term: int) -> Words:
        if self._others is None or self._others[0] != term:
            covers = self._covers[:term] + self._covers[term + 1 :]
            nothing = np.zeros_like(self._wanted.on)
            self._others = term, np.bitwise_or.reduce(covers, axis=0) if covers else nothing
        return self._others[1]
