"""What a mask keeps, as pictures: of each layer which weights, of pictures which pixels."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.kinds.mask.report.findings import KeptLayer, KeptPixels, MaskFacts
from evo.report.html.heat_maps import heat_maps, matrix_map
from evo.report.html.parts import Figure, Section
from evo.report.html.pixel_maps import PixelMaps, pixel_section
from evo.text.numbers import counted

#: Layers that are drawn, and neurons whose pixels are; pixels of the screen that a cell has at most.
MOST_LAYERS, MOST_NEURONS, CELL = 8, 40, 12
#: Neurons side by side.
IN_A_ROW = 10
READS = "How many weights of the first layer are kept at each pixel: the stronger the colour the more, at most {most}."


def layers(facts: Facts) -> Section | None:
    """A map per layer; the first ones of many."""
    found: MaskFacts | None = facts.findings
    if found is None:
        return None
    shown = enumerate(found.layers[:MOST_LAYERS], start=1)
    figures = [_layer(layer, number, number == len(found.layers)) for number, layer in shown]
    return Section("layers", "Which weights each layer keeps", "pictures.html.j2", {"figures": figures})


def pixels(facts: Facts) -> Section | None:
    """How many weights are kept at each pixel, and which by each neuron; None where rows are no pictures."""
    found: MaskFacts | None = facts.findings
    kept = None if found is None else found.pixels
    if kept is None:
        return None

    def maps() -> PixelMaps:
        return PixelMaps(kept.counts, "weights kept at each pixel", READS, "weight", more=_neurons(kept))

    return pixel_section("Which pixels it reads", kept.counts.size, maps)


def _layer(layer: KeptLayer, number: int, last: bool) -> Figure:
    of = "output" if last else "neuron"
    name = f"Layer {number}: {counted(layer.neurons, of)}, {counted(layer.inputs, 'input')} each"
    rows_are = f"Rows are inputs, columns {of}s" if layer.turned else f"Rows are {of}s, columns inputs"
    if layer.each == (1, 1):
        cell = "Filled: kept, blank: dropped."
        if layer.inverted:
            cell = "Blue: kept, orange: kept with the opposite sign, blank: dropped."
    else:
        rows, columns = layer.each
        cell = f"A cell stands for up to {rows * columns:,} weights: the stronger its colour, the more are kept."
    caption = f"{name}. {rows_are}. {cell}"
    return Figure(matrix_map(layer.shares, f"layer {number}: weights kept", CELL), (), caption)


def _neurons(kept: KeptPixels) -> list[Figure]:
    """The pixels of each neuron, where there are few."""
    if kept.signs is None or len(kept.signs) > MOST_NEURONS:
        return []
    named = [(str(number), signs) for number, signs in enumerate(kept.signs, start=1) if signs.any()]
    caption = (
        "The same by neuron, those that read no pixel left out. Blue: the weight that counts is above 0, so ink there "
        "drives the neuron up; orange: it is below 0, and ink drives the neuron down."
    )
    return [Figure(heat_maps(named, "pixels of each neuron", in_a_row=IN_A_ROW), (), caption)]
