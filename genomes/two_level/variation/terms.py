"""Term-level mutation: drop, split and merge cubes. Growing by a term is `seeding`."""

from __future__ import annotations

import numpy as np

from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.literals import clear_input, literal_positions, set_literal
from genomes.two_level.variation.choice import random_output, random_term
from genomes.two_level.variation.samples import Samples


def drop_term(rng: np.random.Generator, cover: Cover, space: CoverSpace, samples: Samples) -> Cover:
    """Remove a random cube; no cubes: unchanged."""
    place = random_term(rng, cover)
    if place is None:
        return cover
    output, term = place
    return cover.replaced(output, np.delete(cover.cubes[output], term, axis=0))


def split_term(rng: np.random.Generator, cover: Cover, space: CoverSpace, samples: Samples) -> Cover:
    """Replace cube t by t AND x and t AND NOT x for a new input x, then free one half of one of t's literals.

    The split alone changes nothing; freeing a literal in one half makes it a move: that half grows where x holds.
    A full cover, or a cube that mentions every input, is left unchanged.
    """
    place = random_term(rng, cover)
    if place is None or len(cover.cubes[place[0]]) >= space.max_terms:
        return cover
    output, term = place
    cubes = cover.cubes[output]
    _, inputs = literal_positions(cubes[term])
    index = int(rng.integers(space.n_inputs))
    if index in inputs:
        return cover
    halves = cubes[[term, term]].copy()
    set_literal(halves[0], index, positive=True)
    set_literal(halves[1], index, positive=False)
    if len(inputs):
        clear_input(halves[int(rng.integers(2))], int(inputs[rng.integers(len(inputs))]))
    return cover.replaced(output, np.concatenate([np.delete(cubes, term, axis=0), halves]))


def merge_terms(rng: np.random.Generator, cover: Cover, space: CoverSpace, samples: Samples) -> Cover:
    """Replace two cubes of one output by their supercube (the literals they share); fewer than two: unchanged."""
    output = random_output(rng, cover)
    cubes = cover.cubes[output]
    if len(cubes) < 2:
        return cover
    first, second = rng.choice(len(cubes), size=2, replace=False)
    merged = (cubes[first] & cubes[second])[None]
    return cover.replaced(output, np.concatenate([np.delete(cubes, [first, second], axis=0), merged]))
