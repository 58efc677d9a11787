"""What a network makes of the pixels of a picture: how often it reads each, for which class it speaks, its patterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.analysis.ink import ink
from evo.models.networks import NetworkModel
from fitness.data.dataset import Bit, Task
from fitness.data.picture import Picture
from genomes.networks import units as kinds
from genomes.networks.units import Unit


@dataclass(frozen=True, slots=True)
class Pattern:
    """A unit that looks for the same pixels at several places.

    pixels: (row, column) from the corner of their window, and whether ink is wanted there; places: at how many it
    looks; used: how many units and heads read it.
    """

    unit: int
    pixels: tuple[tuple[int, int, bool], ...]
    places: int
    used: int


def reads(model: NetworkModel, picture: Picture) -> NDArray[np.int64]:
    """int64[height, width]: how often units and heads read a bit of each pixel."""
    nodes = np.fromiter(model.read(), dtype=np.int64) >> 1
    pixels = picture.pixels[nodes[(nodes > 0) & (nodes < model.first)] - 1]
    counts = np.bincount(pixels[pixels >= 0], minlength=picture.n_pixels)
    return counts.reshape(picture.height, picture.width)


def leanings(model: NetworkModel, task: Task, bits: Sequence[Bit], picture: Picture) -> NDArray[np.float64] | None:
    """float64[classes, height, width]: by how many votes ink on a pixel raises a class, over all values of what else
    its tables read; of two classes for the second alone. None where nothing votes.

    What units of several layers do is not followed: it is the first-order effect of the units that vote.
    """
    inks, found = [ink(bit) for bit in bits], False
    maps = np.zeros((1 if task.kind == "binary" else task.n_covers, picture.n_pixels))
    for number, literal, weight in _votes(model, task):
        for read, effect in _effects(model, literal):
            pixel = int(picture.pixels[(read >> 1) - 1])
            if pixel >= 0:
                maps[number, pixel] += weight * effect * inks[(read >> 1) - 1]
                found = True
    return maps.reshape(-1, picture.height, picture.width) if found else None


def _votes(model: NetworkModel, task: Task) -> Iterator[tuple[int, int, int]]:
    """Class, literal and weight of every vote; of two classes what the last sum of the second weighs."""
    if task.kind == "multiclass":
        for number, head in enumerate(model.network.heads):
            yield from ((number, literal, weight) for literal, weight in head.votes)
    elif task.kind == "binary":
        literal = model.network.heads[0].literal
        unit = _unit(model, literal)
        if unit is not None and unit.kind in (kinds.THRESHOLD, kinds.COUNT):
            weights = unit.params[:-1] if unit.kind == kinds.THRESHOLD else (1,) * len(unit.literals)
            sign = -1 if literal & 1 else 1
            yield from ((0, read, sign * weight) for read, weight in zip(unit.literals, weights, strict=True))


def _unit(model: NetworkModel, literal: int) -> Unit | None:
    number = (literal >> 1) - model.first
    return model.network.units[number] if number >= 0 else None


def _effects(model: NetworkModel, literal: int) -> Iterator[tuple[int, float]]:
    """Inputs that a literal depends on at once, as literals, and how much it holds more often where one holds."""
    unit, sign = _unit(model, literal), -1 if literal & 1 else 1
    if unit is None:
        yield literal & ~1, float(sign)
        return
    n = len(unit.literals)
    if unit.kind not in (kinds.LUT, kinds.AND) or n > kinds.LUT_INPUTS:
        return
    table = unit.params[0] if unit.kind == kinds.LUT else 1 << ((1 << n) - 1)
    values = np.array([table >> cell & 1 for cell in range(1 << n)])
    cells = np.arange(1 << n)
    for place, read in enumerate(unit.literals):
        if 0 < read >> 1 < model.first:
            high = cells >> place & 1 == 1
            effect = float(values[high].sum() - values[~high].sum()) / (1 << (n - 1))
            yield read & ~1, sign * effect * (-1 if read & 1 else 1)


def patterns(model: NetworkModel, bits: Sequence[Bit], picture: Picture) -> list[Pattern]:
    """The units that are patterns of pixels, those that are read most first."""
    used = model.readers()
    found = [
        Pattern(number, *shape, used[number])
        for number, unit in enumerate(model.network.units)
        if unit.kind == kinds.SOP and (shape := _shape(model, unit, bits, picture)) is not None
    ]
    return sorted(found, key=lambda pattern: (-pattern.used, pattern.unit))


def _shape(
    model: NetworkModel, unit: Unit, bits: Sequence[Bit], picture: Picture
) -> tuple[tuple[tuple[int, int, bool], ...], int] | None:
    """The pixels that most terms look for, from the corner of their window, and the number of terms.

    None where some operand is no pixel, or fewer than half of the terms (at borders windows are cut) are the same.
    """
    nodes = [literal >> 1 for literal in unit.literals]
    if any(not 0 < node < model.first or picture.place(node - 1) is None for node in nodes):
        return None
    shapes = Counter(_window(term, bits, picture) for term in unit.terms())
    shape, n = shapes.most_common(1)[0]
    return (shape, len(unit.params)) if n > 1 and 2 * n >= len(unit.params) else None


def _window(term: Sequence[int], bits: Sequence[Bit], picture: Picture) -> tuple[tuple[int, int, bool], ...]:
    """Row, column and whether ink is wanted of each pixel of a term, from the corner of its window."""
    wanted = []
    for literal in term:
        place, more = picture.place((literal >> 1) - 1), ink(bits[(literal >> 1) - 1])
        assert place is not None
        wanted.append((*place, (more > 0) != bool(literal & 1)))
    top, left = min(row for row, _, _ in wanted), min(column for _, column, _ in wanted)
    return tuple(sorted((row - top, column - left, on) for row, column, on in wanted))
