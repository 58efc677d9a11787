"""Bit packing: booleans, 64 to a word.

The idea. A Boolean vector of length n is stored as ceil(n / 64) unsigned 64-bit words; element i is bit
``i % 64`` of word ``i // 64`` (little-endian bit order). One machine instruction then works on 64 elements:
that is the whole speed of this project.

The one rule. Bits at and after n (the padding of the last word) are zero in every stored array. Complementing
an array sets its padding, so whoever complements must AND with `valid_words` (or with any stored array) before
counting. Samples are packed this way by `fitness` and literal masks by `genomes`; nothing else packs bits.

Rejected: big-endian bit order (NumPy's default) makes element i depend on the word's byte order; 8-bit words
cost eight times the instructions; Python integers are as fast per operation but cannot be batched.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WORD = 64
Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]


def n_words(n: int) -> int:
    """Number of 64-bit words that hold `n` bits."""
    return (n + WORD - 1) // WORD


def pack(flags: NDArray[np.bool_] | NDArray[np.uint8]) -> Words:
    """Pack booleans along the last axis: bool[..., n] -> uint64[..., n_words(n)], padding zero."""
    n = flags.shape[-1]
    packed = np.packbits(flags, axis=-1, bitorder="little")
    padded = np.zeros((*flags.shape[:-1], n_words(n) * 8), dtype=np.uint8)
    padded[..., : packed.shape[-1]] = packed
    return padded.view("<u8").astype(np.uint64, copy=False)


def unpack(words: Words, n: int) -> Bools:
    """Inverse of `pack`: uint64[..., W] -> bool[..., n]."""
    as_bytes = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(as_bytes, axis=-1, count=n, bitorder="little").view(np.bool_)


def valid_words(n: int) -> Words:
    """uint64[n_words(n)] with ones at the `n` real positions and zeros in the padding."""
    return pack(np.ones(n, dtype=np.bool_))


def popcount(words: Words, axis: int | tuple[int, ...] = -1) -> NDArray[np.int64]:
    """Number of set bits, summed over `axis`."""
    counts: NDArray[np.int64] = np.bitwise_count(words).sum(axis=axis, dtype=np.int64)
    return counts


def set_positions(words: Words) -> NDArray[np.intp]:
    """Indices of the set bits of one packed vector uint64[W], ascending."""
    return np.flatnonzero(unpack(words, words.shape[-1] * WORD))


def mixed(z: Words) -> Words:
    """SplitMix64's output function of every word (Steele, Lea, Flood 2014)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def splitmix(places: NDArray[np.integer[Any]]) -> Words:
    """SplitMix64 of every place + 1: fixed, well mixed words of the same shape (hashes need no stream of the run)."""
    return mixed((places.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
