"""Pools of terms as arrays: per output phase and output a list of terms, all of them one after the other.

Arrays: ``literals`` int32[T, LONGEST], ``lengths`` int64[T] and ``offsets`` int64[phases * outputs + 1], where each
list begins; their names get a prefix.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.bits import Words
from genomes.checks import Arrays, Expected, check_array, check_count, check_offsets
from genomes.errors import GenomeError
from genomes.two_level.cover import CoverSpace
from genomes.two_level.literals import count_literals
from genomes.two_level.term_lists import LONGEST, TermList, joined

#: Terms known, per output phase and output.
Pool = tuple[tuple[TermList, ...], ...]


def pool_to_arrays(pool: Pool, prefix: str) -> dict[str, NDArray[Any]]:
    """Named arrays for an npz file."""
    flat = [terms for of_side in pool for terms in of_side]
    terms = joined(flat)
    offsets = np.cumsum([0, *map(len, flat)], dtype=np.int64)
    named: dict[str, NDArray[Any]] = {"offsets": offsets, "literals": terms.literals, "lengths": terms.lengths}
    return {f"{prefix}{name}": array for name, array in named.items()}


def pool_from_arrays(arrays: Arrays, prefix: str, space: CoverSpace) -> Pool:
    """Inverse of `pool_to_arrays`, for arrays that were checked or never left this process."""
    literals, lengths, offsets = (arrays[f"{prefix}{name}"] for name in ("literals", "lengths", "offsets"))
    flat = [TermList(literals[start:stop], lengths[start:stop]) for start, stop in pairwise(offsets.tolist())]
    n = space.n_outputs
    return tuple(tuple(flat[phase * n : (phase + 1) * n]) for phase in range(len(space.phases)))


def pool_layout(prefix: str, space: CoverSpace) -> dict[str, Expected]:
    """What each of the arrays must be by itself."""
    expected = {
        "offsets": Expected(np.int64, (len(space.phases) * space.n_outputs + 1,), low=0),
        "literals": Expected(np.int32, (None, LONGEST), low=-1, high=2 * space.n_inputs - 1),
        "lengths": Expected(np.int64, (None,), low=0, high=space.longest or LONGEST),
    }
    return {f"{prefix}{name}": what for name, what in expected.items()}


def check_pool(arrays: Arrays, prefix: str, space: CoverSpace, *, room: int | None = None) -> None:
    """Raise GenomeError unless arrays that fit `pool_layout` are a pool of at most `room` terms in each list."""
    literals, lengths = (arrays[f"{prefix}{name}"] for name in ("literals", "lengths"))
    if len(literals) != len(lengths):
        raise GenomeError(
            f"expected the lengths of {len(literals)} terms, got {len(lengths)}", where=f"{prefix}lengths"
        )
    check_offsets(arrays[f"{prefix}offsets"], len(lengths), f"{prefix}offsets", longest=room)
    _check_terms(literals, lengths, f"{prefix}literals")


def checked_pool(arrays: Arrays, prefix: str, space: CoverSpace) -> Pool:
    """The pool in arrays from disk.

    Raises:
        GenomeError: arrays that are missing or do not form a pool of `space`.
    """
    sound = {name: check_array(arrays, name, what) for name, what in pool_layout(prefix, space).items()}
    check_pool(sound, prefix, space)
    return pool_from_arrays(sound, prefix, space)


def check_lengths(cubes: Words, space: CoverSpace, name: str) -> None:
    """Raise GenomeError where a term of uint64[T, 2, W] is longer than rounds over pools take it."""
    longest = int(count_literals(cubes).max(initial=0))
    check_count(longest, 0, space.longest or LONGEST, "literals in each term", name)


def _check_terms(literals: NDArray[np.int32], lengths: NDArray[np.int64], name: str) -> None:
    """Raise GenomeError unless every row is a term: ascending literals, as many as its length says, then -1."""
    used = np.arange(literals.shape[1]) < lengths[:, None]
    if ((literals >= 0) != used).any():
        raise GenomeError("a row does not hold as many literals as its length says", where=name)
    if (used[:, 1:] & (literals[:, 1:] <= literals[:, :-1])).any():
        raise GenomeError("the literals of a row do not ascend", where=name)
