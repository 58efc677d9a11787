"""Random streams: derived, not carried.

The idea. Every random decision belongs to a place (role, generation, island, slot); its generator is built from
the run's seed and that place, ``PCG64(SeedSequence(seed, spawn_key=place))``. So a result cannot depend on how many
workers there are, how work is cut into chunks or in which order it finishes, and there is no generator state to
save: a checkpoint holds none, and a resumed run draws exactly what the uninterrupted run would have drawn.

Rejected: one generator handed around (order of use becomes part of the result), `SeedSequence.spawn` (its counter
is hidden state), hashing names into seeds (PYTHONHASHSEED, collisions). A stream costs about 25 us; roles that need
many small decisions take one stream per generation instead of one per candidate.
"""

from __future__ import annotations

import random
from enum import IntEnum

import numpy as np


class Role(IntEnum):
    """What a stream is for. The numbers are part of every result: never reuse or renumber one (8 was one)."""

    SPLIT = 1
    FUNCTION = 2
    NOISE = 3
    TEST_ROWS = 4
    INITIAL = 5
    SELECTION = 6
    VARIATION = 7
    REFINEMENT = 9
    FOLDS = 10
    WEIGHTS = 11
    CONTROLS = 12
    REPORT = 13
    JUDGES = 14
    REFIT = 15
    AUGMENT = 16
    PATTERNS = 17


def stream(seed: int, role: Role, generation: int = 0, island: int = 0, slot: int = 0) -> np.random.Generator:
    """The generator of one place; the same arguments give the same draws on every machine."""
    place = (int(role), generation, island, slot)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=place)))


def python_stream(seed: int, role: Role, generation: int = 0, island: int = 0) -> random.Random:
    """The same for code that wants a `random.Random` (DEAP's operators): seeded with 128 bits of the stream."""
    bits = stream(seed, role, generation, island).integers(0, 2**64, size=2, dtype=np.uint64)
    return random.Random((int(bits[0]) << 64) | int(bits[1]))
