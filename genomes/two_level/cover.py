"""Two-level networks: sums of products and products of sums, one cover per output.

The idea. A cover is a stack of cubes (see `literals`); its function is their OR. A product of sums is stored as the
sum of products of its complement: the clause (a OR NOT b) is the cube (NOT a AND b), and the network is the negated
OR of its cubes. By De Morgan this is exact, so every operator, kernel and count works on cubes alone and only the
places that speak to people (`literals_by_cover`) or read the output (the evaluator) look at `kind`.

Either value of an output can be described: an inverted output is the complement of what its cubes say (espresso's
output phase). "positive unless a AND b, or c" is often much shorter than what it excludes.

Several classes vote with terms: a class's score is the number of its true cubes (sop) or minus that number (pos), so
equal or absorbed cubes carry weight there and `canonical` leaves them alone. A multiplicity is an integer weight, a
vote for another class a negative one, the cube without literals a constant (see `fitness.data.voting`).

Rejected: fixed-width tensors uint64[P, outputs, max_terms, 2, W] (a 7,000-bit, 10-class population of 200 takes 230 MB
against a few MB ragged) and Python sets of literals (100x slower to combine).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from genomes.bits import Bools, Words
from genomes.errors import GenomeError
from genomes.two_level.literals import contradictory, count_literals, cube_from_literals, literals_of, no_cubes, stack
from genomes.two_level.spec import Kind


@dataclass(frozen=True, slots=True)
class CoverSpace:
    """The set a search moves in: `n_outputs` covers over `n_inputs` bits with at most `max_terms` cubes each.

    phases: the output phases, which are the values that `inverted` may have (False before True); voting classes are
    never inverted. longest: literals per cube that the memetic search keeps to; 0 is no limit.
    """

    genome: ClassVar[str] = "two_level"
    kind: Kind
    n_inputs: int
    n_outputs: int
    max_terms: int
    votes: bool = False
    phases: tuple[bool, ...] = (False,)
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Cover:
    """One genome: per output a stack of cubes uint64[T, 2, W]. Treat the arrays as read-only.

    inverted: whether the outputs are the complement of what the cubes say.
    """

    cubes: tuple[Words, ...]
    inverted: bool = False

    def key(self) -> bytes:
        """Bytes that are equal exactly for equal genomes (same cubes in the same order, same output phase)."""
        return (b"~" if self.inverted else b"") + b"|".join(stack.tobytes() for stack in self.cubes)

    @property
    def n_terms(self) -> int:
        """Cubes over all outputs."""
        return sum(len(stack) for stack in self.cubes)

    def replaced(self, output: int, cubes: Words) -> Cover:
        """The cover with the stack of one output exchanged."""
        return Cover((*self.cubes[:output], cubes, *self.cubes[output + 1 :]), self.inverted)


def canonical(cover: Cover, space: CoverSpace) -> Cover:
    """The same function in normal form: no constantly false cubes, none absorbed by another, sorted.

    Cubes are ordered by number of literals, then by their words. Votes keep equal and absorbed cubes.
    """
    stacks = tuple(_canonical_stack(cubes, absorb=not space.votes) for cubes in cover.cubes)
    return Cover(stacks, cover.inverted)


def _canonical_stack(cubes: Words, *, absorb: bool) -> Words:
    cubes = cubes[~contradictory(cubes)]
    if len(cubes) == 0:
        return cubes
    flat = cubes.reshape(len(cubes), -1)
    order = np.lexsort((*flat.T[::-1], count_literals(cubes)))
    cubes = cubes[order]
    return cubes[~_absorbed(flat[order])] if absorb else cubes


def _absorbed(flat: Words) -> Bools:
    """Which rows of uint64[T, 2W], sorted by size, contain an earlier row's literals (so add nothing to the OR)."""
    used = flat[:, flat.any(axis=0)]  # inputs that no cube mentions cannot decide anything
    contains = ((used[:, None, :] & used[None, :, :]) == used[None, :, :]).all(axis=-1)
    absorbed: Bools = np.tril(contains, k=-1).any(axis=1)
    return absorbed


def literals_by_cover(cover: Cover, kind: Kind) -> list[list[list[int]]]:
    """Signed literals as a person reads them: per output, per term (sop) or clause (pos)."""
    sign = 1 if kind == "sop" else -1
    return [[[sign * literal for literal in literals_of(cube)] for cube in cubes] for cubes in cover.cubes]


def cover_from_literals(
    terms: Sequence[Sequence[Sequence[int]]], space: CoverSpace, *, inverted: bool = False
) -> Cover:
    """Inverse of `literals_by_cover`.

    Raises:
        GenomeError: wrong number of outputs, or a literal that does not fit `space`.
    """
    if not isinstance(terms, Sequence) or len(terms) != space.n_outputs:
        raise GenomeError(f"expected the terms of {space.n_outputs} outputs, got {_count(terms)}")
    sign = 1 if space.kind == "sop" else -1
    stacks = []
    for of_output in terms:
        if not isinstance(of_output, Sequence) or not all(isinstance(term, Sequence) for term in of_output):
            raise GenomeError("the terms of an output must be a list of lists of signed integers")
        cubes = [cube_from_literals([_signed(literal, sign) for literal in term], space.n_inputs) for term in of_output]
        stacks.append(stack(cubes, space.n_inputs))
    return Cover(tuple(stacks), inverted)


def _signed(literal: Any, sign: int) -> Any:
    return sign * literal if isinstance(literal, int) and not isinstance(literal, bool) else literal


def _count(value: Any) -> str:
    return str(len(value)) if isinstance(value, Sequence) else repr(value)


def empty_cover(space: CoverSpace, *, inverted: bool = False) -> Cover:
    """The cover without cubes: constantly false (sop) or true (pos), or the opposite if inverted."""
    return Cover(tuple(no_cubes(space.n_inputs) for _ in range(space.n_outputs)), inverted)
