"""What both displays draw of one generation: the snapshot and the figures that need a memory of earlier ones."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from evo.display.eta import Clock, Eta, SlidingRate
from evo.display.sparkline import History
from evo.monitor import FrontRow, Snapshot, StopProgress


@dataclass(frozen=True, slots=True)
class Frame:
    """One generation, ready to draw. Times are readings of the display's clock.

    errors: the lowest training errors so far; held_out: scores of the picks on validation rows, where there are any;
    most_rows, most_words: of the longest front, and the lines of the longest pick in words.
    """

    snapshot: Snapshot
    pick: FrontRow | None
    nearest: StopProgress | None
    arrived: float
    ends: float | None
    evaluations_per_second: float | None
    errors: tuple[float, ...]
    held_out: tuple[float, ...]
    most_rows: int
    most_words: int

    def elapsed(self, now: float) -> float:
        """Seconds of search, running on between generations."""
        return self.snapshot.seconds + max(0.0, now - self.arrived)

    def remaining(self, now: float) -> float | None:
        """Seconds to the nearest stop; None where they are not known."""
        if self.nearest is not None and self.nearest.fraction >= 1:
            return 0.0
        return self.ends - now if self.ends is not None and self.ends > now else None


def nearest_stop(stops: Iterable[StopProgress]) -> StopProgress | None:
    """The stop with the largest fraction, the first of equals; None where there is none."""
    return max((s for s in stops if not math.isnan(s.fraction)), key=lambda s: s.fraction, default=None)


class Tracker:
    """Makes frames of snapshots."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._etas: dict[str, Eta] = {}
        self._evaluations = SlidingRate(clock)
        self._errors = History()
        self._held_out = History()
        self._most_rows = self._most_words = 0

    def update(self, snapshot: Snapshot) -> Frame:
        """One more generation."""
        now = self._clock()
        self._evaluations.update(snapshot.evaluations)
        self._errors.append(snapshot.best_error)
        pick = snapshot.pick
        score = None if pick is None else pick.valid_accuracy if pick.valid_score is None else pick.valid_score
        if score is not None:
            self._held_out.append(score)
        self._most_rows = max(self._most_rows, len(snapshot.front))
        self._most_words = max(self._most_words, len(snapshot.formula))
        # Every rule keeps its own window, so that its estimate is there when it becomes the nearest.
        for stop in snapshot.stops:
            if not math.isnan(stop.fraction):
                self._etas.setdefault(stop.rule, Eta(self._clock)).update(stop.fraction)
        nearest = nearest_stop(snapshot.stops)
        remaining = self._etas[nearest.rule].remaining() if nearest is not None else None
        return Frame(
            snapshot=snapshot,
            pick=pick,
            nearest=nearest,
            arrived=now,
            ends=None if remaining is None else now + remaining,
            evaluations_per_second=self._evaluations.per_second(),
            errors=self._errors.values(),
            held_out=self._held_out.values(),
            most_rows=self._most_rows,
            most_words=self._most_words,
        )
