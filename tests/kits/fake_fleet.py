"""A fleet of pretended workers that does the work at once, and loses it as a script says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import Any

from distributed.errors import WorkFailed
from distributed.fleet import Reply, WorkerLost


@dataclass
class FakeFleet:
    """`fate(worker, tasks)` says what becomes of a piece that a worker begins: done, lost or hangs.

    launched: workers so far; sent: (worker, tasks) in the order of sending; ended: workers that were ended.
    """

    size: int
    fate: Callable[[int, Any], str] = lambda worker, tasks: "done"
    starts: Callable[[int], bool] = lambda worker: True
    seconds: Callable[[Any], float] = lambda tasks: 0.0
    launched: int = 0
    sent: list[tuple[int, Any]] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    closed: bool = False

    def __post_init__(self) -> None:
        self._tickets: list[tuple[int, Callable[[Any], Any] | None, Any]] = []
        self._dead: set[int] = set()

    def launch(self) -> int:
        self.launched += 1
        return self.launched - 1

    def greet(self, worker: int) -> Hashable:
        return self._ticket(worker, None, None)

    def send(self, worker: int, work: Callable[[Any], Any], tasks: Any) -> Hashable:
        self.sent.append((worker, tasks))
        return self._ticket(worker, work, tasks)

    def _ticket(self, worker: int, work: Callable[[Any], Any] | None, tasks: Any) -> int:
        self._tickets.append((worker, work, tasks))
        return len(self._tickets) - 1

    def ready(self, tickets: Collection[Hashable], seconds: float) -> set[Hashable]:
        return {ticket for ticket in tickets if self._outcome(ticket) != "hangs"}

    def _outcome(self, ticket: Any) -> str:
        worker, work, tasks = self._tickets[ticket]
        if worker in self._dead:
            return "lost"
        if work is None:
            return "done" if self.starts(worker) else "lost"
        return self.fate(worker, tasks)

    def reply(self, ticket: Any) -> Reply:
        worker, work, tasks = self._tickets[ticket]
        if self._outcome(ticket) == "lost":
            self._dead.add(worker)
            raise WorkerLost("it was shot")
        if work is None:
            return Reply(f"process {worker}")
        try:
            return Reply(work(tasks), cpu_seconds=0.5, seconds=self.seconds(tasks))
        except Exception as problem:
            raise WorkFailed(str(problem)) from None

    def end(self, worker: int) -> None:
        self.ended.add(worker)
        self._dead.add(worker)

    def check(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True)
class Numbers:
    """Tasks that are numbers."""

    values: tuple[int, ...]
    grain: int = 4

    def __len__(self) -> int:
        return len(self.values)

    def slice(self, start: int, stop: int) -> Numbers:
        return Numbers(self.values[start:stop], self.grain)
