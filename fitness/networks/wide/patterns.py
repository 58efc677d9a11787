"""Patterns of pixels, looked for over a region of places: what a table may read beside the pixels.

A pattern is a few pixels of a window cut from a training picture around an edge, each on or off as there. Its bit for a
region says whether it is at one of the region's places: an OR of ANDs, so it does not matter where in the region a
stroke lies (pooling: Fukushima, "Neocognitron", Biological Cybernetics 36, 1980).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Dataset
from fitness.data.picture import Picture
from fitness.data.pictures.spec import PatternShape, PatternsSpec
from fitness.networks.problem import NetworkProblem
from genomes.bits import Words
from genomes.networks.units import SOP, Unit
from genomes.streams import Role, stream

#: Windows looked at for one with an edge, and the share of its pixels that must differ from the rest.
TRIES, EDGE = 50, 0.2


@dataclass(frozen=True)
class Pixels:
    """Which input bit tests a pixel at a cut: bits[cut, row, column], -1 for one that never passes it."""

    bits: NDArray[np.int64]

    @classmethod
    def of(cls, dataset: Dataset, picture: Picture) -> Pixels:
        """Those of comparisons ``pixel <= cut``.

        Where all pixels share their cuts, one that lacks some never passes these. Where each has cuts of its own, there
        are as many as a pixel has at most, from low to high, and each pixel is tested at the nearest that it has.
        """
        tests = [
            (float(bit.operand), int(picture.pixels[number]), number)
            for number, bit in enumerate(dataset.bits)
            if bit.op == "<=" and isinstance(bit.operand, (int, float)) and picture.pixels[number] >= 0
        ]
        most = max(Counter(pixel for _, pixel, _ in tests).values(), default=0)
        cuts = sorted({cut for cut, _, _ in tests})
        shared = len(cuts) <= most
        if not shared:
            every = sorted(cut for cut, _, _ in tests)
            cuts = [every[(2 * k + 1) * len(every) // (2 * most)] for k in range(most)]
        bits = np.full((len(cuts), picture.n_pixels), -1, dtype=np.int64)
        far = np.full(bits.shape, 0.0 if shared else np.inf)
        for cut, pixel, number in sorted(tests):
            for place, wanted in enumerate(cuts):
                if abs(cut - wanted) < far[place, pixel] or (shared and cut == wanted):
                    far[place, pixel], bits[place, pixel] = abs(cut - wanted), number
        return cls(bits.reshape(-1, picture.height, picture.width))

    def window(self, inputs: Words, row: int, cut: int, top: int, left: int, side: int) -> NDArray[np.bool_]:
        """bool[side, side]: which pixels of a training row pass the cut."""
        bits = self.bits[cut, top : top + side, left : left + side]
        words = inputs[np.maximum(bits, 0), row >> 6]
        below = (words >> np.uint64(row & 63)) & np.uint64(1)
        return np.asarray((bits >= 0) & (below == 0))


def with_patterns(problem: NetworkProblem, dataset: Dataset, spec: PatternsSpec, seed: int) -> NetworkProblem:
    """The problem whose networks may read patterns, drawn from the rows that grow; as it is where there are none."""
    if not spec.bits or dataset.picture is None:
        return problem
    pixels = Pixels.of(dataset, dataset.picture)
    rng, n = stream(seed, Role.PATTERNS), dataset.n_originals
    rows = problem.growing[problem.growing < n]
    units = dict[Unit, None]()
    for shape in spec.kinds:
        units |= dict.fromkeys(
            _of_shape(pixels, problem.train.split.inputs, rows, shape, spec.bits // len(spec.kinds), rng)
        )
    return replace(problem, patterns=tuple(units))


def _of_shape(
    pixels: Pixels, inputs: Words, rows: NDArray[np.intp], shape: PatternShape, most: int, rng: np.random.Generator
) -> Iterator[Unit]:
    """Units of one shape: of each pattern one per region."""
    n_cuts, height, width = pixels.bits.shape
    down, right = height - shape.window + 1, width - shape.window + 1
    tops, lefts = (range(0, max(0, side - shape.pool + 1), shape.stride) for side in (down, right))
    if not n_cuts or not len(tops) or not len(lefts):
        return
    for _ in range(most // (len(tops) * len(lefts))):
        cut, places, on = _drawn(pixels, inputs, rows, shape, rng)
        for top in tops:
            for left in lefts:
                unit = pooled(pixels.bits[cut], top, left, shape.pool, places, on)
                if unit is not None:
                    yield unit


def _drawn(
    pixels: Pixels, inputs: Words, rows: NDArray[np.intp], shape: PatternShape, rng: np.random.Generator
) -> tuple[int, list[tuple[int, int]], list[bool]]:
    """A cut, places in the window, and which of them are on."""
    n_cuts, height, width = pixels.bits.shape
    side = shape.window
    for _ in range(TRIES):
        cut, row = int(rng.integers(n_cuts)), int(rows[rng.integers(len(rows))])
        top, left = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
        window = pixels.window(inputs, row, cut, top, left, side)
        if EDGE * side * side <= window.sum() <= (1 - EDGE) * side * side:
            break
    chosen = np.sort(rng.choice(side * side, min(shape.literals, side * side), replace=False)).tolist()
    places = [divmod(place, side) for place in chosen]
    return cut, places, [bool(window[place]) for place in places]


def pooled(
    bits: NDArray[np.int64], top: int, left: int, pool: int, places: list[tuple[int, int]], on: list[bool]
) -> Unit | None:
    """Whether the pattern is at one of the region's places; None where it can be at none, or always is."""
    terms = list[tuple[int, ...]]()
    for y in range(top, top + pool):
        for x in range(left, left + pool):
            read = [(int(bits[y + dy, x + dx]), lit) for (dy, dx), lit in zip(places, on, strict=True)]
            if any(bit < 0 and lit for bit, lit in read):
                continue  # a pixel that is always off
            # The bit of pixel > cut is the complement of that of pixel <= cut.
            term = tuple(sorted({2 * (bit + 1) + lit for bit, lit in read if bit >= 0}))
            if not term:
                return None
            terms.append(term)
    distinct = sorted(set(terms))
    if not distinct:
        return None
    return Unit(SOP, tuple(literal for term in distinct for literal in term), tuple(map(len, distinct)))
