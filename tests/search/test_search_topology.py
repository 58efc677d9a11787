from __future__ import annotations

import math

import pytest

from evo.config.shape import keys_of, literals
from evo.search.spec import IslandSpec
from evo.search.topology import TOPOLOGIES, full, none, ring, torus

COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 30]


@pytest.mark.parametrize("count", COUNTS)
def test_on_a_ring_every_island_sends_to_the_next_one(count: int) -> None:
    sends = {(origin, island) for island in range(count) for origin in ring(island, count)}
    assert sends == {(i, (i + 1) % count) for i in range(count)} - {(i, i) for i in range(count)}


@pytest.mark.parametrize("count", COUNTS)
def test_on_a_torus_neighbours_are_one_step_apart_on_the_squarest_grid(count: int) -> None:
    height = max(h for h in range(1, count + 1) if count % h == 0 and h <= math.sqrt(count))
    width = count // height
    place = {island: (island // width, island % width) for island in range(count)}

    def steps(a: int, b: int, around: int) -> int:
        return min((a - b) % around, (b - a) % around)

    for island in range(count):
        row, column = place[island]
        near = {other for other, (r, c) in place.items() if steps(row, r, height) + steps(column, c, width) == 1}
        assert torus(island, count) == tuple(sorted(near))


@pytest.mark.parametrize("count", COUNTS)
def test_on_a_torus_migration_goes_both_ways(count: int) -> None:
    sends = {(origin, island) for island in range(count) for origin in torus(island, count)}
    assert sends == {(b, a) for a, b in sends}


@pytest.mark.parametrize("count", COUNTS)
def test_full_is_everyone_else_and_none_is_nobody(count: int) -> None:
    for island in range(count):
        assert full(island, count) == tuple(other for other in range(count) if other != island)
        assert none(island, count) == ()


def test_every_topology_of_the_config_is_there() -> None:
    assert set(literals(keys_of(IslandSpec)["topology"])) == set(TOPOLOGIES)
