"""What a model makes of pictures, as pictures: which pixels it reads, and what speaks for each class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.report.html.heat_maps import MOST_PIXELS, Values, heat_maps
from evo.report.html.parts import Figure, Section
from evo.text.numbers import counted

#: Classes or outputs that have a map.
MOST_CLASSES = 26


@dataclass(frozen=True, slots=True)
class PixelMaps:
    """The maps of one model.

    counts: int64[height, width], how often each pixel is read; label, reads, noun: what that is, its caption with a
    place for the most, and what is counted; classes: by name what speaks for each, its label and its caption; more:
    further figures.
    """

    counts: NDArray[np.int64]
    label: str
    reads: str
    noun: str
    classes: Sequence[tuple[str, Values]] = ()
    of_classes: tuple[str, str] = ("", "")
    more: Sequence[Figure] = ()


def pixel_section(title: str, n_pixels: int, maps: Callable[[], PixelMaps]) -> Section | None:
    """The section; None where rows are very large pictures, or no pixel is read."""
    if n_pixels > MOST_PIXELS:
        return None
    made = maps()
    if not made.counts.any():
        return None
    caption = made.reads.format(most=counted(int(made.counts.max()), made.noun))
    figures = [Figure(heat_maps([("", made.counts)], made.label), (), caption)]
    if 0 < len(made.classes) <= MOST_CLASSES:
        label, text = made.of_classes
        figures.append(Figure(heat_maps(made.classes, label), (), text))
    return Section("pixels", title, "pictures.html.j2", {"figures": [*figures, *made.more]})
