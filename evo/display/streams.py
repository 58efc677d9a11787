"""A text stream whose writes cannot fail: what watches a run must never end it."""

from __future__ import annotations

from typing import TextIO

from evo.startup.streams import ClosedStream, abandon
from genomes.text.quoting import line_of


class TolerantStream:
    """Wraps `stream`: characters it cannot encode become "?", and after the first failed write it writes nothing.

    None stands for the stream of a process that has none, as in a window without a console.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream or ClosedStream.new()
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
        """Write one line, printable and of at most 300 characters, and flush it: who follows a file sees it at once."""
        self.write(line_of(text) + "\n")
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
        if isinstance(error, BrokenPipeError):  # nobody will read again, while a full disk may be emptied
            abandon(self._stream)
