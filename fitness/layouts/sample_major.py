"""The inputs of one problem in the three orders that the kernels read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitness.data.dataset import frozen
from genomes.bits import WORD, Words, n_words, pack, unpack

#: Samples transposed at a time: bounds the intermediate to 4096 bytes per input.
BLOCK_WORDS = 64
#: Wide sample rows are whole vectors of four words.
VECTOR_WORDS = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """Inputs over samples; padding has both polarities 0, so it is true nowhere and fails nowhere.

    lits: uint64[2n, W], literal-major (row n + i is NOT input i); rows: uint64[W, n], word-major; samples:
    uint64[64 W + 1, V], sample-major: n bits in V words (V = 1, or a multiple of 4) and a last row of zeros;
    valid: uint64[W], the real samples.
    """

    lits: Words
    rows: Words
    samples: Words
    valid: Words

    @property
    def n_inputs(self) -> int:
        """Input bits."""
        return int(self.rows.shape[1])

    @classmethod
    def of(cls, inputs: Words, valid: Words) -> Layout:
        """From packed inputs uint64[n, W]; samples outside `valid` uint64[W] count nowhere."""
        return cls.of_lits(frozen(np.concatenate([inputs & valid, ~inputs & valid])), valid)

    @classmethod
    def of_lits(cls, lits: Words, valid: Words) -> Layout:
        """From both polarities uint64[2n, W], 0 outside `valid`."""
        rows = frozen(np.ascontiguousarray(lits[: len(lits) // 2].T))
        return cls(lits, rows, sample_major(rows), valid)


def sample_major(rows: Words) -> Words:
    """uint64[W, n] word-major -> uint64[64 W + 1, V], one row of packed inputs per sample, the last row zero."""
    words, n = rows.shape
    width = n_words(n) if n <= WORD else -(-n_words(n) // VECTOR_WORDS) * VECTOR_WORDS
    samples = np.zeros((WORD * words + 1, max(1, width)), dtype=np.uint64)
    for start in range(0, words, BLOCK_WORDS):
        block = np.ascontiguousarray(rows[start : start + BLOCK_WORDS].T)
        flags = unpack(block, WORD * block.shape[1])
        packed = pack(np.ascontiguousarray(flags.T))
        samples[WORD * start : WORD * start + len(packed), : packed.shape[1]] = packed
    return frozen(samples)
