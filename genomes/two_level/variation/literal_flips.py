"""Literal-level mutation: one literal of one cube is added, removed, negated or exchanged."""

from __future__ import annotations

import numpy as np

from genomes.bits import Words
from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.literals import clear_input, literal_positions, set_literal
from genomes.two_level.variation.choice import random_term
from genomes.two_level.variation.samples import Samples


def flip_literal(rng: np.random.Generator, cover: Cover, space: CoverSpace, samples: Samples) -> Cover:
    """Add (40 %), remove (30 %), negate (10 %) or exchange (20 %) a literal of a random cube; no cubes: unchanged.

    A literal that is added replaces its opposite if that is there.
    """
    place = random_term(rng, cover)
    if place is None:
        return cover
    output, term = place
    cubes = cover.cubes[output].copy()
    _flip(rng, cubes[term], space)
    return cover.replaced(output, cubes)


def _flip(rng: np.random.Generator, cube: Words, space: CoverSpace) -> None:
    polarity, inputs = literal_positions(cube)
    move = rng.random()
    if move >= 0.4 and len(inputs):
        chosen = int(rng.integers(len(inputs)))
        index, positive = int(inputs[chosen]), bool(polarity[chosen] == 0)
        if move >= 0.9:
            set_literal(cube, index, positive=not positive)
            return
        clear_input(cube, index)
    if move < 0.4 or 0.7 <= move < 0.9:
        set_literal(cube, int(rng.integers(space.n_inputs)), positive=bool(rng.random() < 0.5))
