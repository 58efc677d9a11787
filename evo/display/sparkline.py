"""A series of numbers as one line of text, and a bounded memory of a long series."""

from __future__ import annotations

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS = "_.:-=+*#"


def downsample(values: Sequence[float], width: int) -> list[float]:
    """At most `width` of `values`, evenly spaced, in order; the last one is always among them."""
    n = len(values)
    if width < 1:
        return []
    if n <= width:
        return list(values)
    return [values[(i + 1) * n // width - 1] for i in range(width)]


def sparkline(values: Sequence[float], width: int, blocks: str = BLOCKS) -> str:
    """One glyph per shown value, `blocks` from lowest to highest; at most `width` glyphs.

    A constant series is a line of the lowest glyph; NaN and infinities are blanks and do not count for the scale.
    """
    shown = downsample(values, width)
    finite = [v for v in shown if math.isfinite(v)]
    if not finite:
        return " " * len(shown)
    low, high = min(finite), max(finite)
    # Halved: the span of two large floats of opposite sign would overflow.
    span = high / 2 - low / 2
    top = len(blocks) - 1

    def glyph(value: float) -> str:
        if not math.isfinite(value):
            return " "
        height = (value / 2 - low / 2) / span if span > 0 else 0.0
        return blocks[min(top, round(height * top))]

    return "".join(map(glyph, shown))


class History:
    """A series of any length in bounded memory: every second value is forgotten whenever `capacity` is passed."""

    def __init__(self, capacity: int = 512) -> None:
        self._capacity = capacity
        self._kept: list[float] = []
        self._stride = 1
        self._count = 0
        self._last = math.nan

    def append(self, value: float) -> None:
        """The series goes on with `value`."""
        if self._count % self._stride == 0:
            self._kept.append(value)
        if len(self._kept) > self._capacity:
            self._kept = self._kept[::2]
            self._stride *= 2
        self._count += 1
        self._last = value

    def values(self) -> tuple[float, ...]:
        """Evenly spaced values from the first to the last."""
        newest_is_kept = self._count == 0 or (self._count - 1) % self._stride == 0
        return tuple(self._kept) if newest_is_kept else (*self._kept, self._last)
