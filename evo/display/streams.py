"""A text stream whose writes cannot fail: what watches a run must never end it."""

from __future__ import annotations

import contextlib
import os
from typing import TextIO

from genomes.printable import printable


class TolerantStream:
    """Wraps `stream`: characters it cannot encode become "?", and after the first failed write it writes nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._broken = False
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write `text` if the reader is still there; the number of characters taken."""
        if not self._broken:
            encodable = text.encode(self.encoding, "replace").decode(self.encoding)
            try:
                self._stream.write(encodable)
            except (OSError, ValueError) as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Flush if the reader is still there."""
        if not self._broken:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._give_up(error)

    def line(self, text: str) -> None:
        """Write one line, made printable, and flush it, so that a follower of a pipe or file sees it at once."""
        self.write(printable(text) + "\n")
        self.flush()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        try:
            return self._stream.isatty()
        except (OSError, ValueError):
            return False

    def fileno(self) -> int:
        """The file descriptor below; raises OSError where there is none."""
        return self._stream.fileno()

    def _give_up(self, error: Exception) -> None:
        self._broken = True
        if isinstance(error, BrokenPipeError):
            # The stream's buffer still holds the line; flushing it at exit would fail again and turn a finished
            # run into exit code 120. The descriptor is pointed where that flush succeeds.
            with contextlib.suppress(OSError, ValueError):
                target = self._stream.fileno()
                sink = os.open(os.devnull, os.O_WRONLY)
                os.dup2(sink, target)
                os.close(sink)
