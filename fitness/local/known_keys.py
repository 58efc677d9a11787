"""Keys of improvements that are done: what a genome does (`evaluation.semantic_hash`), at a price per literal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words, mixed


def at_price(semantic_hash: Words, price: NDArray[np.float64]) -> Words:
    """uint64[n] keys of (semantic hash, price per literal): what is known about a cover's improvement at that price."""
    return mixed(semantic_hash + mixed(np.ascontiguousarray(price, dtype=np.float64).view(np.uint64)))


def among(keys: Words, known: Words) -> NDArray[np.bool_]:
    """bool[n]: which keys are in `known`, which ascends."""
    if len(known) == 0:
        return np.zeros(len(keys), dtype=np.bool_)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray(known[places] == keys)
