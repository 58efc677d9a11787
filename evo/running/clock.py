"""The clock of a run: search time summed over the processes that worked on it, and the present as text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from distributed.backend import Backend

#: Seconds, and the share of a limit, that finishing may take where the search left no time.
LITTLE, SHARE = 0.5, 0.05


@dataclass(slots=True)
class Stopwatch:
    """Search time, with that of earlier processes before it; it starts when it is made."""

    seconds_before: float = 0.0
    cpu_before: float = 0.0
    backend: Backend | None = None
    _wall: float = field(default_factory=time.monotonic)
    _cpu: float = field(default_factory=time.process_time)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds."""
        return self.seconds_before + time.monotonic() - self._wall

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of this process and of the workers of `backend`."""
        workers = 0.0 if self.backend is None else self.backend.usage().cpu_seconds
        return self.cpu_before + time.process_time() - self._cpu + workers

    def beyond(self, limit: float | None) -> bool:
        """Whether `limit` seconds have passed; never where there is no limit."""
        return limit is not None and self.seconds >= limit

    def finishing(self, limit: float | None) -> Callable[[], bool]:
        """Whether what comes after the search should end: at `limit` too, but not before it had a little time."""
        end = None if limit is None else max(limit, self.seconds + LITTLE + SHARE * limit)
        return lambda: self.beyond(end)


def now() -> str:
    """The present in ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
