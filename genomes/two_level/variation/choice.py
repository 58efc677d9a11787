"""Small random choices that several operators share."""

from __future__ import annotations

import numpy as np

from genomes.two_level.cover import Cover


def random_term(rng: np.random.Generator, cover: Cover) -> tuple[int, int] | None:
    """(output, term) of a uniformly drawn cube, or None where there is none."""
    total = cover.n_terms
    if total == 0:
        return None
    index = int(rng.integers(total))
    for output, cubes in enumerate(cover.cubes):
        if index < len(cubes):
            return output, index
        index -= len(cubes)
    raise AssertionError("n_terms counts every cube")


def random_output(rng: np.random.Generator, cover: Cover) -> int:
    """A uniformly drawn output."""
    return int(rng.integers(len(cover.cubes)))
