"""Lexicase selection of parents, bit-parallel (Spector 2012; Helmuth, Spector, Matheson 2015).

A parent is what is left of the population after it went through the training rows in a random order, keeping on each
row only those that get it right, if there are any. So specialists survive that a mean error would hide. A population is
a Python integer with one bit per candidate and a row the integer of those that are right on it: one AND per row filters
everybody at once. Candidates that are wrong on the same rows could never be told apart and are one candidate; which of
them becomes the parent is decided by size, then by lot. Rows on which all agree decide nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genomes.bits import WORD, Words, unpack
from genomes.deadline import looking

#: Rows taken from a random order at a time: most parents are found within a few dozen.
BLOCK = 256


def lexicase(rng: np.random.Generator, wrong: Words, sizes: NDArray[np.int64], n: int) -> list[int]:
    """`n` row numbers of the population.

    wrong: uint64[P, words], bit s of row p set where p is wrong on case s; sizes: int64[P], smaller is preferred among
    candidates that are wrong on the same cases.
    """
    groups = equivalent(wrong)
    firsts = [rows[0] for rows in groups]
    right = right_sets(wrong[firsts])
    smallest = [[row for row in rows if sizes[row] == sizes[rows].min()] for rows in groups]
    chosen: list[int] = []
    for _ in looking(range(n)):
        rows = smallest[survivor(right, len(groups), rng.permutation(len(right)))]
        chosen.append(rows[int(rng.integers(len(rows)))])
    return chosen


def equivalent(wrong: Words) -> list[list[int]]:
    """Rows of uint64[P, words] in groups of equal ones, in order of first appearance."""
    groups: dict[bytes, list[int]] = {}
    for row, words in enumerate(wrong):
        groups.setdefault(words.tobytes(), []).append(row)
    return list(groups.values())


def right_sets(wrong: Words) -> list[int]:
    """Per case on which candidates differ: the candidates that are right, as bits of an integer."""
    flags = ~unpack(wrong, wrong.shape[1] * WORD)
    telling = flags.any(axis=0) & ~flags.all(axis=0)
    columns = np.packbits(flags[:, telling].T, axis=1, bitorder="little")
    return [int.from_bytes(column.tobytes(), "little") for column in columns]


def survivor(right: Sequence[int], n: int, order: NDArray[np.int64]) -> int:
    """Which of `n` distinct candidates is left after the cases `right` in that order."""
    alive: int = (1 << n) - 1
    for start in range(0, len(order), BLOCK):
        for case in order[start : start + BLOCK].tolist():
            left = alive & right[case]
            if left:
                alive = left
                if not alive & (alive - 1):
                    return int(alive.bit_length()) - 1
    return int(alive.bit_length()) - 1
