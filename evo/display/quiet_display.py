"""A run that says nothing unless something is wrong."""

from __future__ import annotations

from evo.display.streams import TolerantStream
from evo.monitor import Phase, RunInfo, Snapshot


class QuietDisplay:
    """Writes only the notes that start with "warning:"."""

    def __init__(self, stream: TolerantStream) -> None:
        self._stream = stream

    def start(self, info: RunInfo) -> None:
        """Nothing."""

    def update(self, snapshot: Snapshot) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Write `message` if it warns of damage."""
        if message.startswith("warning:"):
            self._stream.line(message)

    def phase(self, phase: Phase) -> None:
        """Nothing."""

    def finish(self, lines: list[str]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
