"""The three standard streams as a process finds them: perhaps closed, full, or without half of the characters.

`set_up` runs before anything is written. A descriptor that was closed is opened on the null device, so that no file
that is opened later gets its number and with it what is meant for a terminal; the stream of a closed output is a
`ClosedStream`, which takes everything and tells who asks that nobody reads it. Characters that the encoding lacks are
written as escapes: a message must not fail for the name that it quotes.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO


class ClosedStream(io.TextIOWrapper):
    """An output that was closed before the process began: writes go nowhere."""

    @classmethod
    def new(cls) -> ClosedStream:
        """One on the null device."""
        return cls(io.FileIO(os.devnull, "w"), encoding="utf-8", errors="backslashreplace", write_through=True)


def set_up() -> None:
    """Make standard input, output and error safe to use, whatever the process was started with."""
    for number in range(3):
        _occupy(number)
    sys.stdin = sys.stdin or io.TextIOWrapper(io.FileIO(os.devnull))
    sys.stdout, sys.stderr = _usable(sys.stdout), _usable(sys.stderr)


def _occupy(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
        os.set_inheritable(opened, True)


def _usable(stream: TextIO | None) -> TextIO:
    if stream is None:
        return ClosedStream.new()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def abandon(stream: TextIO) -> None:
    """Point a stream that cannot be written any more at the null device.

    Its buffer still holds what failed; Python's own flush at exit would fail again, say so and end with code 120.
    """
    with contextlib.suppress(OSError, ValueError):
        target = stream.fileno()
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, target)
        os.close(sink)
