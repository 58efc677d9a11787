"""Growing a cover by a cube that is true at a real sample.

A cube drawn at random from 2n literals covers almost nothing; one made of literals that hold at a row of the on-set
covers at least that row (the seed of AQ, Michalski 1969, and of RIPPER's grow step).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomes.bits import WORD, Words, pack
from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.literals import set_literal
from genomes.two_level.variation.choice import random_output
from genomes.two_level.variation.samples import Samples

MEAN_LITERALS = 3.0


def cube_at(row: Words, inputs: NDArray[np.intp], n_inputs: int) -> Words:
    """The cube over `inputs` (distinct indices) that is true at the packed input row uint64[W]."""
    chosen = np.zeros(n_inputs, dtype=np.bool_)
    chosen[inputs] = True
    mask = pack(chosen)
    return np.stack([row & mask, ~row & mask])


def random_length(rng: np.random.Generator, n_inputs: int) -> int:
    """Literals for a new cube: geometric with mean 3, at least 1, at most all inputs."""
    return min(int(rng.geometric(1.0 / MEAN_LITERALS)), n_inputs)


def random_cube(rng: np.random.Generator, space: CoverSpace) -> Words:
    """A cube of random literals over distinct inputs."""
    cube = np.zeros((2, -(-space.n_inputs // WORD)), dtype=np.uint64)
    for index in rng.choice(space.n_inputs, size=random_length(rng, space.n_inputs), replace=False):
        set_literal(cube, int(index), positive=bool(rng.random() < 0.5))
    return cube


def seeded_cube(
    rng: np.random.Generator, space: CoverSpace, samples: Samples, output: int, *, inverted: bool = False
) -> Words:
    """A cube true at a random row that `output` should cover; a random cube where there is none."""
    on_set = (samples.off_set if inverted else samples.on_set)[output]
    if len(on_set) == 0:
        return random_cube(rng, space)
    row = samples.rows[on_set[rng.integers(len(on_set))]]
    inputs = rng.choice(space.n_inputs, size=random_length(rng, space.n_inputs), replace=False)
    return cube_at(row, inputs, space.n_inputs)


def add_term(rng: np.random.Generator, cover: Cover, space: CoverSpace, samples: Samples) -> Cover:
    """Append a seeded cube (9 of 10) or a random one to a random output; a full cover: exchanged for a random cube."""
    output = random_output(rng, cover)
    cubes = cover.cubes[output]
    if len(cubes) >= space.max_terms:
        cubes = np.delete(cubes, int(rng.integers(len(cubes))), axis=0)
    seeded = rng.random() < 0.9
    new = seeded_cube(rng, space, samples, output, inverted=cover.inverted) if seeded else random_cube(rng, space)
    return cover.replaced(output, np.concatenate([cubes, new[None]]))


def random_cover(rng: np.random.Generator, space: CoverSpace, samples: Samples) -> Cover:
    """A cover to start from: 1 to 8 seeded cubes per output (at most `max_terms`), in a random phase of `space`."""
    inverted = space.phases[int(rng.integers(len(space.phases)))] if len(space.phases) > 1 else space.phases[0]
    stacks = []
    for output in range(space.n_outputs):
        n_terms = int(rng.integers(1, min(8, space.max_terms) + 1))
        cubes = [seeded_cube(rng, space, samples, output, inverted=inverted) for _ in range(n_terms)]
        stacks.append(np.stack(cubes))
    return Cover(tuple(stacks), inverted)
