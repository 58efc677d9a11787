"""Whether a cover is a member of its space: what every operator must keep to."""

from __future__ import annotations

import numpy as np

from genomes.bits import n_words, valid_words
from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.literals import contradictory


def check_cover(cover: Cover, space: CoverSpace) -> None:
    """Fail unless `cover` is a well-formed member of `space`."""
    padding = ~valid_words(space.n_inputs)
    assert len(cover.cubes) == space.n_outputs and cover.inverted in space.phases
    for cubes in cover.cubes:
        assert cubes.dtype == np.uint64 and cubes.shape[1:] == (2, n_words(space.n_inputs))
        assert len(cubes) <= space.max_terms
        assert not (cubes & padding).any() and not contradictory(cubes).any()
