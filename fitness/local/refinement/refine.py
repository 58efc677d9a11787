"""A cover with its thresholds moved to where the training error is lowest; whatever decides, terms or votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, Task
from fitness.evaluation.problem import Problem
from fitness.local.refinement.covers import LINEAR, OrTerms, Wanted
from fitness.local.refinement.descent import descend
from fitness.local.refinement.literals import Literal, Rows, Term
from fitness.local.refinement.scan import Amounts
from fitness.local.refinement.votes import Ballot, VoteTerms
from genomes import portable
from genomes.bits import popcount, unpack

#: Bits that an error is worth at least, however noisy the labels are.
LEAST_BITS = 0.25
#: Times its bits that a cut must save: the best of many cuts on the rows that choose it is better there than elsewhere.
CAUTION = 2.0


@dataclass(frozen=True, slots=True)
class Refiner:
    """rows: training rows, which may have weights; problem: what is optimised on them."""

    rows: Rows
    problem: Problem

    @property
    def possible(self) -> bool:
        """Whether errors add up row by row, which votes need; the terms of formulas take every metric."""
        return not self.problem.space.votes or self.problem.spec.metric in LINEAR

    def refined(
        self, terms: list[list[Term]], over: Callable[[], bool], *, inverted: bool = False, wrong: float = 0.0
    ) -> list[list[Term]]:
        """The cubes of every output, moved as far as there is time; see `fitness.local.refinement.descent.descend`.

        wrong: share of labels that the cubes get wrong, by which a cut is worth its bits, see `_price`.
        """
        if self.problem.space.votes:
            ballot = self._ballot()
            votes = VoteTerms(self.rows, ballot, terms)
            unit = 1.0 if ballot.costs is None else self._one * _mean_cost(ballot.costs, self._weights)
            descend(votes, self.rows.columns, over, self._price(wrong, unit))
            return votes.by_class()
        moved = []
        for output, of_output in enumerate(terms):
            wanted = self._wanted(output, inverted=inverted)
            cubes = OrTerms(self.rows, wanted, [list(term) for term in of_output])
            descend(cubes, self.rows.columns, over, self._price(wrong, wanted.unit))
            moved.append(cubes.terms)
        return moved

    def _price(self, wrong: float, unit: float) -> Callable[[Literal], float]:
        """The error that another cut of a literal must save: its bits, where an error is worth `unit`.

        Naming one of many cuts instead of one of the few that the search knew takes log2 of how many times more there
        are, and every label that is right instead of wrong saves log2((1 - wrong) / wrong) bits (minimum description
        length, Rissanen 1978). So on few or noisy rows a cut stays where it is, and where nothing is wrong it moves
        freely. A cut that has moved is paid for. All of it `CAUTION` times.
        """
        saved = portable.log2((1.0 - wrong) / wrong) if 0.0 < wrong < 1.0 else float("inf")
        known = Counter(bit.feature for bit in self.rows.bits if bit.op == "<=")
        an_error = unit * CAUTION / max(saved, LEAST_BITS)

        @cache
        def of_column(feature: str) -> float:
            cuts = len(self.rows.columns[feature].distinct) - 1
            return an_error * portable.log2(max(1.0, cuts / known[feature]))

        return lambda literal: of_column(literal.bit.feature) if literal.bit in self.rows else 0.0

    @property
    def _weights(self) -> Amounts | None:
        """float64[rows]: whole numbers, whose sums are exact; None for 1 each."""
        weights = self._split.weights
        return None if weights is None else weights.units.astype(np.float64)

    @property
    def _one(self) -> float:
        """What a row that counts once weighs."""
        return 1.0 if self._split.weights is None else self._split.weights.one

    @property
    def _split(self) -> Split:
        return self.rows.split

    def _wanted(self, output: int, *, inverted: bool) -> Wanted:
        split, problem = self._split, self.problem
        care = split.care[output % len(split.care)]
        ones, zeros = split.planes[output] & care, ~split.planes[output] & care
        covers_ones = (problem.space.kind == "sop") != inverted
        on, off = (ones, zeros) if covers_ones else (zeros, ones)
        return Wanted(on, off, covers_ones, problem.spec.metric, problem.class_weights, self._weights, self._one)

    def _ballot(self) -> Ballot:
        task: Task = self.problem.train.task
        labels = unpack(self._split.planes, self._split.n_rows).argmax(axis=0)
        return Ballot(labels, task.prior, self.problem.space.kind == "pos", self._costs(labels))

    def _costs(self, labels: NDArray[np.intp]) -> Amounts | None:
        """float64[rows]: what an error on each row costs; None for the same everywhere."""
        metric = self.problem.spec.metric
        if metric == "accuracy":
            return self._weights
        per_class, weights = self.problem.class_weights, self._weights
        if metric == "balanced_accuracy":
            per_class = 1.0 / np.maximum(1.0, self._amounts(labels))
        return per_class[labels] if weights is None else per_class[labels] * weights

    def _amounts(self, labels: NDArray[np.intp]) -> Amounts:
        """float64[classes]: the weight of the rows of each class."""
        if self._weights is None:
            return popcount(self._split.planes & self._split.care).astype(np.float64)
        return np.asarray(np.bincount(labels, self._weights, len(self._split.planes)), dtype=np.float64)


def _mean_cost(costs: Amounts, weights: Amounts | None) -> float:
    """What a unit of weight costs on average."""
    whole = float(len(costs)) if weights is None else float(portable.summed(weights))
    return float(portable.summed(costs)) / max(1.0, whole)
