"""Speeds and arrival times from a sliding window of the last seconds.

A mean over the whole run would count the compilation in the first generation for ever and would be wrong after a
resume; the last generation alone makes the figure dance. A window of seconds follows the run and stays calm.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

Clock = Callable[[], float]

WINDOW_SECONDS = 30.0
_MIN_SAMPLES = 8
"""Kept however old they are: slow generations would leave a window of seconds empty."""
_MAX_SAMPLES = 64


class SlidingRate:
    """Growth per second of a counter; a counter that falls starts the window anew."""

    def __init__(self, clock: Clock, window: float = WINDOW_SECONDS) -> None:
        self._clock = clock
        self._window = window
        self._samples: deque[tuple[float, float]] = deque()

    def update(self, value: float) -> None:
        """The counter is `value` now."""
        now = self._clock()
        samples = self._samples
        if samples and value < samples[-1][1]:
            samples.clear()
        # Fast generations replace the newest sample until it is a fair distance from the one before it.
        if len(samples) >= 2 and samples[-1][0] - samples[-2][0] < self._window / _MAX_SAMPLES:
            samples.pop()
        samples.append((now, value))
        while len(samples) > _MIN_SAMPLES and now - samples[0][0] > self._window:
            samples.popleft()

    def restart(self) -> None:
        """Forget the past."""
        self._samples.clear()

    def per_second(self) -> float | None:
        """The rate over the window, or None before two samples at different times."""
        if len(self._samples) < 2:
            return None
        (t0, v0), (t1, v1) = self._samples[0], self._samples[-1]
        return (v1 - v0) / (t1 - t0) if t1 > t0 else None

    @property
    def age(self) -> float:
        """Seconds since the last sample; 0 before the first."""
        return self._clock() - self._samples[-1][0] if self._samples else 0.0


class Eta:
    """Seconds until a fraction reaches 1, at the speed of the last seconds."""

    def __init__(self, clock: Clock, window: float = WINDOW_SECONDS) -> None:
        self._speed = SlidingRate(clock, window)
        self._fraction = 0.0

    def update(self, fraction: float) -> None:
        """`fraction` of the way is done; a smaller one than before (patience renewed) forgets the past.

        So does none at all: a rule that waits for something (exact) has no speed before it begins.
        """
        self._fraction = min(1.0, max(0.0, fraction))
        if self._fraction == 0:
            self._speed.restart()
        self._speed.update(self._fraction)

    def remaining(self) -> float | None:
        """Seconds left; None while they cannot be known or when the estimate has run out without an arrival."""
        if self._fraction >= 1:
            return 0.0
        speed = self._speed.per_second()
        if speed is None or speed <= 0:
            return None
        seconds = (1 - self._fraction) / speed - self._speed.age
        return seconds if seconds > 0 else None
