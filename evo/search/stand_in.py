"""What stands in for tasks of a first generation that its time did not suffice for, so that a search leaves a model.

Covers without terms and of single literals, which cost one pass over the samples (`fitness.evaluation.simplest`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.search.context import TwoLevelContext
from fitness.evaluation.problem import Problem, evaluate
from fitness.evaluation.results import Results
from fitness.evaluation.simplest import simplest
from genomes.two_level.batch import CoverBatch

#: Covers per output phase, see `simplest`: without terms, the constant term, of single literals.
PER_PHASE = 3


class SimplestCovers:
    """The simplest covers of a problem with their objectives, evaluated once."""

    def __init__(self, context: TwoLevelContext, problem: Problem) -> None:
        self._context, self._problem = context, problem

    @cached_property
    def _evaluated(self) -> Results[CoverBatch]:
        covers = simplest(self._problem, self._context.layouts.signs)
        return evaluate(self._problem, CoverBatch.of(covers, self._problem.space))

    def at(self, rows: NDArray[np.integer[Any]]) -> Results[CoverBatch]:
        """Those at `rows`, numbered through the output phases."""
        found = self._evaluated
        return replace(
            found,
            genomes=found.genomes.take(rows.tolist(), self._problem.space),
            objectives=found.objectives[rows],
            failed=found.failed[rows],
        )

    def of(self, n: int) -> Results[CoverBatch]:
        """All of them in turn, `n` in all."""
        return self.at(np.arange(n) % (PER_PHASE * len(self._problem.space.phases)))


def filled(
    parts: Mapping[int, Results[Any]], tasks: Any, stand_in: Callable[[Any], Results[Any]]
) -> dict[int, Results[Any]]:
    """Results for all of `tasks` from those there are, by place of their first task."""
    each, whole, at = len(stand_in(tasks.slice(0, 1)).genomes), dict(parts), 0
    for start in [*sorted(parts), len(tasks)]:
        if start > at:
            whole[at] = stand_in(tasks.slice(at, start))
        at = start + (len(parts[start].genomes) // each if start in parts else 0)
    return whole
