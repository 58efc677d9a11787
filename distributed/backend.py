"""The Backend protocol: chunks of arrays go in, results come out with the index of their chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from genomes.batch import CoverBatch

Result = TypeVar("Result")


class Backend(Protocol):
    """Runs a pure function on chunks. Results may come in any order; the caller puts them back by index."""

    kind: str
    workers: int

    def chunks(self, batch: CoverBatch) -> list[CoverBatch]:
        """Cut one generation into pieces of useful size; never changes any result."""

    def map(self, work: Callable[[CoverBatch], Result], chunks: Sequence[CoverBatch]) -> Iterator[tuple[int, Result]]:
        """(index, work(chunk)) for every chunk, each exactly once."""

    def close(self) -> None:
        """Release what was started; safe to call twice."""
