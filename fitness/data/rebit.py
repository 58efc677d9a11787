"""Loaded data with other bits: what a refined model reads, of the rows that the search read with fewer cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fitness.data.cuts import repacked
from fitness.data.dataset import Bit, Dataset
from fitness.data.load import Loaded


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
    return replace(loaded, dataset=wider, encoder=replace(loaded.encoder, binarizer=replace(known, bits=bits)))


def _signs(old: Sequence[Bit], signs: Sequence[int], new: Sequence[Bit]) -> tuple[int, ...]:
    """The direction of every new bit: that of its column's other bits with the same test."""
    if not signs:
        return ()
    direction = {(bit.feature, bit.op): sign for bit, sign in zip(old, signs, strict=True)}
    return tuple(direction[bit.feature, bit.op] for bit in new)
