"""Bit-parallel kernels, compiled by numba and loaded when needed.

Before a search they are brought into the cache (`fitness.compiling.ready`). The tuples below name modules by
their paths below this folder, without those that they need. Where a module is imported before it was asked for, all
of its folder are compiled together.
"""

from __future__ import annotations

#: What a search for formulas has compiled, and a search for votes beside that.
SEARCH = ("two_level.beam", "two_level.descent", "two_level.evaluate", "two_level.listing", "two_level.set_cover")
VOTES = ("votes.evaluate", "votes.search", "votes.terms")
#: What every search for masks has compiled, and those for sign networks and for n of m beside that.
MASKS = ("masks.moves", "masks.softmax")
SIGN_MASKS, GROUP_MASKS = ("masks.thresholds",), ("masks.groups",)
#: What a search for networks runs.
NETWORKS = (
    "circuits.flips", "circuits.gains", "circuits.link", "circuits.lowering", "circuits.simulate",
    "networks.accumulate", "networks.boosted_trees", "networks.counts", "networks.decision_lists",
    "networks.graph_growth", "networks.graph_pruning", "networks.logistic", "networks.trees", "networks.walsh",
)  # fmt: skip
#: What a search for wide networks runs beside these.
TABLES = ("luts.cells", "luts.layers", "luts.margins", "luts.pick", "luts.rows", "luts.signal", "luts.tables")
