"""What covers mean, said in plain Python: rows are lists of bools, terms lists of signed literals.

Nothing here calls the code under test; packed arrays are built and read bit by bit with Python integers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from genomes.two_level.cover import Cover

Row = Sequence[bool]
Term = list[int]
Covers = list[list[Term]]


def term_holds(term: Term, row: Row) -> bool:
    return all(row[abs(literal) - 1] == (literal > 0) for literal in term)


def clause_holds(clause: Term, row: Row) -> bool:
    return any(row[abs(literal) - 1] == (literal > 0) for literal in clause)


def output_of(kind: str, terms: list[Term], row: Row) -> bool:
    """An OR of ANDs (sop) or an AND of ORs (pos)."""
    if kind == "sop":
        return any(term_holds(term, row) for term in terms)
    return all(clause_holds(clause, row) for clause in terms)


def votes_of(kind: str, terms: list[Term], row: Row) -> int:
    """True terms (sop), or minus the number of false clauses (pos)."""
    if kind == "sop":
        return sum(term_holds(term, row) for term in terms)
    return -sum(not clause_holds(clause, row) for clause in terms)


def winner(kind: str, covers: Covers, row: Row, prior: Sequence[int]) -> int:
    """The class with most votes; of equal ones the first in `prior`."""
    votes = [votes_of(kind, terms, row) for terms in covers]
    return next(c for c in prior if votes[c] == max(votes))


def all_rows(n_inputs: int) -> list[Row]:
    return [list(row) for row in itertools.product([False, True], repeat=n_inputs)]


def packed(flags: Sequence[bool]) -> NDArray[np.uint64]:
    """Element i is bit i % 64 of word i // 64."""
    words = [
        sum(1 << i for i, flag in enumerate(flags[first : first + 64]) if flag) for first in range(0, len(flags), 64)
    ]
    return np.array(words, dtype=np.uint64)


def unpacked(words: Iterable[int], n: int) -> list[bool]:
    whole = [int(word) for word in words]
    return [bool(whole[i // 64] >> (i % 64) & 1) for i in range(n)]


def cube(literals: Term, n_inputs: int) -> NDArray[np.uint64]:
    """uint64[2, W]; the same input may be named in both polarities here."""
    positive = [i + 1 in literals for i in range(n_inputs)]
    negated = [-(i + 1) in literals for i in range(n_inputs)]
    return np.stack([packed(positive), packed(negated)])


def cover(kind: str, covers: Covers, n_inputs: int) -> Cover:
    """Terms (or clauses) as a genome; a clause is stored as the cube of its complement."""
    sign = 1 if kind == "sop" else -1
    none = np.zeros((0, 2, (n_inputs + 63) // 64), dtype=np.uint64)
    stacks = [[cube([sign * literal for literal in term], n_inputs) for term in terms] for terms in covers]
    return Cover(tuple(np.stack(cubes) if cubes else none for cubes in stacks))


def terms_of(genome: Cover, kind: str, n_inputs: int) -> Covers:
    """The genome as terms (or clauses), literals in the order of the inputs."""
    sign = 1 if kind == "sop" else -1
    return [[_literals(one, n_inputs, sign) for one in cubes] for cubes in genome.cubes]


def _literals(one: NDArray[np.uint64], n_inputs: int, sign: int) -> Term:
    positive, negated = (unpacked(row, n_inputs) for row in one)
    found = [
        (i + 1) * polarity for i in range(n_inputs) for polarity, there in ((1, positive[i]), (-1, negated[i])) if there
    ]
    return [sign * literal for literal in found]


def function_of(genome: Cover, kind: str, n_inputs: int, *, votes: bool = False) -> list[list[int]]:
    """Truth table over all inputs, one column per output: the output, or its votes."""
    value = votes_of if votes else output_of
    covers = terms_of(genome, kind, n_inputs)
    return [[int(value(kind, terms, row)) for terms in covers] for row in all_rows(n_inputs)]
