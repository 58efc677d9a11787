"""Bit-parallel kernels. `numpy_packed` is the plain reference; the others are compiled by numba, loaded when needed."""

from __future__ import annotations

from pathlib import Path

#: The modules that a search has compiled, those that only votes need, those of `fitness.gradient` and of masks.
COMPILED = ("beam", "descent", "evaluate", "fails", "listing", "set_cover", "words")
OF_VOTES = ("vote_search", "vote_terms", "votes")
OF_GRADIENT = ("accumulate", "gradient", "influence", "output_planes", "plane_moves", "tally", "vote_planes")
OF_MASKS = ("mask_groups", "mask_moves", "mask_softmax", "mask_thresholds", "subset_sum")
#: Those of masks that every search of them runs.
MASK_SEARCH = ("mask_moves", "mask_softmax")


def is_compiled(*, votes: bool = False, masks: bool = False) -> bool:
    """Whether all that a search needs lies compiled from an earlier run; else it begins with some 20 seconds of it."""
    cache = Path(__file__).parent / "__pycache__"
    needed = MASK_SEARCH if masks else COMPILED + OF_VOTES if votes else COMPILED
    return all(any(cache.glob(f"{name}.*.nbi")) for name in needed)
