"""Networks on lists of Python bools: the oracle of the gradient tests, and random problems in both worlds.

A term is a list of literal numbers (i < n is input i, n + i its negation) and may say a literal twice or contradict
itself; a cover is a list of terms. A product of sums is given by the cover of its complement.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from fitness.data.dataset import Split
from genomes.bits import pack
from genomes.two_level.term_lists import LONGEST, TermList

Term = list[int]
Row = list[bool]


def holds(row: Row, term: Term) -> bool:
    n = len(row)
    return all(row[literal % n] == (literal < n) for literal in term)


def fires(row: Row, terms: list[Term]) -> bool:
    return any(holds(row, term) for term in terms)


def elected(row: Row, model: list[list[Term]], prior: tuple[int, ...], kind: str) -> int:
    """The class with the most true terms (sop) or the fewest true cubes (pos), the first of `prior` among equals."""
    sign = 1 if kind == "sop" else -1
    scores = [sign * sum(holds(row, term) for term in terms) for terms in model]
    return max(prior, key=lambda c: (scores[c], -prior.index(c)))


@dataclass(frozen=True, repr=False)
class Problem:
    """rows[r][i]: inputs; labels[o][r]: planes of outputs or classes; cares[o][r] (one row: for all)."""

    rows: list[Row]
    labels: list[list[bool]]
    cares: list[list[bool]]
    rng: random.Random

    def __repr__(self) -> str:
        return f"Problem({len(self.rows)} rows x {self.n} inputs, {len(self.labels)} planes)"

    @property
    def n(self) -> int:
        return len(self.rows[0])

    @property
    def split(self) -> Split:
        inputs = np.array(self.rows, dtype=bool).T.copy()
        planes, cares = np.array(self.labels, dtype=bool), np.array(self.cares, dtype=bool)
        return Split(len(self.rows), pack(inputs), pack(planes), pack(cares))

    def term(self) -> Term:
        """Often short, sometimes empty, true at some row more often than not; now and then with odd literals."""
        row, n = self.rng.choice(self.rows), self.n
        inputs = self.rng.sample(range(n), min(n, self.rng.choice((0, 1, 2, 3, 4, 7))))
        literals = [i if row[i] else n + i for i in inputs]
        if literals and self.rng.random() < 0.3:
            literals[0] = (literals[0] + n) % (2 * n)
        if literals and self.rng.random() < 0.1:
            literals.append(self.rng.choice((literals[0], (literals[0] + n) % (2 * n))))
        return literals

    def cover(self, most: int = 5) -> list[Term]:
        terms = [self.term() for _ in range(self.rng.randint(0, most))]
        return [*terms, terms[0]] if terms and self.rng.random() < 0.3 else terms

    def some_literals(self, term: Term, most: int = 20) -> list[int]:
        """All literals, or a sample with everything that `term` mentions in both polarities."""
        mentioned = {literal % self.n + side for literal in term for side in (0, self.n)}
        return sorted(mentioned | set(self.rng.sample(range(2 * self.n), min(2 * self.n, most))))


SIZES = st.sampled_from([1, 2, 3, 5, 8, 63, 64, 65, 80])


@st.composite
def problems(draw: st.DrawFn, outputs: int | None = 1, classes: bool = False) -> Problem:
    """Random problems; `outputs` planes (2 to 5 or 1 to 5 if None), one class per row where `classes`."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    n_rows, n = draw(st.sampled_from([1, 7, 63, 64, 65, 128, 150])), draw(SIZES)
    planes = outputs if outputs is not None else draw(st.integers(2 if classes else 1, 5))
    rows = [[rng.random() < 0.5 for _ in range(n)] for _ in range(n_rows)]
    share = draw(st.sampled_from([0.0, 0.2, 0.5, 0.9]))
    if classes:
        truth = [rng.randrange(planes) for _ in rows]
        labels = [[c == y for y in truth] for c in range(planes)]
    else:
        labels = [[rng.random() < share for _ in rows] for _ in range(planes)]
    kept = draw(st.sampled_from([1.0, 0.7]))
    cares = [[rng.random() < kept for _ in rows] for _ in range(1 if classes else planes)]
    return Problem(rows, labels, cares, rng)


def listed(terms: list[Term]) -> TermList:
    """As the kernels get them, in the given order of literals."""
    literals = np.full((len(terms), LONGEST), -1, dtype=np.int32)
    for row, term in zip(literals, terms, strict=True):
        row[: len(term)] = term
    return TermList(literals, np.array([len(term) for term in terms], dtype=np.int64))


def changed(terms: list[Term], k: int, term: Term | None) -> list[Term]:
    """The cover with term k exchanged, or without it."""
    return terms[:k] + ([] if term is None else [term]) + terms[k + 1 :]


def opposite(literal: int, n: int) -> int:
    return literal + n if literal < n else literal - n
