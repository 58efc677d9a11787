"""When two masks are the same network: what no path leads on from cannot matter.

If all outgoing connections of a neuron are dropped, its incoming ones are dead weight; masks that differ there alone
compute the same function, and a search that tries both wastes a local step. `canonical` writes one fixed pattern there,
from the last layer to the first, so that deadness spreads downwards; `mask_key` is a hash of that.

Masks are not replaced by their canonical form: a local step may open a way out of a dead neuron again, and what was
kept of its inputs is then worth having.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from genomes.masks.space import Genes, MaskSpace


def canonical(genes: Genes, space: MaskSpace) -> Genes:
    """The same function with a fixed pattern in dead rows: nothing kept, or the first n of every m."""
    normal = genes.copy()
    blocks = space.blocks(normal)
    if not space.per_weight:
        for below, above in zip(blocks[-2::-1], blocks[:0:-1], strict=True):
            if not above.any():
                below[:] = 0
        return normal
    for below, above in zip(blocks[-2::-1], blocks[:0:-1], strict=True):
        used = above.any(axis=0).reshape(len(below), -1).any(axis=1)
        below[~used] = _dead_row(below.shape[1], space)
    return normal


def _dead_row(inputs: int, space: MaskSpace) -> Genes:
    row = np.zeros(inputs, dtype=np.int8)
    if space.granularity == "n_of_m":
        row[np.arange(inputs) % space.m < space.n] = 1
    return row


def mask_key(genes: Genes, space: MaskSpace) -> bytes:
    """16 bytes that are equal for masks with the same canonical form (and, but for chance, for no others)."""
    return blake2b(canonical(genes, space).tobytes(), digest_size=16).digest()
