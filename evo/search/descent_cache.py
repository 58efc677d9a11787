"""Behaviours that were improved before: what need not be improved again.

A key is the hash of a cover's whole output on the training rows, mixed with the price it was improved at (see
`fitness.local.known_keys`). The keys live in State.memory as one bounded array, travel with the tasks read-only, and
those of a generation are added in the order of its slots once it is complete: so what is known never depends on how
work was cut, on the order in which it came back, or on an interruption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words
from genomes.checks import MOST, Expected, check_count
from genomes.errors import GenomeError

#: Keys kept, the newest: 256 KiB in a checkpoint.
ROOM = 1 << 15
KEYS, COUNTS = "known.keys", "known.counts"


@dataclass(frozen=True, slots=True)
class DescentCache:
    """keys: uint64[K], distinct, oldest first; hits: improvements that were saved; misses: those that were made."""

    keys: Words
    hits: int = 0
    misses: int = 0

    @classmethod
    def of(cls, memory: Mapping[str, NDArray[Any]]) -> DescentCache:
        """What State.memory holds; nothing where it holds none."""
        if KEYS not in memory:
            return cls(np.zeros(0, dtype=np.uint64))
        hits, misses = memory[COUNTS].tolist()
        return cls(memory[KEYS], hits, misses)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Inverse of `of`."""
        return {KEYS: self.keys, COUNTS: np.array([self.hits, self.misses], dtype=np.int64)}

    @staticmethod
    def layout(generation: int) -> dict[str, Expected]:
        """What State.memory holds of it before `generation`."""
        if generation == 0:
            return {}
        return {KEYS: Expected(np.uint64, (None,)), COUNTS: Expected(np.int64, (2,), low=0, high=MOST)}

    @classmethod
    def check(cls, memory: Mapping[str, NDArray[Any]]) -> None:
        """Raise GenomeError unless State.memory holds keys as `after` leaves them behind."""
        keys = cls.of(memory).keys
        check_count(len(keys), 0, ROOM, "keys", KEYS)
        if len(np.unique(keys)) != len(keys):
            raise GenomeError("expected keys of which no two are equal", where=KEYS)

    def sorted_keys(self) -> Words:
        """For tasks: a copy in ascending order, to be searched by `fitness.local.known_keys.among`."""
        return np.sort(self.keys)

    def after(self, keys: Words, *, hits: int, misses: int) -> DescentCache:
        """With the keys uint64[n] of a whole generation, in slot order; a key met again counts as new."""
        _, last = np.unique(keys[::-1], return_index=True)
        fresh = keys[np.sort(len(keys) - 1 - last)]
        kept = np.concatenate([self.keys[~np.isin(self.keys, fresh)], fresh])
        return replace(self, keys=kept[-ROOM:], hits=self.hits + hits, misses=self.misses + misses)
