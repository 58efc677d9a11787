"""A chart with two axes as inline SVG: scales, ticks, curves, points and bands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evo.report.html.svg import Drawing, Markup, drawing, element, shown

WIDTH, HEIGHT = 480, 290
LEFT, RIGHT, TOP, BOTTOM = 72, 22, 14, 50

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Data ranges and how their numbers are written."""

    x: Pair
    y: Pair
    x_label: str
    y_label: str
    x_text: Callable[[float], str]
    y_text: Callable[[float], str]

    def at(self, x: float, y: float) -> Pair:
        """Picture coordinates of a point."""
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def chart(frame: Frame, label: str, *layers: Markup) -> Drawing:
    """The whole picture; `label` says in words what it shows."""
    size = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "class": "chart", "role": "img", "aria-label": label}
    return drawing(size, _axes(frame), *layers)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers within [low, high], at most `most` + 1 of them."""
    if high <= low:
        return [low]
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def line(frame: Frame, points: Sequence[Pair], kind: str) -> Markup:
    """A curve through points."""
    path = " ".join(_text(*frame.at(x, y)) for x, y in points)
    return element("polyline", {"points": path, "class": f"curve {kind}"})


def steps(frame: Frame, points: Sequence[Pair], kind: str) -> Markup:
    """A staircase: every value holds until the next point."""
    walked = [points[0]] if points else []
    for (_, before), (x, y) in pairwise(points):
        walked += [(x, before), (x, y)]
    return line(frame, walked, kind)


def band(frame: Frame, points: Sequence[tuple[float, float, float]]) -> Markup:
    """The area between two curves: (x, low, high)."""
    edge = [(x, low) for x, low, _ in points] + [(x, high) for x, _, high in reversed(points)]
    path = " L".join(_text(*frame.at(x, y)) for x, y in edge)
    return element("path", {"d": f"M{path} Z", "class": "band"})


def dot(frame: Frame, x: float, y: float, title: str, kind: str) -> Markup:
    """A point with a text that appears under the pointer."""
    cx, cy = frame.at(x, y)
    place = {"cx": f"{cx:.1f}", "cy": f"{cy:.1f}", "r": 4, "class": f"dot {kind}"}
    return element("circle", place, element("title", {}, shown(title)))


def ring(frame: Frame, x: float, y: float) -> Markup:
    """A mark around a point."""
    cx, cy = frame.at(x, y)
    return element("circle", {"cx": f"{cx:.1f}", "cy": f"{cy:.1f}", "r": 8, "class": "ring"})


def padded(values: Sequence[float], least: float) -> Pair:
    """A range around values with some room, at least `least` wide."""
    low, high = min(values), max(values)
    room = max(0.06 * (high - low), (least - (high - low)) / 2, 0.0)
    return low - room, high + room


def _axes(frame: Frame) -> Markup:
    parts = []
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for value in ticks(*frame.y):
        _, y = frame.at(frame.x[0], value)
        parts.append(element("line", {"x1": LEFT, "x2": right, "y1": f"{y:.1f}", "y2": f"{y:.1f}", "class": "axis"}))
        parts.append(_label(LEFT - 8, y + 4, frame.y_text(value), "end"))
    for value in ticks(*frame.x):
        x, _ = frame.at(value, frame.y[0])
        parts.append(
            element("line", {"x1": f"{x:.1f}", "x2": f"{x:.1f}", "y1": bottom, "y2": bottom + 4, "class": "axis"})
        )
        parts.append(_label(x, bottom + 22, frame.x_text(value), "middle"))
    parts.append(element("line", {"x1": LEFT, "x2": right, "y1": bottom, "y2": bottom, "class": "axis"}))
    parts.append(_label((LEFT + right) / 2, HEIGHT - 6, frame.x_label, "middle"))
    turn = {
        "transform": f"translate(15 {(TOP + bottom) / 2:.0f}) rotate(-90)",
        "text-anchor": "middle",
        "class": "soft",
    }
    return "".join([*parts, element("text", turn, shown(frame.y_label))])


def _label(x: float, y: float, text: str, anchor: str) -> Markup:
    return element("text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "class": "soft"}, shown(text))


def _text(x: float, y: float) -> str:
    return f"{x:.1f},{y:.1f}"
