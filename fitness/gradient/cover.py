"""The gradient of one output: unweighted by label through the fast kernel, sample weights through `values`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.gradient.values import Costs, Floats, Gradient, Values, covered
from fitness.gradient.values import prices as values_prices
from fitness.gradient.values import swaps as values_swaps
from fitness.kernels.gradient.cover import BLOCK, cover_gradient
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.sample_major import Layout
from genomes.bits import WORD, Words, valid_words
from genomes.two_level.spec import Kind
from genomes.two_level.term_lists import TermList


@dataclass(frozen=True, slots=True)
class CoverProblem:
    """One output's samples sorted by label, each label in whole blocks of 16 words.

    words [0, wp) are the on-set; blocks: `layout.lits` as flat uint64[W / 16 * 2n * 16], the literals of one
    block side by side; signed: `layout.samples` with the rows of the off-set complemented; on_set: uint64[W].
    """

    layout: Layout
    wp: int
    blocks: Words
    signed: Words
    on_set: Words

    @classmethod
    def of_layout(cls, binary: BinaryLayout) -> CoverProblem:
        """The samples of `binary`."""
        wp, lits = _in_blocks(binary.wp), _padded(binary.lits, binary.wp)
        valid = _padded(binary.valid[None], binary.wp)[0]
        layout = Layout.of_lits(lits, valid)
        signed = layout.samples.copy()
        signed[WORD * wp : -1] = ~signed[WORD * wp : -1]
        blocks = lits.reshape(len(lits), -1, BLOCK).transpose(1, 0, 2).reshape(-1)
        on_set = valid.copy()
        on_set[wp:] = 0
        return cls(layout, wp, frozen(blocks), frozen(signed), frozen(on_set))

    @classmethod
    def of(cls, split: Split, output: int, kind: Kind) -> CoverProblem:
        """Of one output (or one class against the rest) on the care set of `split`."""
        return cls.of_layout(BinaryLayout.of(split, output, kind))

    def costs(self, miss: float, wrong: float) -> Costs:
        """`miss` for an on-set sample that is not covered, `wrong` for an off-set one that is."""
        planes = np.stack([self.on_set, self.layout.valid & ~self.on_set])
        return Costs(planes, np.array([miss, wrong], dtype=np.float64))

    def values(self, terms: TermList, miss: float, wrong: float) -> Values:
        """What turning a term of `terms` (or a new one) on or off is worth."""
        return Values.of_cover(self.layout, terms, self.on_set, self.costs(miss, wrong))


def gradient(problem: CoverProblem, terms: TermList, miss: float = 1.0, wrong: float = 1.0) -> Gradient:
    """Change of miss * (on-set samples missed) + wrong * (off-set samples covered) by every single move.

    miss, wrong: class weights; kappa of the search is wrong / miss. For a product of sums the on-set are the
    negatives, so the weights change places.
    """
    layout, k = problem.layout, len(terms)
    places = terms.literals.shape
    result = Gradient(np.empty((k, 2 * layout.n_inputs)), np.empty(places), np.empty(places), np.empty(k))
    cover_gradient(
        problem.blocks, layout.rows, layout.samples, problem.signed, layout.valid, problem.wp,
        terms.literals, terms.lengths, miss, wrong, result.add, result.remove, result.negate, result.drop,
    )  # fmt: skip
    return result


def swaps(problem: CoverProblem, terms: TermList, k: int, miss: float = 1.0, wrong: float = 1.0) -> Floats:
    """float64[literals of term k, 2n]: the change when literal j of term k becomes literal m."""
    return values_swaps(problem.layout, terms, k, problem.values(terms, miss, wrong))


def prices(
    problem: CoverProblem, terms: TermList, candidates: TermList, miss: float = 1.0, wrong: float = 1.0
) -> Floats:
    """float64[C]: the change when one of `candidates` joins `terms`."""
    covers, _, _ = covered(problem.layout, candidates)
    return values_prices(covers, problem.values(terms, miss, wrong))


def weighted_values(
    split: Split, output: int, kind: Kind, terms: TermList, weights: NDArray[np.int64]
) -> tuple[Layout, Values]:
    """(layout in the order of `split`, values of `terms` there): for gradients, swaps and prices under weights.

    weights: non-negative integers, int64[n_rows], in the order of `split`.
    """
    layout = Layout.of(split.inputs, valid_words(split.n_rows))
    label = split.planes[output]
    on_set = label if kind == "sop" else layout.valid & ~label
    costs = Costs.of_weights(weights, split.care[output % len(split.care)])
    return layout, Values.of_cover(layout, terms, on_set, costs)


def _in_blocks(words: int) -> int:
    return -(-words // BLOCK) * BLOCK


def _padded(rows: Words, wp: int) -> Words:
    """uint64[R, W] with both labels, [0, wp) and [wp, W), filled up to whole blocks with zeros."""
    first, second = _in_blocks(wp), _in_blocks(rows.shape[1] - wp)
    padded = np.zeros((len(rows), first + second), dtype=np.uint64)
    padded[:, :wp] = rows[:, :wp]
    padded[:, first : first + rows.shape[1] - wp] = rows[:, wp:]
    return frozen(padded)
