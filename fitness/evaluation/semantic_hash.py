"""A 64-bit key of what a genome outputs on every sample that counts: equal outputs, equal keys.

The idea. Each output plane x (predicted, masked by care) gives two lanes, sums over its words w modulo 2**64:

    lane_j(x) = sum_w low(x_w) low(K_jw) + high(x_w) high(K_jw)        low, high: the 32-bit halves of a word

with fixed well mixed keys K (multilinear hashing: Carter and Wegman 1979; in this form Lemire and Kaser 2014). Two
different planes agree in one lane with probability 2**-32 over the keys, in both with 2**-64; `finished` mixes the
lanes of all outputs, in order, to one word. The lanes are linear on purpose: words add up in any order, so the block
size of a kernel leaves no trace; and where care holds, the complement of x is care - x half by half, so
lane(NOT x) = lane(care) - lane(x): complemented outputs need no second pass over the samples.
"""

from __future__ import annotations

import numpy as np

from genomes.bits import Words, mixed, splitmix

_HALF = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
LANES = 2


def lane_keys(words: int) -> Words:
    """K: uint64[LANES, words]; the key of a word depends on its position only."""
    return np.ascontiguousarray(splitmix(np.arange(LANES * words)).reshape(words, LANES).T)


def lanes_of(planes: Words) -> Words:
    """Lanes of packed planes: uint64[..., words] -> uint64[..., LANES]."""
    keys, one = lane_keys(planes.shape[-1]), planes[..., None, :]
    terms = (one & _HALF) * (keys & _HALF) + (one >> _SHIFT) * (keys >> _SHIFT)
    return np.asarray(terms.sum(axis=-1, dtype=np.uint64))


def finished(lanes: Words) -> Words:
    """One key per genome: lanes uint64[genomes, outputs, LANES] -> uint64[genomes]."""
    key = np.zeros(len(lanes), dtype=np.uint64)
    for lane in lanes.reshape(len(lanes), lanes.shape[1] * LANES).T:
        key = mixed((key ^ lane) + np.uint64(0x9E3779B97F4A7C15))
    return key
