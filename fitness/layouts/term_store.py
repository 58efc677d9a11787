"""Terms and the samples they cover, each computed once: what pools refer to by row number.

A row never changes while it is in use, so a term met again (in a later round, generation or slot) costs a dictionary
look-up instead of an AND of its literals. The store is a cache: what a caller sees depends on the terms it adds alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitness.layouts.binary import BinaryLayout
from fitness.layouts.vote import VoteLayout
from fitness.layouts.weighted_words import weighed
from genomes.bits import Words
from genomes.two_level.term_lists import LONGEST, TermList

#: Cover bits a store may hold before it forgets (64 MB), and terms it may hold at least.
STORE_WORDS, FEWEST_TERMS = 1 << 23, 8192


def covers_of(layout: BinaryLayout | VoteLayout, terms: TermList) -> Words:
    """uint64[T, W]: the samples of `layout` where each term holds."""
    from fitness.kernels.two_level.term_planes import fill_covers  # noqa: PLC0415 - kernels load only when needed

    covers = np.empty((len(terms), len(layout.valid)), dtype=np.uint64)
    fill_covers(layout.lits, layout.valid, terms.literals.copy(), terms.lengths, covers)
    return covers


class TermStore:
    """literals: int32[rows, LONGEST]; lengths: int64[rows]; covers: uint64[rows, W]; positives, negatives: int64[rows],
    what the on-set and off-set samples covered weigh. Rows grow as needed.
    """

    def __init__(self, layout: BinaryLayout) -> None:
        self._layout = layout
        self._limit = max(FEWEST_TERMS, STORE_WORDS // max(1, len(layout.valid)))
        self._clear()

    def _clear(self) -> None:
        self._row: dict[int, int] = {}
        self.literals = np.zeros((0, LONGEST), dtype=np.int32)
        self.lengths = np.zeros(0, dtype=np.int64)
        self.covers = np.zeros((0, len(self._layout.valid)), dtype=np.uint64)
        self.positives = np.zeros(0, dtype=np.int64)
        self.negatives = np.zeros(0, dtype=np.int64)

    def refresh(self) -> None:
        """Forget everything if the store is full; rows handed out before are void."""
        if len(self._row) > self._limit:
            self._clear()

    def add(self, terms: TermList) -> NDArray[np.int64]:
        """Rows of `terms` int64[T]; equal terms share a row."""
        hashes = terms.hashes().tolist()
        fresh: list[int] = []
        for index, key in enumerate(hashes):
            if key not in self._row:
                self._row[key] = len(self._row)
                fresh.append(index)
        self._put(terms.take(fresh))
        return np.array([self._row[key] for key in hashes], dtype=np.int64)

    def terms(self, rows: NDArray[np.int64]) -> TermList:
        """The terms at `rows` int64[T], as `add` gave them out."""
        return TermList(self.literals[rows], self.lengths[rows])

    def _put(self, terms: TermList) -> None:
        last = len(self._row)
        first = last - len(terms)
        self._make_room(last)
        self.literals[first:last], self.lengths[first:last] = terms.literals, terms.lengths
        self.covers[first:last] = covers_of(self._layout, terms)
        covers, wp, weights = self.covers[first:last], self._layout.wp, self._layout.weights
        self.positives[first:last] = weighed(covers[:, :wp], weights[:wp])
        self.negatives[first:last] = weighed(covers[:, wp:], weights[wp:])

    def _make_room(self, rows: int) -> None:
        """Room for at least `rows`; grown by half, so that terms are copied a few times at most."""
        have = len(self.lengths)
        if rows > have:
            more = max(rows - have, have // 2, 256)
            self.literals, self.lengths, self.covers, self.positives, self.negatives = (
                np.concatenate([array, np.zeros((more, *array.shape[1:]), dtype=array.dtype)])
                for array in (self.literals, self.lengths, self.covers, self.positives, self.negatives)
            )
