"""Classes that vote with terms: where one vote more or less decides, and through it every move.

The class with the most true terms wins (sop), or the one with the fewest true cubes, its violated clauses (pos); ties
go to the first class of `prior`. Equal terms vote as often as they are listed. A moved literal changes one vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.data.dataset import Split, Task
from fitness.gradient.values import Costs, Values, covered
from fitness.kernels.gradient.votes import class_planes, count_votes
from fitness.layouts.sample_major import Layout
from genomes.bits import Words, valid_words
from genomes.two_level.spec import Kind
from genomes.two_level.term_lists import TermList


@dataclass(frozen=True, slots=True)
class VotesProblem:
    """labels: uint64[C, W], one class per sample; care: uint64[1, W]; prior: class indices, preferred first."""

    layout: Layout
    labels: Words
    care: Words
    prior: tuple[int, ...]
    kind: Kind

    @classmethod
    def of(cls, split: Split, task: Task, kind: Kind) -> VotesProblem:
        """The multi-class task of `split`."""
        return cls(Layout.of(split.inputs, valid_words(split.n_rows)), split.planes, split.care, task.prior, kind)


def tally_votes(covers: Words, counts: Sequence[int]) -> Words:
    """Bit-sliced votes uint64[C, B, W] from the covers uint64[T, W] of all terms, class by class, counts[c] of class c.

    One plane more than these votes need, so that a vote may be added.
    """
    offsets = np.concatenate([[0], np.cumsum(np.asarray(counts, dtype=np.int64))]).astype(np.int64)
    bits = int(max(counts, default=0)).bit_length() + 1
    votes = np.zeros((len(counts), bits, covers.shape[1]), dtype=np.uint64)
    count_votes(covers, offsets, votes)
    return votes


def planes_of_class(problem: VotesProblem, votes: Words, c: int) -> Words:
    """uint64[4, W]: samples that one true cube more of class c makes right, makes wrong, and one less likewise."""
    planes = np.empty((4, votes.shape[2]), dtype=np.uint64)
    prior = np.array(problem.prior, dtype=np.int64)
    class_planes(votes, problem.labels, problem.care, 0, prior, problem.kind == "pos", c, planes)
    return planes


def values_of_class(
    problem: VotesProblem, model: Sequence[TermList], c: int, weights: Sequence[float] | None = None
) -> Values:
    """What turning a cube of class c on or off is worth, for `values.gradient`, `swaps`, `prices` and `drops`.

    model: the cubes of every class; weights: cost of a wrong sample by its true class, 1 if not given.
    """
    covers = np.concatenate([covered(problem.layout, terms)[0] for terms in model])
    votes = tally_votes(covers, [len(terms) for terms in model])
    care = problem.care[0]
    costs = Costs.uniform(care) if weights is None else Costs.of_classes(problem.labels, care, weights)
    return Values.of(planes_of_class(problem, votes, c), costs)
