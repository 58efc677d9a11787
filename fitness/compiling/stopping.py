"""Waiting that a signal ends at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any


class Stopped(KeyboardInterrupt):
    """A signal came whose handler only took note of it: the wait is over, and so is what it was for."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """While entered in the main thread, SIGINT and SIGTERM do what they did before and then raise `Stopped`.

    A handler that raises something itself, as Python's own for SIGINT does, keeps its say. Signals without a handler in
    Python are left alone, and so is everything in other threads, where Python runs no handlers.
    """
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)} if main else {}
    try:
        for number, handler in before.items():
            if callable(handler):
                signal.signal(number, _raising(handler))
        yield
    finally:
        for number, handler in before.items():
            if callable(handler):
                signal.signal(number, handler)


def _raising(handler: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        handler(number, frame)
        raise Stopped

    return handle
