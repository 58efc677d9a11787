"""The order of samples in the layouts of compiled kernels: by label, within one fixed but random order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split
from genomes.bits import Words, n_words, pack, splitmix, unpack
from genomes.deadline import look

#: Inputs, and flags of samples, that are unpacked at a time at most: bounds the intermediate, and the time.
BLOCK, FLAGS = 256, 1 << 24


def shuffled(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """`rows` in an order that depends on their numbers alone, so that a prefix is a fair part of them."""
    return rows[np.argsort(splitmix(rows), kind="stable")]


def grouped_literals(split: Split, groups: Sequence[NDArray[np.intp]]) -> tuple[Words, NDArray[np.int64]]:
    """Both polarities of all n inputs over the rows of `groups`, group after group, each from a new word on.

    Returns:
        lits: uint64[2n, W], row n + i is NOT input i, padding is 0 in both; starts: int64[groups + 1], in words.
    """
    starts = np.concatenate([[0], np.cumsum([n_words(len(rows)) for rows in groups])]).astype(np.int64)
    n = len(split.inputs)
    lits = np.zeros((2 * n, int(starts[-1])), dtype=np.uint64)
    size = max(1, min(BLOCK, FLAGS // max(1, split.n_rows)))
    for first in range(0, n, size):
        look()
        block = unpack(split.inputs[first : first + size], split.n_rows)
        for number, rows in enumerate(groups):
            words = slice(starts[number], starts[number + 1])
            lits[first : first + len(block), words] = pack(block[:, rows])
            lits[n + first : n + first + len(block), words] = pack(~block[:, rows])
    return lits, starts
