"""Terms that vote for classes: on which rows a literal decides who wins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.local.refinement.literals import Rows, Term
from fitness.local.refinement.scan import Amounts, Deciding
from genomes.bits import pack, set_positions, unpack


@dataclass(frozen=True, slots=True)
class Ballot:
    """labels: intp[rows], the true class; prior: the first wins ties; fewest: whether a true cube takes a vote
    away (clauses); costs: float64[rows], what an error on a row costs; None is 1.
    """

    labels: NDArray[np.intp]
    prior: tuple[int, ...]
    fewest: bool
    costs: Amounts | None = None


class VoteTerms:
    """Terms of all classes while they change: `terms` are distinct cubes, `classes` and `votes` what they vote for."""

    def __init__(self, rows: Rows, ballot: Ballot, terms: list[list[Term]]) -> None:
        self._rows, self._ballot = rows, ballot
        self.terms, self.classes, self.votes = list[Term](), list[int](), list[int]()
        for label, of_class in enumerate(terms):
            for cube in dict.fromkeys(map(tuple, of_class)):
                self.terms.append(list(cube))
                self.classes.append(label)
                self.votes.append(of_class.count(list(cube)))
        n, n_rows = len(terms), len(ballot.labels)
        ahead = np.empty(n, dtype=np.int64)
        ahead[list(ballot.prior)] = np.arange(n)[::-1]
        self._keys = np.repeat(ahead[:, None], n_rows, axis=1)
        for place in range(len(self.terms)):
            self._count(place, 1)

    def deciding(self, term: int, literal: int) -> Deciding:
        """The rows that are right with the term's votes and wrong without them, and the other way round."""
        mine = self.terms[term]
        free = set_positions(self._rows.holds(mine[:literal] + mine[literal + 1 :]))
        with_votes, without = self._right(term, free)
        flags = np.zeros((2, len(self._ballot.labels)), dtype=np.bool_)
        flags[0, free], flags[1, free] = with_votes & ~without, ~with_votes & without
        helped, harmed = pack(flags)
        held = self._rows.holds(mine[literal : literal + 1])
        return Deciding.of(helped, harmed, self._ballot.costs, lambda helped, harmed: harmed - helped, held)

    def replace(self, term: int, literals: Term) -> None:
        """Another term in its place, with the same votes."""
        self._count(term, -1)
        self.terms[term] = literals
        self._count(term, 1)

    def remove(self, term: int) -> None:
        """A term goes."""
        self._count(term, -1)
        del self.terms[term], self.classes[term], self.votes[term]

    def by_class(self) -> list[list[Term]]:
        """The terms of every class, each as often as it has votes."""
        out: list[list[Term]] = [[] for _ in self._keys]
        for term, label, votes in zip(self.terms, self.classes, self.votes, strict=True):
            out[label] += [term] * votes
        return out

    def _step(self, term: int) -> int:
        """What the key of a class gains where its term holds: votes before the order of ties."""
        return self.votes[term] * len(self._keys) * (-1 if self._ballot.fewest else 1)

    def _count(self, term: int, sign: int) -> None:
        held = self._rows.holds(self.terms[term])
        self._keys[self.classes[term], set_positions(held)] += sign * self._step(term)

    def _right(self, term: int, free: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """bool[k] each: whether the rows `free` are right with and without the votes of a term."""
        mine, keys = self.classes[term], self._keys[:, free]
        held = unpack(self._rows.holds(self.terms[term]), len(self._ballot.labels))[free]
        without = keys[mine] - held * self._step(term)
        keys[mine] = np.iinfo(np.int64).min
        rival, labels = keys.argmax(axis=0), self._ballot.labels[free]
        highest = keys.max(axis=0)
        mine_right, rival_right = labels == mine, labels == rival
        voted, not_voted = without + self._step(term) > highest, without > highest
        return np.where(voted, mine_right, rival_right), np.where(not_voted, mine_right, rival_right)
