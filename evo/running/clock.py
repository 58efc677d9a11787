"""The clock of a run: search time summed over the processes that worked on it, and the present as text."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from distributed.backend import Backend


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

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """While entered, the wall clock stands still."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self._wall += time.monotonic() - begin

    def beyond(self, limit: float | None) -> bool:
        """Whether `limit` seconds have passed; never where there is no limit."""
        return limit is not None and self.seconds >= limit


#: Share of a time limit that a search has whose model folds choose: the rest is theirs.
SEARCHING = 0.5
#: Share of what is left then that the front may be finished in, if folds come after it.
FINISHING = 0.2
#: Seconds, and the share of a limit, that the front may be finished in where the search left no time.
LITTLE, SHARE = 0.5, 0.03
#: What closing files may take beyond a limit: so much of it, and so many seconds.
CLOSING_SHARE, CLOSING_SECONDS = 0.05, 1.0


@dataclass(frozen=True, slots=True)
class Limit:
    """The time that a run has: seconds, None for no limit; folds: how many inner searches choose its model."""

    watch: Stopwatch
    seconds: float | None
    folds: int = 0

    @property
    def searching(self) -> float | None:
        """When the search ends."""
        return self.seconds if self.seconds is None or not self.folds else SEARCHING * self.seconds

    def finishing(self) -> Callable[[], bool]:
        """Whether work on the front that the search left should end; it has a little time in any case."""
        if self.seconds is None:
            return lambda: False
        begin, whole = self.watch.seconds, self.seconds
        left = max(0.0, whole - begin) * (FINISHING if self.folds else 1.0)
        end = begin + max(left, LITTLE + SHARE * whole)
        return lambda: self.watch.beyond(end)

    def fold_ends(self) -> Callable[[int], bool]:
        """Whether the time of fold 1, 2, ... is over: what is left from now on is shared by all."""
        if self.seconds is None:
            return lambda fold: False
        whole, folds = self.seconds, max(1, self.folds)
        each = max(0.0, whole - self.watch.seconds) / folds
        return lambda fold: self.watch.beyond(whole - (folds - fold) * each)

    def passed(self, began: float) -> float:
        """The share of the time from `began` to the limit that is over; 0 where there is none."""
        if self.seconds is None or self.seconds <= began:
            return 0.0
        return min(1.0, (self.watch.seconds - began) / (self.seconds - began))

    def closed(self) -> bool:
        """Whether closing files must do without what takes time."""
        return self.seconds is not None and self.watch.beyond((1 + CLOSING_SHARE) * self.seconds + CLOSING_SECONDS)


def now() -> str:
    """The present in ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
