"""Inputs with one row of words per sample: the order in which sparse masks are counted (`kernels.simd.tally`)."""

from __future__ import annotations

import numpy as np

from fitness.data.dataset import frozen
from genomes.bits import WORD, Words, n_words, pack, unpack
from genomes.deadline import look

#: Samples transposed at a time: bounds the intermediate to 4096 bytes per input.
BLOCK_WORDS = 64
#: Wide sample rows are whole vectors of four words.
VECTOR_WORDS = 4


def sample_major(rows: Words) -> Words:
    """uint64[W, n] word-major -> uint64[64 W + 1, V], one row of packed inputs per sample, the last row zero.

    V is 1 for up to 64 inputs, else a multiple of 4.
    """
    words, n = rows.shape
    width = n_words(n) if n <= WORD else -(-n_words(n) // VECTOR_WORDS) * VECTOR_WORDS
    samples = np.zeros((WORD * words + 1, max(1, width)), dtype=np.uint64)
    for start in range(0, words, BLOCK_WORDS):
        look()
        block = np.ascontiguousarray(rows[start : start + BLOCK_WORDS].T)
        flags = unpack(block, WORD * block.shape[1])
        packed = pack(np.ascontiguousarray(flags.T))
        samples[WORD * start : WORD * start + len(packed), : packed.shape[1]] = packed
    return frozen(samples)
