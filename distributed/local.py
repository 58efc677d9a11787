"""The in-process backend: always available, and the reference every other backend must equal byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from distributed.backend import Result
from genomes.batch import CoverBatch

#: Candidates per chunk: small enough that a stop request is noticed soon, large enough for whole-array speed.
CHUNK = 64


class LocalBackend:
    """Runs every chunk here, in order."""

    kind = "local"
    workers = 1

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def chunks(self, batch: CoverBatch) -> list[CoverBatch]:
        """Consecutive slices of at most `chunk` candidates."""
        return [batch.slice(start, min(start + self._chunk, len(batch))) for start in range(0, len(batch), self._chunk)]

    def map(self, work: Callable[[CoverBatch], Result], chunks: Sequence[CoverBatch]) -> Iterator[tuple[int, Result]]:
        """Results in the order of the chunks."""
        for index, chunk in enumerate(chunks):
            yield index, work(chunk)

    def close(self) -> None:
        """Nothing to release."""
