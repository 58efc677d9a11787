"""What the journals of a run say: how it converged, and where its time went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evo.storage.lines import Lines

#: Points of a curve that a picture can show.
MOST_POINTS = 400
#: Splits whose scores the journal of metrics has.
SPLITS = ("train", "valid")
#: No number in a journal is as large.
LARGE = 1e18


@dataclass(frozen=True, slots=True)
class Point:
    """One generation: lowest training error, and the metric of the model that was the pick then, where it is known."""

    generation: int
    best_error: float
    train: float | None
    valid: float | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds of wall time.

    first: up to the end of the first generation (start-up of kernels and workers included); search: the generations
    after it; closing: choosing a model and scoring it. slowest: (generation, seconds) of the longest one.
    """

    first: float
    search: float
    closing: float
    cpu: float
    generations: int
    slowest: tuple[int, float] | None


def curve(metrics: Lines, metric: str) -> tuple[Point, ...]:
    """The run's convergence, at most `MOST_POINTS` of its generations, the first and the last among them."""
    kept_as = "accuracy" if metric == "accuracy" else "score"
    points: list[Point] = []
    apart, count, last = 1, 0, None
    for line in metrics:
        last = _point(line, kept_as)
        if last is None:
            metrics.leave_out()
            continue
        if count % apart == 0:
            points.append(last)
        count += 1
        if len(points) == 2 * MOST_POINTS:
            points, apart = points[::2], 2 * apart
    kept = points[:: max(1, -(-len(points) // MOST_POINTS))]
    return (*kept, last) if last is not None and kept[-1] is not last else tuple(kept)


def _point(line: Mapping[str, Any], kept_as: str) -> Point | None:
    """A line as a point; None where it is no line of metrics."""
    try:
        pick = line["pick"]
        train, valid = (None if (v := pick.get(f"{split}_{kept_as}")) is None else _number(v) for split in SPLITS)
        return Point(int(_number(line["generation"])), _number(line["best_error"]), train, valid)
    except (KeyError, TypeError, AttributeError):
        return None


def clock(timing: Lines, result: Mapping[str, Any]) -> Clock | None:
    """Where the time went; None without a journal of it."""
    first = last = None
    count, slowest = 0, None
    for line in timing:
        try:
            generation, seconds = int(_number(line["generation"])), _number(line["seconds"])
        except (KeyError, TypeError):
            timing.leave_out()
            continue
        if last is None:
            first = seconds
        elif slowest is None or seconds - last > slowest[1]:
            slowest = (generation, seconds - last)
        count, last = count + 1, seconds
    if first is None or last is None:
        return None
    closing = max(0.0, float(result["seconds"]) - last)
    return Clock(first, last - first, closing, float(result["cpu_seconds"]), count, slowest)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGE < value < LARGE:
        raise TypeError(f"{value!r:.40} is no number")
    return float(value)
