"""A vote as a list of distinct terms, each with the class it votes for and how often: what rounds work on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genomes.two_level.cover import Cover
from genomes.two_level.term_lists import TermList, always_true, joined

#: Largest weight a search gives: scorecards with larger ones are no better to read, and hardly better.
MOST_VOTES = 3


@dataclass(frozen=True, slots=True)
class VoteModel:
    """Entries with a common first axis: terms, classes int64[k], votes int64[k] >= 1."""

    terms: TermList
    classes: NDArray[np.int64]
    votes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.classes)

    @classmethod
    def of(cls, terms: TermList, classes: NDArray[np.int64], votes: NDArray[np.int64], n_classes: int) -> VoteModel:
        """Entries in normal form: equal ones added up (to MOST_VOTES where the term has literals), balanced.

        A term that votes for every class decides nothing: as many votes as all have in common are taken back.
        """
        row_of: dict[int, int] = {}
        keys = terms.hashes().tolist()
        rows = np.array([row_of.setdefault(key, len(row_of)) for key in keys], dtype=np.intp)
        first = np.unique(rows, return_index=True)[1]
        table = np.zeros((len(row_of), n_classes), dtype=np.int64)
        np.add.at(table, (rows, classes), votes)
        table -= table.min(axis=1, keepdims=True)
        capped = np.minimum(table, np.where(terms.lengths[first] > 0, MOST_VOTES, table.max(initial=0))[:, None])
        term, label = np.nonzero(capped)
        return cls(terms.take(first[term]), label.astype(np.int64), capped[term, label])

    @classmethod
    def of_cover(cls, cover: Cover, n_inputs: int) -> VoteModel:
        """The entries of a genome: equal cubes of a class are one entry; cubes too long for term lists are left out."""
        lists = [TermList.of_cubes(cubes, n_inputs) for cubes in cover.cubes]
        classes = np.repeat(np.arange(len(lists)), [len(terms) for terms in lists]).astype(np.int64)
        return cls.of(joined(lists), classes, np.ones(len(classes), dtype=np.int64), len(lists))

    def cover(self, n_inputs: int, n_classes: int) -> Cover:
        """The genome: every term as often as it votes."""
        stacks = []
        for c in range(n_classes):
            rows = np.flatnonzero(self.classes == c)
            stacks.append(self.terms.take(np.repeat(rows, self.votes[rows])).cubes(n_inputs))
        return Cover(tuple(stacks))

    def reduced(self, n_classes: int, rank: NDArray[np.int64], sign: int) -> VoteModel:
        """The same function with the smallest weights in these proportions.

        Margins grow with the scale of all weights, so a search that wants votes to spare scales them up. Of two
        classes any common divisor g of the weights goes: the threshold on a multiple of g is rounded; of more classes
        it must divide the constants too.
        """
        constant = self.terms.lengths == 0
        g = int(np.gcd.reduce(self.votes[~constant] if n_classes == 2 else self.votes, initial=0))
        if g < 2:
            return self
        votes = np.where(constant & (n_classes == 2), 0, self.votes // g)
        kept = VoteModel(self.terms, self.classes, votes).take(np.flatnonzero(votes))
        return kept if n_classes > 2 else kept.with_constant(self._rounded(g, rank, sign))

    def _rounded(self, g: int, rank: NDArray[np.int64], sign: int) -> int:
        """Constant votes for class 1 less those for class 0 after division by g, see `reduced`.

        With s votes of terms for class 1 less class 0 and b of constants, class 1 wins where sign (g s + b) >= tie.
        """
        of_constants = np.where(self.terms.lengths == 0, self.votes, 0)
        b = int(of_constants[self.classes == 1].sum() - of_constants[self.classes == 0].sum())
        tie = 0 if rank[1] < rank[0] else 1
        least = -((sign * b - tie) // g)  # sign s >= (tie - sign b) / g, rounded up
        return sign * (tie - least)

    def with_constant(self, votes: int) -> VoteModel:
        """With `votes` constant ones for class 1, or as many for class 0 where they are negative."""
        if votes == 0:
            return self
        classes = np.append(self.classes, 1 if votes > 0 else 0)
        return VoteModel(joined([self.terms, always_true()]), classes, np.append(self.votes, abs(votes)))

    def take(self, rows: NDArray[np.intp]) -> VoteModel:
        """The entries at `rows` intp[n], in that order."""
        return VoteModel(self.terms.take(rows), self.classes[rows], self.votes[rows])

    def by_class(self, n_classes: int) -> Iterator[TermList]:
        """The distinct terms that vote for class 0, 1, ..."""
        return (self.terms.take(np.flatnonzero(self.classes == c)) for c in range(n_classes))
