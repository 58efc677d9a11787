"""Bit-parallel kernels. `numpy_packed` is the plain reference; the others are compiled by numba, loaded when needed.

Before a search they are brought into the cache (`fitness.compiling.ready`). The tuples below name modules without those
that they need.
"""

from __future__ import annotations

#: What a search for formulas has compiled, and a search for votes beside that.
SEARCH = ("beam", "descent", "evaluate", "set_cover")
VOTES = ("vote_search", "vote_terms", "votes")
#: What every search for masks has compiled, and those for sign networks, for n of m, and for planted sums beside that.
MASKS = ("mask_moves", "mask_softmax")
SIGN_MASKS, GROUP_MASKS, PLANTED_MASKS = ("mask_thresholds",), ("mask_groups",), ("subset_sum",)
#: Those of `fitness.gradient`.
GRADIENT = ("accumulate", "gradient", "influence", "output_planes", "plane_moves", "vote_planes")
#: Modules that are compiled together where one of them is imported before it was asked for.
TOGETHER = (("beam", "descent", "set_cover"), ("vote_search", "vote_terms"), MASKS, GRADIENT)
