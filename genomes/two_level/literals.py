"""Literal masks: one term as two packed rows.

The idea. A term (cube) over n inputs is uint64[2, W]: row 0 has a bit for every positive literal x_i, row 1 for every
negated literal NOT x_i. A cube is true where all its literals are; the cube without literals is constantly true. The
same two rows describe a clause of a product of sums through De Morgan (see `two_level`). A cube with both x_i and
NOT x_i is constantly false; no operator may produce one and `canonical` removes it.

For people and files a literal is a signed integer as in DIMACS: +(i + 1) for x_i and -(i + 1) for NOT x_i.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from genomes.bits import WORD, Words, n_words, popcount, unpack
from genomes.errors import GenomeError


def no_cubes(n_inputs: int) -> Words:
    """An empty stack of cubes: uint64[0, 2, W]."""
    return np.zeros((0, 2, n_words(n_inputs)), dtype=np.uint64)


def cube_from_literals(literals: Iterable[int], n_inputs: int) -> Words:
    """The cube uint64[2, W] of signed literals.

    Raises:
        GenomeError: a literal that is 0, out of range, or an input named twice.
    """
    cube = np.zeros((2, n_words(n_inputs)), dtype=np.uint64)
    seen: set[int] = set()
    for literal in literals:
        if isinstance(literal, bool) or not isinstance(literal, int) or not 1 <= abs(literal) <= n_inputs:
            raise GenomeError(f"a literal must be an integer from 1 to {n_inputs} or its negative, got {literal!r}")
        if abs(literal) in seen:
            raise GenomeError(f"input {abs(literal)} appears twice in one term")
        seen.add(abs(literal))
        set_literal(cube, abs(literal) - 1, positive=literal > 0)
    return cube


def literals_of(cube: Words) -> list[int]:
    """Signed literals of one cube uint64[2, W], ordered by input."""
    polarity, inputs = literal_positions(cube)
    signed = np.where(polarity == 0, inputs + 1, -(inputs + 1))
    return [int(value) for value in signed[np.argsort(inputs, kind="stable")]]


def literal_positions(cube: Words) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(polarity, input) of every literal of one cube uint64[2, W]; polarity 0 is positive, 1 negated."""
    polarity, inputs = np.nonzero(unpack(cube, cube.shape[-1] * WORD))
    return polarity, inputs


def set_literal(cube: Words, index: int, *, positive: bool) -> None:
    """Put the literal of input `index` into `cube` (in place), replacing its opposite if that is there."""
    bit = np.uint64(1) << np.uint64(index % WORD)
    row = 0 if positive else 1
    cube[row, index // WORD] |= bit
    cube[1 - row, index // WORD] &= ~bit


def clear_input(cube: Words, index: int) -> None:
    """Remove any literal of input `index` from `cube` (in place)."""
    cube[:, index // WORD] &= ~(np.uint64(1) << np.uint64(index % WORD))


def count_literals(cubes: Words) -> NDArray[np.int64]:
    """Literals per cube: uint64[..., 2, W] -> int64[...]."""
    return popcount(cubes, axis=(-2, -1))


def contradictory(cubes: Words) -> NDArray[np.bool_]:
    """Which cubes hold some input in both polarities: uint64[T, 2, W] -> bool[T]."""
    both: NDArray[np.bool_] = np.any(cubes[:, 0] & cubes[:, 1], axis=-1)
    return both


def stack(cubes: Sequence[Words], n_inputs: int) -> Words:
    """Cubes uint64[2, W] as one array uint64[T, 2, W] (T may be 0)."""
    return np.stack(cubes) if cubes else no_cubes(n_inputs)
