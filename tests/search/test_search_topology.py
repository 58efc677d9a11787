from __future__ import annotations

import pytest

from evo.config.shape import keys_of, literals
from evo.search.spec import IslandSpec
from evo.search.topology import TOPOLOGIES, full, none, ring

COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 30]


@pytest.mark.parametrize("count", COUNTS)
def test_on_a_ring_every_island_sends_to_the_next_one(count: int) -> None:
    sends = {(origin, island) for island in range(count) for origin in ring(island, count)}
    assert sends == {(i, (i + 1) % count) for i in range(count)} - {(i, i) for i in range(count)}


@pytest.mark.parametrize("count", COUNTS)
def test_full_is_everyone_else_and_none_is_nobody(count: int) -> None:
    for island in range(count):
        assert full(island, count) == tuple(other for other in range(count) if other != island)
        assert none(island, count) == ()


def test_every_topology_of_the_config_is_there() -> None:
    assert set(literals(keys_of(IslandSpec)["topology"])) == set(TOPOLOGIES)
