"""Heat maps: grids of numbers as shaded cells, blue above 0 and orange below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evo.report.html.svg import Drawing, Markup, drawing, element, shown

#: Pixels of a picture that is drawn, at most; steps of shading.
MOST_PIXELS, STEPS = 16_384, 8
#: Maps in a row; where there are more they are small ones, so many pixels of the screen wide.
MAPS, SMALL = 5, 100
Values = NDArray[np.int64] | NDArray[np.float64]


def heat_maps(named: Sequence[tuple[str, Values]], label: str, *, in_a_row: int = MAPS) -> Drawing:
    """Maps of one shape side by side, on one scale, each with its name above it; label: for who cannot see them."""
    height, width = named[0][1].shape
    most = max([1e-12, *(float(np.abs(values).max()) for _, values in named)])
    side, head = max(width, height) / 10, 0 if not named[0][0] else max(height, width) / 8
    across = min(in_a_row, len(named))
    parts = list[Markup]()
    for place, (name, values) in enumerate(named):
        x, y = place % across * (width + side), place // across * (height + head + side) + head
        inside = [_frame(width, height), *shades(values.astype(np.float64) / most)]
        if name:
            above = {"x": 0, "y": f"{-head / 4:.2f}", "style": f"font-size:{0.8 * head:.2f}px"}
            inside.append(element("text", above, shown(name)))
        parts.append(element("g", {"transform": f"translate({x:.2f} {y:.2f})"}, *inside))
    down = -(-len(named) // across)
    box = f"0 0 {across * (width + side) - side:.2f} {down * (height + head + side) - side:.2f}"
    size = f"{min(100, 26 + 14 * across)}%" if in_a_row <= MAPS else f"{SMALL * across}px"
    look = {"viewBox": box, "style": f"max-width:{size}"} | ({"class": "wide"} if across > MAPS else {})
    return drawing({**look, "role": "img", "aria-label": label}, *parts)


def matrix_map(values: NDArray[np.float64], label: str, cell: int) -> Drawing:
    """One map of values from -1 to 1 on the scale as it is, its cells at most so many pixels of the screen wide."""
    height, width = values.shape
    look = {"viewBox": f"0 0 {width} {height}", "style": f"max-width:{cell * width}px"}
    return drawing({**look, "role": "img", "aria-label": label}, _frame(width, height), *shades(values))


def shades(values: NDArray[np.float64]) -> list[Markup]:
    """A path of all cells of each step of shading, from -1 to 1."""
    steps = np.rint(values * STEPS).astype(int)
    drawn = []
    for step in [step for step in range(-STEPS, STEPS + 1) if step and (steps == step).any()]:
        places = np.argwhere(steps == step).tolist()
        path = "".join(f"M{column} {row}h1v1h-1z" for row, column in places)
        kind = "more" if step > 0 else "less"
        drawn.append(element("path", {"d": path, "class": kind, "fill-opacity": f"{abs(step) / STEPS:.3g}"}))
    return drawn


def _frame(width: int, height: int) -> Markup:
    return element("rect", {"x": 0, "y": 0, "width": width, "height": height, "class": "frame"})
