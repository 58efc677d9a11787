"""The simplest covers of a problem, found in one pass over the samples: what a search has whose time was over at once.

Per output phase a cover without terms, a constant, and for every output its best single literal. Literals are compared
by what one is worth at equal weight of both sides of an output, or of every error, as the metric has it; what they are
worth in truth is for the evaluation to say.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.problem import Problem
from genomes.bits import Words, popcount
from genomes.two_level.cover import Cover, canonical, empty_cover
from genomes.two_level.literals import cube_from_literals, stack

#: Words of samples (inputs x words x outputs) that are looked at for single literals: a second or two of work.
MOST_WORDS = 1 << 27
#: Inputs looked at together.
BLOCK = 256


def simplest(problem: Problem, signs: Sequence[int] = ()) -> tuple[Cover, ...]:
    """For every output phase, in order: no terms, the constant term, single literals (the constant where they are not
    looked for).

    signs: see `Dataset.signs`.
    """
    space = problem.space
    covers = []
    for inverted in space.phases:
        constant = stack([cube_from_literals([], space.n_inputs)], space.n_inputs)
        always = Cover((constant,) * space.n_outputs, inverted)
        covers += [empty_cover(space, inverted=inverted), always, _of_literals(problem, signs, always)]
    return tuple(canonical(cover, space) for cover in covers)


def _of_literals(problem: Problem, signs: Sequence[int], always: Cover) -> Cover:
    """`always` with the best single literal of every output in its place."""
    split, space = problem.train.split, problem.space
    if not space.n_inputs or split.inputs.size * space.n_outputs > MOST_WORDS:
        return always
    cover, covers_ones = always, (space.kind == "sop") != always.inverted
    rises = np.array(signs or [0] * space.n_inputs) * (1 if covers_ones else -1)
    for output, plane in enumerate(split.planes):
        care = split.care[output % len(split.care)]
        on_set, off_set = (care & plane, care & ~plane) if covers_ones else (care & ~plane, care & plane)
        worth = np.where(np.stack([rises >= 0, rises <= 0]), _worth(problem, on_set, off_set), -np.inf)
        negated, number = divmod(int(worth.argmax()), space.n_inputs)
        cube = cube_from_literals([-(number + 1) if negated else number + 1], space.n_inputs)
        cover = cover.replaced(output, stack([cube], space.n_inputs))
    return cover


def _worth(problem: Problem, on_set: Words, off_set: Words) -> NDArray[np.float64]:
    """float64[2, inputs]: share of the on-set that the literal and its opposite cover, less the off-set's."""
    n_on, n_off = int(popcount(on_set)), int(popcount(off_set))
    on, off = (_counts(problem.train.split.inputs, samples) for samples in (on_set, off_set))
    even = problem.spec.metric != "accuracy"
    price_on, price_off = (1 / max(1, n_on), 1 / max(1, n_off)) if even else (1.0, 1.0)
    value = on * price_on - off * price_off
    return np.stack([value, n_on * price_on - n_off * price_off - value])


def _counts(inputs: Words, samples: Words) -> NDArray[np.int64]:
    """int64[inputs]: how many of `samples` uint64[words] set each input."""
    parts = [popcount(inputs[i : i + BLOCK] & samples) for i in range(0, len(inputs), BLOCK)]
    return np.concatenate(parts)
