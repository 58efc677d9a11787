"""The Backend protocol: tasks as arrays go in, results of pieces of them come out with the place of their first task.

The idea. Work is a pure function on a run of consecutive tasks; what it makes of a task does not depend on the tasks
beside it. So a backend is free to cut, to order and to repeat: results are put back by place, and a worker that is lost
costs time and nothing else. What happens on the way (workers lost, work sent again) is told as `Event`s to whoever
listens, and summed up as `Usage`; neither is part of any result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

from genomes.deadline import Interrupted

__all__ = ["Backend", "Event", "Interrupted", "Listener", "Result", "Tasks", "Usage", "ignore", "never"]

Result = TypeVar("Result")


class Sliceable(Protocol):
    """Arrays with a common first axis that can be cut; `grain` is a piece of useful size."""

    @property
    def grain(self) -> int:
        """Tasks per piece."""

    def __len__(self) -> int: ...

    def slice(self, start: int, stop: int) -> Self:
        """Tasks start..stop-1."""


Tasks = TypeVar("Tasks", bound=Sliceable)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the workers: `text` for people, `details` for the journal."""

    kind: str
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)


Listener = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a backend has used so far; cpu_seconds: of its workers, beside those of this process."""

    kind: str
    workers: int
    workers_lost: int = 0
    retries: int = 0
    cpu_seconds: float = 0.0


def never() -> bool:
    """Nobody interrupts."""
    return False


def ignore(event: Event) -> None:
    """Nobody listens."""


class Backend(Protocol):
    """Runs a pure function on pieces of tasks. Results may come in any order; the caller puts them back by place."""

    def map(
        self, work: Callable[[Tasks], Result], tasks: Tasks, interrupted: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Result]]:
        """(place of the first task, work(piece)) for pieces that together are `tasks`, each task exactly once.

        Raises:
            Interrupted: `interrupted()` became true.
            ComputeError: workers were lost beyond retries.
        """

    def check(self) -> None:
        """Whether the place where work will run can be reached; starts nothing.

        Raises:
            ComputeError: it cannot.
        """

    def usage(self) -> Usage:
        """What was used so far."""

    def listen(self, listener: Listener) -> None:
        """Tell events to `listener` from now on."""

    def close(self) -> None:
        """Release what was started; safe to call twice."""
