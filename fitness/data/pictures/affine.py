"""Affine maps of pictures, by whole numbers alone: the same pixels on every machine.

A map says for each pixel of a copy where in the picture it is read: a turn, a stretch of each axis, a shear and a
shift, each uniformly drawn, about the centre. The numbers are rounded to 2^-16 once; what lies between pixels
is their mean by distance (bilinear), and what lies outside is 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.data.pictures.spec import AugmentSpec
from genomes.deadline import looking

#: Of 0 to 255, or to `MOST`: places of 2^-16 between two of them must fit into 32 bits.
Pixels = NDArray[np.uint8] | NDArray[np.uint16]
MOST = (1 << 15) - 1
#: Bits of the fractions of places in maps, of places that are computed, and of the weights of pixels.
ONE, PLACE, WEIGHT = 16, 17, 8
#: Pixels that are mapped at a time: what is computed of them stays in the cache.
AT_A_TIME = 1 << 16
_HALF_TURN = 3.14159265358979323846


class Maps(NamedTuple):
    """int32[n] each, in 2^-16: the matrix (row, column) -> (row, column), and the shift in pixels."""

    rr: NDArray[np.int32]
    rc: NDArray[np.int32]
    cr: NDArray[np.int32]
    cc: NDArray[np.int32]
    down: NDArray[np.int32]
    right: NDArray[np.int32]


def drawn(spec: AugmentSpec, n: int, rng: np.random.Generator) -> Maps:
    """A map for each of `n` pictures."""
    draws = 2.0 * rng.random((6, n)) - 1.0
    half = draws[0] * _half_tangent(spec.rotate)
    squared = half * half
    cosine, sine = (1.0 - squared) / (1.0 + squared), (half + half) / (1.0 + squared)
    tall, wide, lean = 1.0 + spec.scale * draws[1], 1.0 + spec.scale * draws[2], spec.shear * draws[3]
    entries = (cosine * tall, sine * wide, lean * cosine - sine * tall, cosine * wide, *(spec.shift * draws[4:]))
    return Maps(*(np.rint(entry * (1 << ONE)).astype(np.int32) for entry in entries))


def _half_tangent(degrees: float) -> float:
    """The tangent of half an angle of at most 45 degrees, by series: libraries differ in its last bit."""
    x = degrees / 360.0 * _HALF_TURN
    sine = cosine = 0.0
    power = 1.0
    for order in range(16):
        if order % 2:
            sine += power if order % 4 == 1 else -power
        else:
            cosine += power if order % 4 == 0 else -power
        power = power * x / (order + 1)
    return sine / cosine


def mapped(pictures: Pixels, maps: Maps, height: int, width: int) -> Iterator[Pixels]:
    """Copies of pictures [n, height * width], of the same dtype, some pictures at a time, in order."""
    at_a_time = max(1, AT_A_TIME // (height * width))
    for start in looking(range(0, len(pictures), at_a_time)):
        some = slice(start, start + at_a_time)
        yield _mapped(pictures[some].reshape(-1, height, width), Maps(*(entry[some, None, None] for entry in maps)))


def _mapped(pictures: Pixels, maps: Maps) -> Pixels:
    n, height, width = pictures.shape
    padded = np.zeros((n, height + 3, width + 3), dtype=np.int32)
    padded[:, 1:-2, 1:-2] = pictures
    row, column = _places(maps, height, width)
    corner = (np.arange(n, dtype=np.int32) * (padded.shape[1] * padded.shape[2]))[:, None, None]
    corner = corner + (row >> WEIGHT) * padded.shape[2] + (column >> WEIGHT)
    flat, low, mask = padded.ravel(), padded.shape[2], (1 << WEIGHT) - 1
    across, along = column & mask, row & mask
    above = _between(flat, corner, across)
    below = _between(flat, corner + low, across)
    above <<= WEIGHT
    above += (below - (above >> WEIGHT)) * along
    above += 1 << (2 * WEIGHT - 1)
    above >>= 2 * WEIGHT
    copied = above.reshape(n, -1)
    return copied.astype(np.uint8) if pictures.dtype == np.uint8 else copied.astype(np.uint16)


def _places(maps: Maps, height: int, width: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """int32[n, height, width] each: row and column in the padded picture, in 2^-8, within its pixels but the last."""
    down = (2 * np.arange(height, dtype=np.int32) - (height - 1))[None, :, None]
    right = (2 * np.arange(width, dtype=np.int32) - (width - 1))[None, None, :]
    fraction = PLACE - WEIGHT
    places = []
    for of_row, of_column, shift, n in ((maps.rr, maps.rc, maps.down, height), (maps.cr, maps.cc, maps.right, width)):
        place = of_row * down + (of_column * right + 2 * shift + ((n - 1) << ONE) + (1 << PLACE))
        place >>= fraction
        places.append(np.clip(place, 0, (n + 1) << WEIGHT, out=place))
    return places[0], places[1]


def _between(flat: NDArray[np.int32], corner: NDArray[np.int32], across: NDArray[np.int32]) -> NDArray[np.int32]:
    """The pixels at `corner` and right of it, mixed: in 2^-8."""
    left = flat.take(corner)
    mixed = flat.take(corner + 1)
    mixed -= left
    mixed *= across
    left <<= WEIGHT
    left += mixed
    return left
