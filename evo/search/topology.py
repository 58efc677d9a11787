"""Topologies of islands: whose migrants come to whom."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

#: Origins of an island's migrants: (island, number of islands) -> islands, ascending.
Origins = Callable[[int, int], tuple[int, ...]]


def ring(island: int, count: int) -> tuple[int, ...]:
    """The one before it: migrants go from i to i + 1."""
    return _others(island, [(island - 1) % count])


def torus(island: int, count: int) -> tuple[int, ...]:
    """The neighbours above, below, left and right on a grid whose borders meet, as nearly square as `count` allows.

    A prime number of islands makes a single row: a ring in both directions.
    """
    height = next(rows for rows in range(math.isqrt(count), 0, -1) if count % rows == 0)
    width = count // height
    row, column = divmod(island, width)
    vertical = [(row + step) % height * width + column for step in (-1, 1)]
    return _others(island, [*vertical, *(row * width + (column + step) % width for step in (-1, 1))])


def full(island: int, count: int) -> tuple[int, ...]:
    """All others."""
    return _others(island, range(count))


def none(island: int, count: int) -> tuple[int, ...]:
    """Nobody's: independent searches."""
    return ()


TOPOLOGIES: Mapping[str, Origins] = MappingProxyType({"ring": ring, "torus": torus, "full": full, "none": none})


def _others(island: int, islands: list[int] | range) -> tuple[int, ...]:
    return tuple(sorted(set(islands) - {island}))
