"""Ctrl-C and SIGTERM as a request the loop can look at."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any


class StopSignals:
    """While entered, the first SIGINT or SIGTERM is remembered; a second SIGINT ends at once.

    Outside the main thread nothing is installed (Python allows handlers there only).
    """

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.received is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.received = signal.Signals(number)  # nothing else here: a handler may interrupt any write


class NoSignals(StopSignals):
    """For use as a library: the caller's handlers stay, and Ctrl-C arrives as KeyboardInterrupt."""

    def __enter__(self) -> NoSignals:
        return self
