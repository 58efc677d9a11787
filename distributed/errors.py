"""Errors of this floor."""

from __future__ import annotations

from genomes.errors import EvoError


class ComputeError(EvoError):
    """The place where work runs is lost beyond retries, or cannot be reached; `task` is the first task concerned."""

    exit_code = 5

    def __init__(self, message: str, *, where: str = "compute", task: int | None = None) -> None:
        self.task = task
        super().__init__(message, where=where)


class WorkFailed(RuntimeError):  # noqa: N818 - what happened to the work, as seen from here
    """The work itself raised on a worker: type, message and traceback come as text, because a type may not travel."""
