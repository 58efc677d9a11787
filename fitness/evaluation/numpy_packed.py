"""Reference kernels in packed NumPy: truth of cubes, OR over covers, votes; 64 samples per operation.

The idea. A cube is the AND of its literals' rows; a cover the OR of its cubes; a class's score a count of true cubes.
All three are folds over short lists of different lengths. NumPy's `reduceat` folds ragged lists but walks them one by
one; here the lists are sorted by length and step r combines the r-th element of every list that has one: few NumPy
calls, each on a block of about 2**14 words that stays in the cache (measured 3x `reduceat`).

Counts are bit-sliced: a counter is a list of planes, plane j holding bit j of 64 samples' counts; adding a row is a
ripple of XOR and AND, comparing two counters a walk from the highest plane down.

Rows may come with any padding: callers mask with `Split.care` before they count.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genomes.bits import WORD, Words, unpack
from genomes.two_level.literals import count_literals

BLOCK_WORDS = 1 << 14
ONES = np.uint64(0xFFFFFFFFFFFFFFFF)


def literal_rows(inputs: Words) -> Words:
    """Both polarities of every input: uint64[n, words] -> uint64[2n, words]; row n + i is NOT input i."""
    return np.concatenate([inputs, ~inputs])


def cube_rows(cubes: Words, literals: Words) -> Words:
    """Where each cube is true: cubes uint64[T, 2, W], literals from `literal_rows` -> uint64[T, words]."""
    n_inputs = len(literals) // 2
    _, polarity, index = np.nonzero(unpack(cubes, cubes.shape[-1] * WORD))
    starts = np.concatenate([[0], np.cumsum(count_literals(cubes))])
    return _fold_lists(literals, polarity * n_inputs + index, starts, np.bitwise_and, empty=ONES)


def or_rows(rows: Words, starts: NDArray[np.int64]) -> Words:
    """OR of consecutive groups: rows uint64[T, words], starts int64[G + 1] -> uint64[G, words]; empty groups are 0."""
    return _fold_lists(rows, np.arange(len(rows)), starts, np.bitwise_or, empty=np.uint64(0))


def _fold_lists(
    rows: Words,
    elements: NDArray[np.intp],
    starts: NDArray[np.int64],
    fold: Callable[[Words, Words], Words],
    *,
    empty: np.uint64,
) -> Words:
    """Fold ``rows[elements[starts[g] : starts[g + 1]]]`` for every group g; groups without elements are `empty`."""
    lengths = np.diff(starts)
    order = np.argsort(-lengths, kind="stable")
    order = order[: np.count_nonzero(lengths)]
    folded = np.full((len(lengths), rows.shape[1]), empty, dtype=np.uint64)
    step = max(1, BLOCK_WORDS // max(1, rows.shape[1]))
    for first in range(0, len(order), step):
        groups = order[first : first + step]
        folded[groups] = _fold_block(rows, elements, starts[groups], lengths[groups], fold)
    return folded


def _fold_block(
    rows: Words,
    elements: NDArray[np.intp],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    fold: Callable[[Words, Words], Words],
) -> Words:
    """One block of groups, longest first, each with at least one element."""
    result = rows[elements[starts]]
    for rank in range(1, int(lengths[0])):
        longer = int(np.searchsorted(-lengths, -rank, side="left"))
        result[:longer] = fold(result[:longer], rows[elements[starts[:longer] + rank]])
    return result


def count_rows(rows: Words, starts: NDArray[np.int64]) -> list[Words]:
    """Bit-sliced number of true rows per group: planes, lowest first, each uint64[G, words]."""
    lengths = np.diff(starts)
    longest = int(lengths.max(initial=0))
    planes = [np.zeros((len(lengths), rows.shape[1]), dtype=np.uint64) for _ in range(longest.bit_length())]
    for rank in range(longest):
        groups = np.flatnonzero(lengths > rank)
        carry = rows[starts[groups] + rank]
        for plane in planes[: (rank + 1).bit_length()]:
            bits = plane[groups]
            plane[groups] = bits ^ carry
            carry = bits & carry
    return planes


def greater(first: list[Words], second: list[Words]) -> Words:
    """Where one bit-sliced counter exceeds another with as many planes (shapes may broadcast)."""
    above = np.zeros_like(first[0])
    equal = np.full_like(first[0], ONES)
    for a, b in zip(reversed(first), reversed(second), strict=True):
        above |= equal & a & ~b
        equal &= ~(a ^ b)
    return above


def winners(planes: list[Words], n_classes: int, order: tuple[int, ...], *, fewest: bool) -> Words:
    """Class with the most (or `fewest`) counts per sample; ties go to the first class in `order`.

    Args:
        planes: counters of `count_rows`, groups ordered genome by genome, class by class.
        n_classes: classes per genome.
        order: class indices, preferred first.
        fewest: whether the smallest count wins (products of sums count violated clauses).

    Returns:
        uint64[genomes, n_classes, words] with exactly one class set per sample.
    """
    counts = [plane.reshape(-1, n_classes, plane.shape[-1]) for plane in planes]
    shape = counts[0].shape
    won = np.zeros(shape, dtype=np.uint64)
    won[:, order[0]] = ONES
    best = [plane[:, order[0]] for plane in counts]
    for c in order[1:]:
        mine = [plane[:, c] for plane in counts]
        better = greater(best, mine) if fewest else greater(mine, best)
        won &= ~better[:, None]
        won[:, c] = better
        best = [(old & ~better) | (new & better) for old, new in zip(best, mine, strict=True)]
    return won
