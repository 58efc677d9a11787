"""Configs that are right in every key, or nearly, and ask for much: what only products of keys can refuse."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

AMOUNTS = {
    "multiplexer": {"address_bits": (1, 3, 8)},
    "parity": {"bits": (1, 9, 20, 31, 512)},
    "majority": {"bits": (2, 20, 24, 64, 512)},
    "random_dnf": {"inputs": (1, 20, 4096), "terms": (1, 5, 10_000), "literals": (1, 3, 30, 4096)},
    "adder": {"bits": (1, 10, 31, 32, 512)},
    "multiplier": {"bits": (1, 10, 31, 32, 512)},
    "comparator": {"bits": (1, 10, 31, 512)},
    "modular_add": {"modulus": (2, 97, 1024, 4096)},
    "monk": {"problem": (1, 2, 3)},
}
ROWS = (None, 1, 10, 1000, 20_000, 40_000, 10**5, 2**20, 10**7, 10**15)


def generated(rng: random.Random) -> dict[str, Any]:
    """Rows of a generated function."""
    name = rng.choice(sorted(AMOUNTS))
    data = {"source": "function", "function": name, "samples": rng.choice(ROWS), "test_samples": rng.choice(ROWS)}
    data |= {key: rng.choice(amounts) for key, amounts in AMOUNTS[name].items()}
    data |= {"noise": rng.choice((0, 0.1, 0.5)), "split": {"valid": rng.choice((0, 0.2, 0.9)), "test": 0}}
    return {"data": data, **_search(rng)}


def bundled(rng: random.Random) -> dict[str, Any]:
    """A small data set and a large search."""
    name = rng.choice(("iris", "wine", "breast_cancer", "digits"))
    bits = rng.choice((1, 9, 255))
    data = {
        "source": "sklearn",
        "name": name,
        "binarize": {"bits": bits, "method": rng.choice(("thermometer", "onehot"))},
    }
    return {"data": data, **_search(rng)}


def masks(rng: random.Random) -> dict[str, Any]:
    """A network."""
    hidden = [rng.choice((1, 20, 100, 3000, 10**4, 10**6)) for _ in range(rng.choice((0, 1, 1, 2, 5, 64)))]
    network: dict[str, Any] = {"layers": [64, *hidden, 10]}
    if rng.random() < 0.4:
        kernels = [[rng.choice((1, 8, 10**6)), rng.choice((1, 2, 3, 9)), rng.choice((1, 2, 10**6))] for _ in range(2)]
        network |= {
            "image": rng.choice(([1, 8, 8], [64, 1, 1], [1, 1, 64])),
            "convolutions": kernels[: rng.randint(1, 2)],
        }
    network["scale"] = rng.choice((1.0, 1e-6, 1e6))
    network["weights"] = rng.choice(("uniform", "kaiming", "signed_constant"))
    genome = {"kind": "mask", "network": network, "granularity": rng.choice(("edge", "neuron", "n_of_m", "ternary"))}
    search = {
        "population": rng.choice((4, 8, 1000, 10**6)),
        "prices": rng.choice((2, 6, 1000)),
        "islands": _islands(rng),
    }
    return {"data": {"source": "sklearn", "name": "digits"}, "genome": genome, "search": search}


def networks(rng: random.Random) -> dict[str, Any]:
    """A search for composed networks, small or beyond any machine."""
    genome = {
        "kind": "network",
        "gate_limit": rng.choice((1, 20, 5000, 10**6)),
        "depth_limit": rng.choice((None, 1, 40, 10**9)),
        "votes": rng.choice((1, 2, 11, 99)),
        "refit": rng.choice(("none", "train", "all")),
    }
    objectives = rng.sample(["gates", "depth", "units"], rng.randint(0, 3))
    fitness = {
        "objectives": ["error", *objectives],
        "judged": rng.choice((0.0, 0.25, 0.5)),
        "judging": rng.choice(("auto", "rows", "folds")),
    }
    population = rng.choice((1, 4, 5, 24, 1000))
    search = {"population": population, "islands": _islands(rng), "algorithm": rng.choice(("compose", "random"))}
    data = rng.choice(({"source": "sklearn", "name": "digits"}, generated(rng)["data"]))
    return {"data": data, "genome": genome, "fitness": fitness, "search": search}


WHOLES: tuple[Callable[[random.Random], dict[str, Any]], ...] = (generated, generated, bundled, masks, networks)


def _search(rng: random.Random) -> dict[str, Any]:
    names = ("memetic", "nsga2", "generational", "random", "hill_climb")
    search = {
        "algorithm": rng.choice(names),
        "population": rng.choice((4, 200, 10**5, 10**6)),
        "prices": rng.choice((2, 12, 1000)),
        "islands": _islands(rng),
    }
    return {"genome": {"kind": rng.choice(("sop", "pos")), "terms": rng.choice((1, 64, 65536))}, "search": search}


def _islands(rng: random.Random) -> dict[str, Any]:
    return {"count": rng.choice((1, 1, 4, 1000)), "topology": rng.choice(("ring", "full", "none")), "migrants": 1}
