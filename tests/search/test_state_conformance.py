"""Every algorithm, on every kind of genome, takes back what it wrote and nothing that would crash it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.search.algorithms import ALGORITHMS
from evo.search.loop import Search
from genomes.masks.spec import Granularity
from tests.kits.small_networks import FOLDS, OUTPUTS, THREE, small_networks
from tests.kits.small_search import NOISY, SEARCH_NAMES, small_search
from tests.kits.state_kit import SearchCase, StateKit

IRIS = {"source": "sklearn", "name": "iris"}
ISLANDS = {"count": 3, "every": 2, "migrants": 2}


def masks(granularity: str, **search: Any) -> Search[Any, Any]:
    """A search for masks of a network on the iris flowers."""
    document: Mapping[str, Any] = {
        "schema": 1,
        "data": IRIS,
        "genome": {"kind": "mask", "granularity": granularity, "network": {"layers": [4, 6, 3]}},
        "fitness": {"objectives": ["loss", "kept"]},
        "search": {"population": 4, "prices": 3, **search},
        "local": {"sweeps": 1},
    }
    return prepare(config_from_dict(document, Path.cwd())).search


def noisy(**genome: Any) -> Search[Any, Any]:
    """A memetic search whose covers change for some generations."""
    return small_search("memetic", data=NOISY, population=4, genome=genome)


class TestStates(StateKit):
    cases = (
        *(SearchCase(name, lambda name=name: small_search(name)) for name in SEARCH_NAMES),
        SearchCase("memetic, pos", lambda: small_search("memetic", "pos")),
        SearchCase("two sides", noisy),
        SearchCase("short terms", lambda: noisy(term_literals=2)),
        SearchCase("votes", lambda: small_search("memetic", data=IRIS, population=4)),
        SearchCase("votes, pos", lambda: small_search("memetic", "pos", data=IRIS, population=4)),
        SearchCase("votes, steps", lambda: small_search("nsga2 with local steps", data=IRIS)),
        SearchCase("islands", lambda: small_search("memetic", data=NOISY, population=4, islands=ISLANDS)),
        SearchCase("islands, steps", lambda: small_search("nsga2 with local steps", islands=ISLANDS)),
        *(SearchCase(f"masks, {name}", lambda name=name: masks(name)) for name in get_args(Granularity)),
        SearchCase("masks, random", lambda: masks("edge", algorithm="random")),
        SearchCase("masks, islands", lambda: masks("edge", islands=ISLANDS | {"migrants": 1})),
        SearchCase("networks", small_networks),
        SearchCase("networks, votes", lambda: small_networks(THREE, every=6)),
        SearchCase("networks, folds", lambda: small_networks(every=10, fitness=FOLDS)),
        SearchCase("networks, random", lambda: small_networks(OUTPUTS, search={"algorithm": "random"})),
        SearchCase("networks, islands", lambda: small_networks(every=12, search={"islands": ISLANDS})),
    )


def test_every_algorithm_is_a_case() -> None:
    assert set(ALGORITHMS) <= set(SEARCH_NAMES)
