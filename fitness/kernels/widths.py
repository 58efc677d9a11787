"""Widths that compiled kernels and their callers agree on."""

from __future__ import annotations

#: Words of one block: `fitness.evaluation.blocks` says why so many, `simd.vectors` how one becomes registers.
BLOCK = 16
#: Terms of up to this many literals are short.
SHORT = 8
#: The column of the counts of `list_terms` that holds the longer terms.
LONG = SHORT + 1
#: Entries that `list_terms` may write behind the last one.
SPILL = 3
