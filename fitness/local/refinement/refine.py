"""A cover with its thresholds moved to where the training error is lowest; whatever decides, terms or votes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, Task
from fitness.evaluation.problem import Problem
from fitness.local.refinement.covers import LINEAR, OrTerms, Wanted
from fitness.local.refinement.descent import descend
from fitness.local.refinement.literals import Rows, Term
from fitness.local.refinement.scan import Amounts
from fitness.local.refinement.votes import Ballot, VoteTerms
from genomes.bits import popcount, unpack


@dataclass(frozen=True, slots=True)
class Refiner:
    """rows: training rows; problem: what is optimised on them; weights: float64[rows] of samples, None for 1 each."""

    rows: Rows
    problem: Problem
    weights: Amounts | None = None

    @property
    def possible(self) -> bool:
        """Whether errors add up row by row, which votes need; the terms of formulas take every metric."""
        return not self.problem.space.votes or self.problem.spec.metric in LINEAR

    def refined(self, terms: list[list[Term]], over: Callable[[], bool], *, inverted: bool = False) -> list[list[Term]]:
        """The cubes of every output, moved as far as there is time; see `fitness.local.refinement.descent.descend`."""
        if self.problem.space.votes:
            votes = VoteTerms(self.rows, self._ballot(), terms)
            descend(votes, self.rows.columns, over)
            return votes.by_class()
        moved = []
        for output, of_output in enumerate(terms):
            cubes = OrTerms(self.rows, self._wanted(output, inverted=inverted), [list(term) for term in of_output])
            descend(cubes, self.rows.columns, over)
            moved.append(cubes.terms)
        return moved

    @property
    def _split(self) -> Split:
        return self.rows.split

    def _wanted(self, output: int, *, inverted: bool) -> Wanted:
        split, problem = self._split, self.problem
        care = split.care[output % len(split.care)]
        ones, zeros = split.planes[output] & care, ~split.planes[output] & care
        covers_ones = (problem.space.kind == "sop") != inverted
        on, off = (ones, zeros) if covers_ones else (zeros, ones)
        return Wanted(on, off, covers_ones, problem.spec.metric, problem.class_weights, self.weights)

    def _ballot(self) -> Ballot:
        task: Task = self.problem.train.task
        labels = unpack(self._split.planes, self._split.n_rows).argmax(axis=0)
        return Ballot(labels, task.prior, self.problem.space.kind == "pos", self._costs(labels))

    def _costs(self, labels: NDArray[np.intp]) -> Amounts | None:
        """float64[rows]: what an error on each row costs; None for the same everywhere."""
        metric = self.problem.spec.metric
        if metric == "accuracy":
            return self.weights
        per_class = self.problem.class_weights
        if metric == "balanced_accuracy":
            per_class = 1.0 / np.maximum(1.0, self._amounts(labels))
        return per_class[labels] if self.weights is None else per_class[labels] * self.weights

    def _amounts(self, labels: NDArray[np.intp]) -> Amounts:
        """float64[classes]: the weight of the rows of each class."""
        if self.weights is None:
            return popcount(self._split.planes & self._split.care).astype(np.float64)
        return np.asarray(np.bincount(labels, self.weights, len(self._split.planes)), dtype=np.float64)
