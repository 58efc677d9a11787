"""The in-process backend: always available, and the reference every other backend must equal byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from distributed.backend import Listener, Result, Tasks, Usage, never
from genomes.deadline import look, until


class LocalBackend:
    """Runs everything here, in order."""

    def __init__(self, chunk: int | None = None) -> None:
        self._chunk = chunk

    def map(
        self, work: Callable[[Tasks], Result], tasks: Tasks, interrupted: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Result]]:
        """Results in order, of consecutive pieces of `chunk` tasks, by default the tasks' own grain."""
        size = self._chunk or tasks.grain
        for start in range(0, len(tasks), size):
            with until(interrupted):
                done = work(tasks.slice(start, min(start + size, len(tasks))))
            yield start, done
            with until(interrupted):
                look()

    def check(self) -> None:
        """Nothing to reach: work runs in this process."""

    def usage(self) -> Usage:
        """One worker: this process."""
        return Usage("local", 1)

    def listen(self, listener: Listener) -> None:
        """Nothing ever happens here."""

    def close(self) -> None:
        """Nothing to release."""
