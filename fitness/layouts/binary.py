"""One cover's binary problem in the layout of the kernels: samples sorted by label, both polarities, both orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.layouts.sample_major import sample_major
from fitness.layouts.sample_order import grouped_literals, shuffled
from fitness.layouts.weighted_words import NO_WEIGHTS, WordOrder, both_polarities, joined, weighed
from genomes.bits import WORD, Bools, Words, splitmix, unpack
from genomes.two_level.spec import Kind


@dataclass(frozen=True, slots=True)
class BinaryLayout:
    """See `fitness.kernels.words` for the layout.

    lits: uint64[2n, W]; rows: uint64[W, n]; samples: uint64[64 W + 1, V], see `fitness.layouts.sample_major`; valid:
    uint64[W]; words [0, wp) are the on-set (the positives of a sum of products, the negatives of a product of sums; the
    others where the output phase is inverted), the rest the off-set; within each samples are in a fixed random order,
    so that a prefix is a fair part; weights: uint64[W], what a sample of each word weighs, of length 0 where all weigh
    1; n_on, n_off: what either part weighs; zobrist: uint64[2n], one random word per literal; legal: bool[2n], the
    literals that terms may have.
    """

    lits: Words
    rows: Words
    samples: Words
    valid: Words
    wp: int
    weights: Words
    n_on: int
    n_off: int
    zobrist: Words
    legal: Bools

    @property
    def n_inputs(self) -> int:
        """Input bits."""
        return int(self.rows.shape[1])

    @classmethod
    def of(
        cls, split: Split, output: int, kind: Kind, *, inverted: bool = False, signs: Sequence[int] = ()
    ) -> BinaryLayout:
        """The problem of one output (or class) on the care set of `split`.

        signs: see `Dataset.signs`; terms cover samples where the output is 1, or all others: there it falls where
        the output rises.
        """
        covers_ones = (kind == "sop") != inverted
        care = unpack(split.care[output % len(split.care)], split.n_rows)
        label = unpack(split.planes[output], split.n_rows) == covers_ones
        lits, wp, weights = _ordered(split, (np.flatnonzero(care & label), np.flatnonzero(care & ~label)))
        n = len(split.inputs)
        rows = frozen(np.ascontiguousarray(lits[:n].T))
        rises = np.array(signs or [0] * n) * (1 if covers_ones else -1)
        legal = np.concatenate([rises >= 0, rises <= 0])
        return cls._of_orders(lits, rows, sample_major(rows), wp, weights, legal)

    @classmethod
    def _of_orders(
        cls, lits: Words, rows: Words, samples: Words, wp: int, weights: Words, legal: Bools
    ) -> BinaryLayout:
        n = len(lits) // 2
        valid = lits[0] | lits[n]
        counts = int(weighed(valid[:wp], weights[:wp])), int(weighed(valid[wp:], weights[wp:]))
        orders = frozen(lits), frozen(rows), frozen(samples)
        legal.flags.writeable = False
        return cls(*orders, frozen(valid), wp, frozen(weights), *counts, frozen(splitmix(np.arange(2 * n))), legal)

    def part(self, share: float) -> BinaryLayout:
        """The same problem on a `share` of the words of either label (at least one word where there is one)."""
        n_words = len(self.valid)
        first, second = (int(np.ceil(share * words)) for words in (self.wp, n_words - self.wp))
        stop = self.wp + second
        lits = np.concatenate([self.lits[:, :first], self.lits[:, self.wp : stop]], axis=1)
        rows = np.concatenate([self.rows[:first], self.rows[self.wp : stop]])
        samples = self.samples[: WORD * first], self.samples[WORD * self.wp : WORD * stop], self.samples[-1:]
        weights = np.concatenate([self.weights[:first], self.weights[self.wp : stop]])
        return self._of_orders(lits, rows, np.concatenate(samples), first, weights, self.legal)


def _ordered(split: Split, parts: tuple[NDArray[np.intp], NDArray[np.intp]]) -> tuple[Words, int, Words]:
    """Both polarities of the inputs, where the second part begins, and the weights of words."""
    if split.weights is None:
        lits, starts = grouped_literals(split, [shuffled(rows) for rows in parts])
        return lits, int(starts[1]), NO_WEIGHTS
    first, second = (WordOrder.of(rows, split.weights.units).shuffled() for rows in parts)
    order = joined([first, second])
    return both_polarities(split, order), len(first.weights), order.weights
