"""A backend whose results come back in reverse order: what depends on the order of return shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from distributed.backend import Result, Tasks, never
from distributed.local import LocalBackend


class Reversed(LocalBackend):
    """Gives its results in reverse order."""

    def map(
        self, work: Callable[[Tasks], Result], tasks: Tasks, interrupted: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Result]]:
        return iter(list(super().map(work, tasks, interrupted))[::-1])
