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
from typing import Any

from fitness.evaluation.problem import Posed
from fitness.evaluation.results import Results
from fitness.tasks.protocol import StoredTasks
from genomes.deadline import Interrupted


@dataclass(frozen=True, slots=True)
class FaultTolerant:
    """`work` on `problem`, as the module text says."""

    problem: Posed
    work: Callable[[Any], Results]

    def __call__(self, tasks: StoredTasks) -> Results:
        """Results of `tasks`; `raised` names those on which the work raised."""
        try:
            return self.work(tasks)
        except (MemoryError, Interrupted):
            raise
        except Exception as problem:
            if len(tasks) == 1:
                return tasks.failed(self.problem, "".join(traceback.format_exception(problem)))
        return Results.joined([self(tasks.slice(index, index + 1)) for index in range(len(tasks))])
