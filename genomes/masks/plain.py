"""Masks as JSON: per layer one text per neuron, a character per connection.

``0`` dropped, ``1`` kept, ``-`` kept with the opposite sign; for neuron masks one character per hidden neuron.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from genomes.errors import GenomeError
from genomes.masks.space import Genes, MaskSpace, check_mask

_CHARACTERS = np.frombuffer(b"-01", dtype=np.uint8)


def mask_to_plain(genes: Genes, space: MaskSpace) -> list[list[str]]:
    """Texts per block and row."""
    return [[_CHARACTERS[row + 1].tobytes().decode("ascii") for row in block] for block in space.blocks(genes)]


def mask_from_plain(plain: Any, space: MaskSpace) -> Genes:
    """Inverse of `mask_to_plain`.

    Raises:
        GenomeError: another number of layers, neurons or connections, another character, or a mask not of `space`.
    """
    shapes = space.gene_shapes
    if not _is_list(plain) or len(plain) != len(shapes):
        raise GenomeError(f"expected a mask as texts of {len(shapes)} layers")
    rows: list[Genes] = []
    for number, (texts, (n_rows, width)) in enumerate(zip(plain, shapes, strict=True)):
        if not _is_list(texts) or len(texts) != n_rows:
            raise GenomeError(f"expected {n_rows} texts in layer {number} of a mask")
        rows += [_row(text, width, number) for text in texts]
    genes = np.concatenate(rows)
    check_mask(genes, space)
    return genes


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _row(text: Any, width: int, number: int) -> Genes:
    if not isinstance(text, str) or len(text) != width or set(text) - set("-01"):
        raise GenomeError(
            f"expected {width} of the characters - 0 1 in layer {number} of a mask, got {str(text)[:20]!r}"
        )
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    return np.where(codes == ord("-"), -1, codes == ord("1")).astype(np.int8)
