"""Samples that weigh differently, put into words of equal weight, and what such words weigh.

Kernels count the samples of a word at once, so all of them must weigh the same: samples are sorted by weight, and every
weight begins a new word. An order of samples is a list of their numbers, 64 to a word, -1 where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from genomes.bits import WORD, Words, pack, splitmix, unpack

#: What is given where all samples weigh the same.
NO_WEIGHTS: Words = frozen(np.zeros(0, dtype=np.uint64))
#: Bit rows unpacked at a time.
BLOCK = 256


@dataclass(frozen=True, slots=True)
class WordOrder:
    """samples: int64[64 W]; weights: uint64[W], what a sample of each word weighs."""

    samples: NDArray[np.int64]
    weights: Words

    @classmethod
    def of(cls, rows: NDArray[np.intp], units: NDArray[np.int64]) -> WordOrder:
        """`rows` by weight (units[row] each), those of one weight in a fixed random order."""
        order = rows[np.lexsort((splitmix(rows), units[rows]))]
        of_row = units[order]
        first = np.flatnonzero(np.diff(of_row, prepend=-1))
        sizes = np.diff(first, append=len(order))
        words = -(-sizes // WORD)
        starts = WORD * (np.cumsum(words) - words)
        samples = np.full(WORD * int(words.sum()), -1, dtype=np.int64)
        samples[np.repeat(starts - first, sizes) + np.arange(len(order))] = order
        return cls(samples, np.repeat(of_row[first], words).astype(np.uint64))

    def shuffled(self) -> WordOrder:
        """The same words in a fixed random order, so that a prefix is a fair part of them."""
        words = np.argsort(splitmix(np.arange(len(self.weights))), kind="stable")
        return WordOrder(self.samples.reshape(-1, WORD)[words].ravel(), self.weights[words])

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where there is a sample: bool[64 W]."""
        return self.samples >= 0


def joined(orders: list[WordOrder]) -> WordOrder:
    """One after the other."""
    return WordOrder(
        np.concatenate([order.samples for order in orders]), np.concatenate([order.weights for order in orders])
    )


def arranged(words: Words, n_rows: int, order: WordOrder, *, opposite: bool = False) -> Words:
    """Packed rows uint64[k, words of n_rows] (or their opposites) in an order, 0 where there is no sample."""
    out, present = np.zeros((len(words), len(order.weights)), dtype=np.uint64), order.present
    for start in range(0, len(words), BLOCK):
        flags = unpack(words[start : start + BLOCK], n_rows)[:, order.samples]
        out[start : start + len(flags)] = pack((flags ^ opposite) & present)
    return out


def both_polarities(split: Split, order: WordOrder) -> Words:
    """uint64[2n, W]: the inputs of `split` in an order, and their opposites."""
    sides = [arranged(split.inputs, split.n_rows, order, opposite=opposite) for opposite in (False, True)]
    return np.concatenate(sides)


def weighed(words: Words, weights: Words) -> NDArray[np.int64]:
    """What the samples of words uint64[..., W] weigh (how many there are, without weights): int64[...]."""
    counts = np.bitwise_count(words)
    if len(weights):
        return np.asarray((counts * weights.astype(np.int64)).sum(axis=-1, dtype=np.int64))
    return np.asarray(counts.sum(axis=-1, dtype=np.int64))
