"""What the rules of a formula make of the pixels of a picture: which they read, and where they want ink."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evo.analysis.ink import ink
from evo.analysis.rules import RuleGroup
from fitness.data.dataset import Bit
from fitness.data.encoder import Encoder
from fitness.data.picture import Picture
from fitness.data.pictures.grid import picture_by_name

Term = Sequence[int]


def picture_of(encoder: Encoder) -> Picture | None:
    """Where the bits of rows lie that are pictures: columns called pixel_ROW_COLUMN."""
    if encoder.picture is not None:
        return encoder.picture
    columns, bits = encoder.binarizer.fields, encoder.binarizer.bits
    return picture_by_name([column.name for column in columns], [bit.feature for bit in bits])


def rules_reading(terms: Sequence[Term], picture: Picture) -> NDArray[np.int64]:
    """int64[height, width]: how many terms of signed literals read each pixel."""
    counts = np.zeros(picture.n_pixels, np.int64)
    for term in terms:
        read = {int(picture.pixels[abs(literal) - 1]) for literal in term} - {-1}
        counts[sorted(read)] += 1
    return counts.reshape(picture.height, picture.width)


def wanted(term: Term, bits: Sequence[Bit], picture: Picture) -> NDArray[np.int64]:
    """int64[height, width]: 1 where a term holds for more ink alone, -1 for less alone; else 0."""
    sums = np.zeros(picture.n_pixels, np.int64)
    for literal in term:
        number = abs(literal) - 1
        pixel = int(picture.pixels[number])
        if pixel >= 0:
            sums[pixel] += ink(bits[number]) * (1 if literal > 0 else -1)
    return np.sign(sums).reshape(picture.height, picture.width)


def speaking(group: RuleGroup, bits: Sequence[Bit], picture: Picture) -> NDArray[np.int64]:
    """int64[height, width]: how many votes the rules of a class give where there is ink, less where there is none."""
    total = np.zeros((picture.height, picture.width), np.int64)
    for rule in group.rules:
        total += (1 if rule.votes is None else rule.votes) * wanted(rule.term, bits, picture)
    return total
