"""Candidates that failed in a generation, told one by one: which task it was, its genome, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fitness.evaluation.results import Results
from fitness.tasks.protocol import StoredTasks

NOT_FINITE = "an objective is not a finite number"


@dataclass(frozen=True, slots=True)
class Failure:
    """Island, generation and number of the task; the task alone, the genome that failed first, and the reason."""

    island: int
    generation: int
    number: int
    task: StoredTasks
    genome: Any
    reason: str


def ignore(failure: Failure) -> None:
    """Nobody asks."""


def failures(tasks: StoredTasks, results: Results, island: int, generation: int) -> Iterator[Failure]:
    """One entry per task of which a candidate failed."""
    reasons = {raised.row: raised.reason for raised in results.raised}
    each = len(results.genomes) // max(1, len(tasks))
    first = {int(row) // each: int(row) for row in reversed(np.flatnonzero(results.failed))}
    for number, row in sorted(first.items()):
        task, genome = tasks.slice(number, number + 1), results.genomes[row]
        yield Failure(island, generation, number, task, genome, reasons.get(row, NOT_FINITE))
