"""Spaces of masks of fully connected networks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from genomes.masks.space import MaskSpace
from genomes.masks.spec import Granularity


def layered(layers: Sequence[int], granularity: Granularity = "edge", *, n: int = 2, m: int = 4) -> MaskSpace:
    """The space of a network whose layers have so many units, e.g. (64, 20, 10)."""
    return MaskSpace(tuple((after, before) for before, after in pairwise(layers)), granularity, n, m)
