"""How far the work under way is, told from deep inside it to whoever waits for it.

Whoever starts work says who is told (`telling`); work that takes long tells what it does and how much of that is done
(`tell`, `told`). Where nobody listens, as in a worker, telling does nothing. Nothing that is told decides anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import TypeVar

Piece = TypeVar("Piece")
#: Takes what is done, and how much of it is, in [0, 1]; None where that is not known.
Listener = Callable[[str, float | None], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextlib.contextmanager
def telling(listener: Listener | None) -> Iterator[None]:
    """While entered, `listener` is told; None: nobody is. What it raises ends the work."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def listened() -> bool:
    """Whether anybody is told."""
    return _listener.get() is not None


def tell(text: str, fraction: float | None = None) -> None:
    """This is done now, and so much of it is behind."""
    listener = _listener.get()
    if listener is not None:
        listener(text, fraction)


def told(text: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces of some work, each told by its place before it begins."""
    for place, piece in enumerate(pieces):
        tell(text, place / len(pieces))
        yield piece
