"""Whether the work under way is still wanted, asked from deep inside it.

Whoever starts work says when it is to be abandoned (`until`); work that takes long asks (`look`) between pieces of a
fraction of a second. Abandoned work is dropped as a whole, so no result depends on where anybody looks. Where nobody
said anything, as in a worker whose driver drops what comes too late, looking does nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

Piece = TypeVar("Piece")

_over: ContextVar[Callable[[], bool] | None] = ContextVar("over", default=None)


class Interrupted(Exception):  # noqa: N818 - not an error: the caller asked for it
    """The work under way was abandoned; what came before it is whole and can be saved."""


@contextlib.contextmanager
def until(abandoned: Callable[[], bool]) -> Iterator[None]:
    """While entered, work is abandoned once `abandoned()` is true, or whoever is around it says so."""
    around = _over.get()
    token = _over.set(abandoned if around is None else lambda: around() or abandoned())
    try:
        yield
    finally:
        _over.reset(token)


@contextlib.contextmanager
def unlimited() -> Iterator[None]:
    """While entered, nothing is abandoned, whatever is said around it."""
    token = _over.set(None)
    try:
        yield
    finally:
        _over.reset(token)


def over() -> bool:
    """Whether the work under way is abandoned."""
    asked = _over.get()
    return asked is not None and asked()


def look() -> None:
    """Raise Interrupted if the work under way is abandoned."""
    if over():
        raise Interrupted


def looking(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces of some work, with a look before each."""
    for piece in pieces:
        look()
        yield piece
