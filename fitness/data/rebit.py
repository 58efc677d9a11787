"""Loaded data with other bits: what a refined model reads, of the rows that the search read with fewer cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fitness.data.cuts import repacked
from fitness.data.dataset import Bit, Dataset
from fitness.data.load import Loaded
from fitness.data.picture import Picture


def with_bits(loaded: Loaded, wanted: Sequence[Bit]) -> Loaded:
    """The same rows with the bits `wanted`: known ones, and cuts of `loaded.numbers`.

    Args:
        loaded: data whose columns are those of `wanted`.
        wanted: bits, those of a column together, in the order of the columns.

    Raises:
        DataError: a new bit that is no cut of the numbers that were kept.
    """
    data, bits = loaded.dataset, tuple(wanted)
    if bits == data.bits:
        return loaded
    known = loaded.encoder.binarizer
    new = {n: repacked(split, known, bits, loaded.numbers.get(n, ())) for n, split in data.splits().items()}
    signs = _signs(data.bits, data.signs, bits)
    wider = Dataset(data.task, bits, data.n_features, new["train"], new.get("valid"), new.get("test"), signs)
    encoder = replace(loaded.encoder, binarizer=replace(known, bits=bits), picture=_picture(loaded, bits))
    return replace(loaded, dataset=wider, encoder=encoder)


def _picture(loaded: Loaded, new: Sequence[Bit]) -> Picture | None:
    """Where the new bits lie: each at the pixel of its column."""
    picture = loaded.encoder.picture
    if picture is None:
        return None
    old = zip(loaded.encoder.binarizer.bits, picture.pixels.tolist(), strict=True)
    pixel_of = {bit.feature: pixel for bit, pixel in old}
    pixels = np.array([pixel_of[bit.feature] for bit in new], dtype=np.int32)
    pixels.flags.writeable = False
    return replace(picture, pixels=pixels)


def _signs(old: Sequence[Bit], signs: Sequence[int], new: Sequence[Bit]) -> tuple[int, ...]:
    """The direction of every new bit: that of its column's other bits with the same test."""
    if not signs:
        return ()
    direction = {(bit.feature, bit.op): sign for bit, sign in zip(old, signs, strict=True)}
    return tuple(direction[bit.feature, bit.op] for bit in new)
