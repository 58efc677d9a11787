"""Term-wise crossover: cubes are the building blocks, so a child inherits whole cubes, never parts of one."""

from __future__ import annotations

import numpy as np

from genomes.bits import Words
from genomes.two_level.cover import Cover, CoverSpace


def mix_terms(rng: np.random.Generator, first: Cover, second: Cover, space: CoverSpace) -> Cover:
    """A child that takes every cube of either parent with probability 1/2, per output, at most `max_terms`.

    Uniform crossover (Syswerda 1989) on the union of the parents' cubes: they have no position, only the set counts.
    Cubes of an inverted and a plain cover describe different things: such a pair gives the first parent itself.
    """
    if first.inverted != second.inverted:
        return first
    pairs = zip(first.cubes, second.cubes, strict=True)
    return Cover(tuple(_mix(rng, a, b, space.max_terms) for a, b in pairs), first.inverted)


def _mix(rng: np.random.Generator, first: Words, second: Words, max_terms: int) -> Words:
    union = np.concatenate([first, second])
    kept = np.flatnonzero(rng.random(len(union)) < 0.5)
    if len(kept) > max_terms:
        kept = np.sort(rng.choice(kept, size=max_terms, replace=False))
    return union[kept]
