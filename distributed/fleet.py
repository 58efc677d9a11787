"""Workers as the pool sees them: things that are launched, given pieces, waited for, and lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any, Protocol


class WorkerLost(Exception):  # noqa: N818 - an event, not an error of ours
    """A worker does not answer any more; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker sent back: the result, its CPU seconds and wall seconds on it."""

    result: Any
    cpu_seconds: float = 0.0
    seconds: float = 0.0


class Fleet(Protocol):
    """Workers that are processes somewhere. Nothing here waits, except `ready`."""

    @property
    def size(self) -> int:
        """The number of workers that the pool keeps alive."""

    def launch(self) -> Any:
        """A handle of a new worker, which may still be starting."""

    def greet(self, worker: Any) -> Hashable:
        """A ticket that is ready once the worker is, with its name as the result."""

    def send(self, worker: Any, work: Callable[[Any], Any], tasks: Any) -> Hashable:
        """A ticket for work(tasks); a worker does what it is sent in order."""

    def ready(self, tickets: Collection[Hashable], seconds: float) -> set[Hashable]:
        """Those of `tickets` that are done or lost, after at most so many seconds if there is none."""

    def reply(self, ticket: Hashable) -> Reply:
        """The reply of a ticket that is ready.

        Raises:
            WorkerLost: the worker ended before it replied.
            WorkFailed: the work raised.
        """

    def end(self, worker: Any) -> None:
        """End a worker at once, whatever it does."""

    def check(self) -> None:
        """Whether the fleet as a whole is there.

        Raises:
            ComputeError: it is not.
        """

    def close(self) -> None:
        """End all workers."""
