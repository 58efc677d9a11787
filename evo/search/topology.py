"""Topologies of islands: whose migrants come to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

#: Origins of an island's migrants: (island, number of islands) -> islands, ascending.
Origins = Callable[[int, int], tuple[int, ...]]


def ring(island: int, count: int) -> tuple[int, ...]:
    """The one before it: migrants go from i to i + 1."""
    return _others(island, [(island - 1) % count])


def full(island: int, count: int) -> tuple[int, ...]:
    """Every island receives from all the others."""
    return _others(island, range(count))


def none(island: int, count: int) -> tuple[int, ...]:
    """Nobody's: independent searches."""
    return ()


TOPOLOGIES: Mapping[str, Origins] = MappingProxyType({"ring": ring, "full": full, "none": none})


def _others(island: int, islands: list[int] | range) -> tuple[int, ...]:
    return tuple(sorted(set(islands) - {island}))
