"""Influence of inputs on a cover, exact on a sample: Inf_i = share of samples whose value changes with input i.

The sum over inputs is the total influence, which is the average sensitivity: the expected number of inputs whose flip
changes the value (O'Donnell, Analysis of Boolean Functions, 2014, section 2.3). A cover and its complement have the
same influences, so the cubes of a product of sums serve as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.gradient.values import Floats
from fitness.kernels.gradient.influence import count_changes
from fitness.layouts.sample_major import Layout
from genomes.bits import Words, popcount
from genomes.two_level.literals import contradictory
from genomes.two_level.term_lists import TermList


def changes(layout: Layout, terms: TermList, within: Words) -> NDArray[np.int64]:
    """int64[n]: samples of `within` uint64[W] whose value changes when input i is flipped there."""
    cubes = terms.cubes(layout.n_inputs)  # as masks no literal is there twice, and a false term shows itself
    proper = TermList.of_cubes(cubes[~contradictory(cubes)], layout.n_inputs)
    counted = np.zeros(layout.n_inputs, dtype=np.int64)
    count_changes(layout.lits, proper.literals, proper.lengths, within & layout.valid, counted)
    return counted


def influences(layout: Layout, covers: Sequence[TermList], within: Words | None = None) -> Floats:
    """float64[outputs, n]: influence of every input on every output; 0 on an empty sample.

    within: uint64[outputs or 1, W], the samples that count (all real ones if not given).
    """
    shown = layout.valid[None] if within is None else within
    rows = np.broadcast_to(shown, (len(covers), shown.shape[1])) & layout.valid
    counted = np.array([changes(layout, terms, row) for terms, row in zip(covers, rows, strict=True)])
    return counted.reshape(len(covers), layout.n_inputs) / np.maximum(1, popcount(rows))[:, None]
