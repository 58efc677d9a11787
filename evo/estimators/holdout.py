"""Rows held out to choose by: a share of each class, drawn by the seed, which the search never sees."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.cuts import taken
from fitness.data.load import Loaded
from genomes.streams import Role, stream
from genomes.text.quoting import quoted

PARAMETER = "validation_fraction"


def share_of(value: Any) -> float:
    """`validation_fraction` as a float.

    Raises:
        ValueError: it is no number between 0 and 1.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < 1:
        raise ValueError(f"{PARAMETER} must be a number between 0 and 1, got {quoted(value)}")
    return float(value)


def held_out(loaded: Loaded, codes: NDArray[np.intp], value: Any, seed: int) -> tuple[Loaded, NDArray[np.intp]]:
    """Training rows without a share of each class, which becomes the validation rows; and the classes of what stays.

    codes: intp[training rows], the class of each; value: `validation_fraction`. Of every class at least one row stays.

    Raises:
        ValueError: see `share_of`; not a single row would be held out.
    """
    share, data, drawn = share_of(value), loaded.dataset, stream(seed, Role.SPLIT).permutation(len(codes))
    ranked = drawn[np.argsort(codes[drawn], kind="stable")]
    sizes = np.bincount(codes)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    most = np.minimum(np.rint(share * sizes), np.maximum(sizes - 1, 0))
    chosen = np.sort(ranked[place < most[codes[ranked]]])
    if not len(chosen):
        raise ValueError(
            f"{PARAMETER}={share:g} of {len(codes)} rows holds no row out; give more rows or a larger share"
        )
    rest = np.setdiff1d(np.arange(len(codes)), chosen)
    numbers = loaded.numbers.get("train", ())
    parts = replace(data, train=data.train.take(rest), valid=data.train.take(chosen))
    kept = {"train": taken(numbers, rest), "valid": taken(numbers, chosen)}
    return replace(loaded, dataset=parts, numbers=kept), codes[rest]
