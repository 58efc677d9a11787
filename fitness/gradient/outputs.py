"""Several outputs over shared terms: an AND plane of terms and an OR plane that says which output uses which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitness.data.dataset import Split, frozen
from fitness.gradient.values import Floats, Gradient, Values, covered, empty_gradient
from fitness.gradient.values import prices as values_prices
from fitness.gradient.values import swaps as values_swaps
from fitness.kernels.gradient.outputs import output_counters, output_gradient, shared_values
from fitness.layouts.sample_major import Layout
from genomes.bits import Bools, Words, valid_words
from genomes.two_level.spec import Kind
from genomes.two_level.term_lists import TermList


@dataclass(frozen=True, slots=True)
class OutputsProblem:
    """on_set, off_set: uint64[O, W], where each output should be true and false; neither where it does not care."""

    layout: Layout
    on_set: Words
    off_set: Words

    @classmethod
    def of(cls, split: Split, kind: Kind) -> OutputsProblem:
        """All outputs of `split`; of their complements for products of sums."""
        layout = Layout.of(split.inputs, valid_words(split.n_rows))
        true, false = split.planes & split.care, ~split.planes & split.care
        on_set, off_set = (true, false) if kind == "sop" else (false, true)
        return cls(layout, frozen(on_set), frozen(off_set))


def gradient(problem: OutputsProblem, terms: TermList, uses: Bools) -> tuple[Gradient, Floats]:
    """Change of the number of wrong outputs over all samples.

    Args:
        problem: the samples.
        terms: K shared terms.
        uses: bool[K, O], the OR plane.

    Returns:
        The moves on terms, summed over the outputs that use them, and float64[K, O]: the change when uses[k, o] flips.
    """
    result, layout = empty_gradient(terms, problem.layout.n_inputs), problem.layout
    toggles = np.zeros(uses.shape)
    output_gradient(
        layout.lits, layout.rows, layout.samples, layout.valid, terms.literals, terms.lengths, uses,
        problem.on_set, problem.off_set, result.add, result.remove, result.negate, result.drop, toggles,
    )  # fmt: skip
    return result, toggles


def values(problem: OutputsProblem, terms: TermList, uses: Bools, k: int) -> Values:
    """What turning term k on or off is worth over the outputs that use it."""
    return _values(problem, terms, uses, uses[k : k + 1])


def swaps(problem: OutputsProblem, terms: TermList, uses: Bools, k: int) -> Floats:
    """float64[literals of term k, 2n]: the change when literal j of term k becomes literal m."""
    return values_swaps(problem.layout, terms, k, values(problem, terms, uses, k))


def prices(problem: OutputsProblem, terms: TermList, uses: Bools, candidates: TermList, used: Bools) -> Floats:
    """float64[C]: the change when a candidate joins `terms`, used by the outputs `used` bool[O]."""
    covers, _, _ = covered(problem.layout, candidates)
    return values_prices(covers, _values(problem, terms, uses, used[None]))


def _values(problem: OutputsProblem, terms: TermList, uses: Bools, row: Bools) -> Values:
    """Of a term that is used by the outputs row bool[1, O]."""
    outputs, n_words = problem.on_set.shape
    true, _, _ = covered(problem.layout, terms)
    ge1, ge2, on, off = (
        np.zeros((rows, n_words), dtype=np.uint64)
        for rows in (outputs, outputs, 2 * outputs.bit_length(), 2 * outputs.bit_length())
    )
    output_counters(true, uses, ge1, ge2)
    shared_values(row, 0, problem.on_set, problem.off_set, ge1, ge2, outputs.bit_length(), on, off)
    powers = np.array([float(1 << b) for b in range(outputs.bit_length())])
    signs = np.concatenate([-powers, powers])
    return Values(on, signs, off, signs)
