"""What the journals of a run say: how it converged, and where its time went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Points of a curve that a picture can show.
MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Point:
    """One generation: lowest training error, and the model that was the pick then."""

    generation: int
    best_error: float
    train: float | None
    valid: float | None
    literals: int


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


def curve(metrics: Sequence[Mapping[str, Any]]) -> tuple[Point, ...]:
    """The run's convergence, at most `MOST_POINTS` of its generations, the first and the last among them."""
    step = max(1, -(-len(metrics) // MOST_POINTS))
    kept = [*metrics[::step], *([metrics[-1]] if metrics and (len(metrics) - 1) % step else [])]
    return tuple(
        Point(
            line["generation"],
            line["best_error"],
            line["pick"].get("train_accuracy"),
            line["pick"].get("valid_accuracy"),
            line["pick"].get("literals", 0),
        )
        for line in kept
    )


def clock(timing: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> Clock | None:
    """Where the time went; None without a journal of it."""
    if not timing:
        return None
    seconds = [float(line["seconds"]) for line in timing]
    steps = [(line["generation"], b - a) for line, a, b in zip(timing[1:], seconds, seconds[1:], strict=False)]
    closing = max(0.0, float(result["seconds"]) - seconds[-1])
    slowest = max(steps, key=lambda step: step[1], default=None)
    return Clock(seconds[0], seconds[-1] - seconds[0], closing, float(result["cpu_seconds"]), len(seconds), slowest)
