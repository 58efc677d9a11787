"""Work that outlives a bad candidate.

The idea. An evaluation that raises says something about one candidate, not about the run. So where work raises on a
chunk it is done again task by task, and a task that raises alone is quarantined: its candidates get the worst
objectives, count as failed, and carry the traceback. This happens beside the work itself, so it is the same on every
backend, whatever the chunks. Running out of memory says something about the machine: it is left to the backend.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import ImprovedCovers, Raised, Refinement, Results
from fitness.local.tasks import RefinementTasks
from fitness.masks.tasks import PRICE, MaskTasks
from fitness.memetic.tasks import MemeticTasks
from genomes.batches import concatenate
from genomes.masks.batch import MaskBatch
from genomes.two_level.batch import CoverBatch
from genomes.two_level.term_lists import joined


@dataclass(frozen=True, slots=True)
class FaultTolerant:
    """`work` on `problem`, as the module text says."""

    problem: Posed
    work: Callable[[Any], Results]

    def __call__(self, tasks: Any) -> Results:
        """Results of `tasks`; `raised` names those on which the work raised."""
        try:
            return self.work(tasks)
        except MemoryError:
            raise
        except Exception as problem:
            if len(tasks) == 1:
                return failed_result(tasks, self.problem, "".join(traceback.format_exception(problem)))
        return Results.joined([self(tasks.slice(index, index + 1)) for index in range(len(tasks))])


@singledispatch
def failed_result(tasks: Any, problem: Posed, reason: str) -> Results[Any]:
    """What stands in for the results of one task on which the work raised."""
    raise TypeError(f"unknown tasks: {type(tasks).__name__}")


@failed_result.register
def _candidate(tasks: CoverBatch, problem: Posed, reason: str) -> Results:
    worst = np.full((len(tasks), len(problem.spec.objectives)), np.inf)
    return Results(tasks, worst, np.ones(len(tasks), dtype=np.bool_), raised=(Raised(0, reason),))


@failed_result.register
def _refinement(tasks: RefinementTasks, problem: Posed, reason: str) -> Results:
    nothing, keys = np.zeros(len(tasks), dtype=np.bool_), np.zeros((len(tasks), 2), dtype=np.uint64)
    plain = _candidate(tasks.candidates, problem, reason)
    steps = Refinement(tasks.candidates, nothing, nothing, keys)
    return Results(plain.genomes, plain.objectives, plain.failed, refinement=steps, raised=plain.raised)


@failed_result.register
def _mask(tasks: MaskTasks, problem: Posed, reason: str) -> Results[MaskBatch]:
    worst = np.full((len(tasks), len(problem.spec.objectives)), np.inf)
    failed, notes = np.ones(len(tasks), dtype=np.bool_), {PRICE: tasks.prices}
    return Results(tasks.starts, worst, failed, raised=(Raised(0, reason),), notes=notes)


@failed_result.register
def _round(tasks: MemeticTasks, problem: Posed, reason: str) -> Results:
    """Two candidates, as of every round, and nothing for the pool."""
    plain = _candidate(concatenate(tasks.starts, tasks.starts), problem, reason)
    learned = tuple(joined([]) for _ in range(problem.space.n_outputs))
    improved = ImprovedCovers(np.inf, learned, tasks.starts[0], np.zeros(0, dtype=np.uint64), 0, 0)
    return Results(plain.genomes, plain.objectives, plain.failed, (improved,), raised=plain.raised)
