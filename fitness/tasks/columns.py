"""Arrays that several types of tasks store: those with an entry per task, and the place of their random draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words
from genomes.checks import Arrays, Expected, check_array
from genomes.errors import GenomeError

#: The least that counts as more than nothing.
TINY = 1e-12
KNOWN, PLACE = Expected(np.uint64, (None,)), Expected(np.int64, (3,), low=0)


def columns(arrays: Arrays, expected: Mapping[str, Expected], n: int) -> dict[str, Any]:
    """The arrays with an entry for each of `n` tasks; raises GenomeError."""
    return {name: check_array(arrays, name, replace(what, shape=(n,))) for name, what in expected.items()}


def known_keys(arrays: Arrays) -> Words:
    """uint64[n], ascending: keys of improvements that are done; raises GenomeError."""
    known = check_array(arrays, "known", KNOWN)
    if (known[1:] <= known[:-1]).any():
        raise GenomeError("expected keys that ascend", where="known")
    return known


def place_to_array(seed: int, generation: int, island: int) -> NDArray[np.int64]:
    """int64[3]: where a generation's random draws come from, its slots aside."""
    return np.array([seed, generation, island], dtype=np.int64)


def place_from_arrays(arrays: Arrays) -> dict[str, Any]:
    """`seed`, `generation` and `island`; raises GenomeError."""
    return dict(zip(("seed", "generation", "island"), check_array(arrays, "place", PLACE).tolist(), strict=True))
