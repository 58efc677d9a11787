"""The in-process backend: always available, and the reference every other backend must equal byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from distributed.backend import Chunk, Result


class LocalBackend:
    """Runs every chunk here, in order."""

    kind = "local"
    workers = 1

    def __init__(self, chunk: int | None = None) -> None:
        self._chunk = chunk

    def chunks(self, tasks: Chunk) -> list[Chunk]:
        """Consecutive slices of `chunk` tasks, by default the tasks' own grain."""
        size = self._chunk or tasks.grain
        return [tasks.slice(start, min(start + size, len(tasks))) for start in range(0, len(tasks), size)]

    def map(self, work: Callable[[Chunk], Result], chunks: Sequence[Chunk]) -> Iterator[tuple[int, Result]]:
        """Results in the order of the chunks."""
        for index, chunk in enumerate(chunks):
            yield index, work(chunk)

    def close(self) -> None:
        """Nothing to release."""
