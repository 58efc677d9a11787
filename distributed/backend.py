"""The Backend protocol: chunks of arrays go in, results come out with the index of their chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, Self, TypeVar

Result = TypeVar("Result")


class Sliceable(Protocol):
    """Arrays with a common first axis that can be cut; `grain` is a piece of useful size."""

    @property
    def grain(self) -> int:
        """Tasks per chunk."""

    def __len__(self) -> int: ...

    def slice(self, start: int, stop: int) -> Self:
        """Tasks start..stop-1."""


Chunk = TypeVar("Chunk", bound=Sliceable)


class Backend(Protocol):
    """Runs a pure function on chunks. Results may come in any order; the caller puts them back by index."""

    kind: str
    workers: int

    def chunks(self, tasks: Chunk) -> list[Chunk]:
        """Cut one generation into pieces of useful size; never changes any result."""

    def map(self, work: Callable[[Chunk], Result], chunks: Sequence[Chunk]) -> Iterator[tuple[int, Result]]:
        """(index, work(chunk)) for every chunk, each exactly once."""

    def close(self) -> None:
        """Release what was started; safe to call twice."""
