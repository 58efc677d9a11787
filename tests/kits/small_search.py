"""Searches small enough for a test: the 6-bit multiplexer on 50 rows, 16 candidates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.search.loop import Search
from evo.search.state import State

#: Algorithms that evaluate every slot once per generation, and all of them.
EVALUATING = ("nsga2", "generational", "hill_climb", "random")
ALGORITHM_NAMES = (*EVALUATING, "memetic")
#: The algorithms with local steps or another selection: settings of `search` and `local`.
VARIANTS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "nsga2 with local steps": ({"algorithm": "nsga2"}, {"share": 0.5}),
    "nsga2 by lexicase": ({"algorithm": "nsga2", "selection": "lexicase"}, {"kind": "none"}),
    "generational with local steps": ({"algorithm": "generational"}, {"share": 0.5}),
    "hill_climb with local steps": ({"algorithm": "hill_climb"}, {"share": 0.5}),
}
SEARCH_NAMES = (*ALGORITHM_NAMES, *VARIANTS)
KINDS = ("sop", "pos")
MULTIPLEXER = {"source": "function", "function": "multiplexer", "address_bits": 2, "samples": 50}
#: Rows that nothing small gets right, so that searches find different things for some generations.
NOISY = {
    "source": "function", "function": "random_dnf", "inputs": 12, "terms": 4, "literals": 4, "samples": 200,
    "noise": 0.1,
}  # fmt: skip


def small_search(
    name: str = "nsga2",
    kind: str = "sop",
    *,
    seed: int = 7,
    population: int = 16,
    terms: int = 16,
    data: Mapping[str, Any] = MULTIPLEXER,
    fitness: Mapping[str, Any] | None = None,
    genome: Mapping[str, Any] | None = None,
    islands: Mapping[str, Any] | None = None,
    stop: Mapping[str, Any] | None = None,
) -> Search:
    """One of SEARCH_NAMES; an algorithm's own name is the algorithm without local steps."""
    settings, local = VARIANTS.get(name, ({"algorithm": name}, {"kind": "none"}))
    document = {
        "schema": 1,
        "seed": seed,
        "data": dict(data),
        "genome": {"kind": kind, "terms": terms, **(genome or {})},
        "fitness": dict(fitness or {}),
        "search": {**settings, "population": population, "prices": population, "islands": dict(islands or {})},
        "stop": dict(stop or {}),
        "local": dict(local),
    }
    return prepare(config_from_dict(document, Path.cwd())).search


def individuals(algorithm: str, population: int = 16) -> int:
    """Individuals of a small search on a task with two sides: the memetic population has a path of prices for each."""
    return population * (2 if algorithm == "memetic" else 1)


def states(search: Search, generations: int) -> Iterator[State]:
    """The states after each of so many generations."""
    state = search.start()
    for _ in range(generations):
        state = search.step(state)
        yield state


def after(search: Search, generations: int) -> State:
    """The state after so many generations."""
    *_, last = states(search, generations)
    return last


def arrays_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Names, types, shapes and little-endian values, in the order of the names."""
    parts = []
    for name in sorted(arrays):
        values = np.ascontiguousarray(arrays[name])
        little = values.astype(values.dtype.newbyteorder("<"))
        parts.append(f"{name}:{little.dtype.str}:{little.shape}:".encode() + little.tobytes())
    return b"".join(parts)


def state_bytes(state: State) -> bytes:
    return arrays_bytes(state.to_arrays())


def state_digest(state: State) -> str:
    return hashlib.sha256(state_bytes(state)).hexdigest()
