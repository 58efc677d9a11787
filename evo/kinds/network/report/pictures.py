"""What a network makes of pictures, as pictures: which pixels it reads, what speaks for each class, its patterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from evo.analysis.gather import Facts
from evo.analysis.pixels import Pattern, leanings, patterns, reads
from evo.kinds.network.report.findings import NetworkFacts
from evo.report.html.parts import Figure, Section
from evo.report.html.pixel_maps import PixelMaps, pixel_section
from evo.report.html.svg import Drawing, Markup, drawing, element, shown
from evo.report.html.tables import plain_table
from evo.text.networks import layers_of
from evo.text.numbers import counted
from fitness.data.picture import Picture
from genomes.networks.units import NAMES

#: Patterns that are drawn.
MOST_PATTERNS = 40
#: Layers of the table.
MOST_LAYERS = 40
READS = "How often units and heads read a bit of each pixel: the stronger the colour the more often, at most {most}."
LEANS = (
    "Blue: ink there speaks for the class, orange: against it. The first-order effect of the units that vote, over all "
    "values of what else they read."
)
PATTERNS = "Filled: ink is wanted, outlined: none; each pattern is looked for at several places."


def pixels(facts: Facts) -> Section | None:
    """Which pixels are read, and what speaks for the classes; None where rows are no pictures, or very large ones."""
    found: NetworkFacts = facts.findings
    picture = found.picture
    if picture is None or not found.model.used:
        return None
    return pixel_section("What it sees", picture.n_pixels, lambda: _maps(found, picture))


def _maps(found: NetworkFacts, picture: Picture) -> PixelMaps:
    maps = leanings(found.model, found.task, found.bits, picture)
    classes = found.task.classes[1:] if found.task.kind == "binary" else found.task.classes
    named = [] if maps is None else list(zip(classes, maps, strict=False))
    known, more = patterns(found.model, found.bits, picture), list[Figure]()
    if known:
        over = len(known) - MOST_PATTERNS
        left_out = f" The {MOST_PATTERNS} that are read most are shown, {over:,} more are not." if over > 0 else ""
        more = [Figure(_patterns(known[:MOST_PATTERNS]), (), PATTERNS + left_out)]
    of_classes, counts = ("what speaks for each class", LEANS), reads(found.model, picture)
    return PixelMaps(counts, "which pixels are read", READS, "time", named, of_classes, more)


def layers(facts: Facts) -> Section | None:
    """A line per layer: how many units of which kinds, and how much they read; None where there is one layer."""
    found: NetworkFacts = facts.findings
    network, of = found.model.network, layers_of(found.model)
    if max(of, default=0) < 2:
        return None
    lengths, rows = np.diff(network.starts).tolist(), list[Sequence[str]]()
    last = max(of)
    for layer in range(1, min(last, MOST_LAYERS) + 1):
        inside = [number for number, own in enumerate(of) if own == layer]
        kinds = Counter(NAMES[network.kinds[number]].upper() for number in inside)
        said = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
        rows.append([str(layer), f"{len(inside):,}", said, f"{sum(lengths[i] for i in inside) / len(inside):.1f}"])
    table = plain_table(["layer", "units", "of these kinds", "operands each"], rows, "layers")
    more = f" {last - MOST_LAYERS:,} more layers are not listed." if last > MOST_LAYERS else ""
    text = f"{counted(len(of), 'unit')} on {counted(last, 'layer')}, each reading inputs and earlier layers.{more}"
    return Section("layers", "Layer by layer", "features.html.j2", {"text": text, "table": table, "folded": ""})


def _patterns(shown_ones: Sequence[Pattern]) -> Drawing:
    """Small grids, ten in a row."""
    cell = 2 + max(max(row, column) for pattern in shown_ones for row, column, _ in pattern.pixels) + 1
    parts = [_pattern(pattern, place % 10 * cell, place // 10 * cell) for place, pattern in enumerate(shown_ones)]
    across = min(10, len(shown_ones))
    box = f"-0.5 -0.5 {across * cell} {-(-len(shown_ones) // 10) * cell}"
    size = f"max-width:{min(100, 10 * across)}%"
    return drawing({"viewBox": box, "style": size, "role": "img", "aria-label": "patterns"}, *parts)


def _pattern(pattern: Pattern, x: float, y: float) -> Markup:
    high = 1 + max(row for row, _, _ in pattern.pixels)
    wide = 1 + max(column for _, column, _ in pattern.pixels)
    title = f"u{pattern.unit + 1}: at {counted(pattern.places, 'place')}, read {counted(pattern.used, 'time')}"
    parts = [
        element("title", {}, shown(title)),
        element("rect", {"x": -0.3, "y": -0.3, "width": wide + 0.6, "height": high + 0.6, "class": "frame"}),
    ]
    for row, column, on in pattern.pixels:
        place = {"x": column + 0.1, "y": row + 0.1, "width": 0.8, "height": 0.8}
        parts.append(element("rect", {**place, "class": "on" if on else "off"}))
    return element("g", {"transform": f"translate({x} {y})", "class": "pattern"}, *parts)
