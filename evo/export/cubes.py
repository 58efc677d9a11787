"""Cube calculus on covers: tautology, containment, complement, primes, irredundant covers.

A cube is a pair of Python integers, the bits of its positive and of its negated inputs; a cover is a list of cubes and
stands for their OR. Everything is decided by cofactors as in ESPRESSO (Brayton, Hachtel, McMullen and
Sangiovanni-Vincentelli, Logic Minimization Algorithms for VLSI Synthesis, 1984): a cover is a tautology if both of its
cofactors at an input that occurs in both polarities are, and an input of one polarity never decides. That is exact for
any number of inputs, fast on the covers that searches find, and exponential at worst: a `Budget` of cubes ends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Cube = tuple[int, int]
Cover = list[Cube]
UNIVERSE: Cube = (0, 0)


class TooLargeError(Exception):
    """The budget is spent; caught where a budget is given."""


@dataclass(slots=True)
class Budget:
    """How many cubes may still be looked at: some microseconds for each."""

    left: int

    def spend(self, cubes: int) -> None:
        """Count some; raises TooLargeError where not so many are left."""
        self.left -= cubes
        if self.left < 0:
            raise TooLargeError


def cube_of(literals: Iterable[int]) -> Cube:
    """The AND of signed inputs, numbered from 1."""
    positive = negative = 0
    for literal in literals:
        if literal > 0:
            positive |= 1 << (literal - 1)
        else:
            negative |= 1 << (-literal - 1)
    return positive, negative


def literals_of(cube: Cube) -> list[int]:
    """Inverse of `cube_of`, ordered by input."""
    literals = [(place + 1) * sign for mask, sign in zip(cube, (1, -1), strict=True) for place in _places(mask)]
    return sorted(literals, key=abs)


def n_literals(cover: Iterable[Cube]) -> int:
    """Literals in all cubes."""
    return sum(positive.bit_count() + negative.bit_count() for positive, negative in cover)


#: Cubes that are compared pair by pair: a few seconds.
MOST_COMPARED = 4000


def absorbed(cover: Sequence[Cube]) -> Cover:
    """Without doubles, contradictions and, among at most `MOST_COMPARED`, cubes that lie in another one; the order
    stays."""
    cubes = list(dict.fromkeys(cube for cube in cover if not cube[0] & cube[1]))
    if len(cubes) > MOST_COMPARED:
        return cubes
    return [cube for cube in cubes if not any(other != cube and _inside(cube, other) for other in cubes)]


def is_tautology(cover: Sequence[Cube], budget: Budget) -> bool:
    """Whether the cover is 1 everywhere."""
    budget.spend(1 + len(cover))
    cubes: Iterable[Cube] = cover
    while True:
        cubes = list(cubes)
        if UNIVERSE in cubes:
            return True
        positive, negative = _unions(cubes)
        both = positive & negative
        kept = [cube for cube in cubes if not (cube[0] | cube[1]) & ~both]
        if len(kept) == len(cubes):
            break
        cubes = kept  # a cube with an input of one polarity cannot help where that input is against it
    if not cubes:
        return False
    place = _busiest(cubes, both)
    return all(is_tautology(_cofactor(cubes, place, value), budget) for value in (True, False))


def is_covered(cube: Cube, cover: Sequence[Cube], budget: Budget) -> bool:
    """Whether the cover is 1 everywhere in `cube`."""
    budget.spend(len(cover))
    positive, negative = cube
    within = [
        (p & ~positive, n & ~negative) for p, n in cover if not p & negative and not n & positive
    ]  # the cofactor of the cover at the cube
    return is_tautology(within, budget)


def complement(cover: Sequence[Cube], budget: Budget) -> Cover:
    """Cubes that are 1 exactly where the cover is 0."""
    budget.spend(1 + len(cover))
    if not cover:
        return [UNIVERSE]
    if UNIVERSE in cover:
        return []
    if len(cover) == 1:
        return [cube_of([-literal]) for literal in literals_of(cover[0])]
    positive, negative = _unions(cover)
    place = _busiest(cover, positive & negative or positive | negative)
    zero, one = (complement(_cofactor(cover, place, value), budget) for value in (False, True))
    free = set(zero) & set(one)  # in both halves: the input does not matter
    bit = 1 << place
    halves = [(p, n | bit) for p, n in zero if (p, n) not in free]
    halves += [(p | bit, n) for p, n in one if (p, n) not in free]
    budget.spend(len(zero) + len(one))
    return [*(cube for cube in zero if cube in free), *halves]


def irredundant_primes(cover: Sequence[Cube], budget: Budget) -> Cover:
    """An equal cover of prime cubes none of which can be left out."""
    budget.spend(len(cover) ** 2)
    cubes = absorbed(cover)
    primes = absorbed([_prime(cube, cubes, budget) for cube in cubes])
    for cube in sorted(primes, key=lambda cube: -n_literals([cube])):
        rest = [other for other in primes if other != cube]
        if is_covered(cube, rest, budget):
            primes = rest
    return primes


def _prime(cube: Cube, cover: Sequence[Cube], budget: Budget) -> Cube:
    """The cube without literals that the cover does not need; first those that other cubes have least often."""
    counts = Counter(literal for other in cover for literal in literals_of(other))
    budget.spend(len(cover))
    for literal in sorted(literals_of(cube), key=lambda literal: (counts[literal], literal)):
        positive, negative = cube_of([literal])
        larger = (cube[0] & ~positive, cube[1] & ~negative)
        if is_covered(larger, cover, budget):
            cube = larger
    return cube


def _inside(cube: Cube, other: Cube) -> bool:
    return not other[0] & ~cube[0] and not other[1] & ~cube[1]


def _unions(cover: Iterable[Cube]) -> tuple[int, int]:
    positive = negative = 0
    for p, n in cover:
        positive |= p
        negative |= n
    return positive, negative


def _busiest(cover: Iterable[Cube], among: int) -> int:
    """The input of `among` that most cubes have, the lowest of equals."""
    counts = Counter(place for p, n in cover for place in _places((p | n) & among))
    return min(counts, key=lambda place: (-counts[place], place))


def _places(mask: int) -> Iterator[int]:
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def _cofactor(cover: Iterable[Cube], place: int, value: bool) -> Cover:
    """The cover where input `place` has `value`."""
    bit = 1 << place
    against = 1 if value else 0
    return [(p & ~bit, n & ~bit) for p, n in cover if not (p, n)[against] & bit]
