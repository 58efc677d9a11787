"""Gradients from what turning a term on or off is worth: the interface that every consumer of terms fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.gradient.moves import cover_values, plane_gradient, plane_swaps
from fitness.kernels.two_level.fails import fail_planes
from fitness.layouts.sample_major import Layout
from genomes.bits import Words, pack
from genomes.two_level.term_lists import TermList

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gradient:
    """Change of the objective by every single move on a list of K terms over n inputs.

    add: float64[K, 2n], by literal; remove, negate: float64[K, L], by place in the term as in `TermList.literals`, NaN
    behind its end; drop: float64[K].
    """

    add: Floats
    remove: Floats
    negate: Floats
    drop: Floats


@dataclass(frozen=True, slots=True)
class Costs:
    """What a wrong sample costs: the sum of `values` float64[B] over the `planes` uint64[B, W] that hold it.

    Samples in no plane do not count (don't-cares, padding).
    """

    planes: Words
    values: Floats

    @classmethod
    def uniform(cls, care: Words) -> Costs:
        """1 for every sample of `care` uint64[W]."""
        return cls(care[None], np.ones(1))

    @classmethod
    def of_weights(cls, weights: NDArray[np.int64], care: Words) -> Costs:
        """Non-negative integers per sample, int64[n_rows], as bit planes.

        Raises:
            ValueError: a negative weight.
        """
        if len(weights) and weights.min() < 0:
            raise ValueError(f"weights must not be negative, got {weights.min()}")
        bits = range(int(weights.max(initial=0)).bit_length())
        planes = [pack((weights >> b) & 1 == 1) & care for b in bits]
        return cls(_stacked(planes, len(care)), np.array([float(1 << b) for b in bits]))

    @classmethod
    def of_classes(cls, classes: Words, care: Words, weights: Sequence[float]) -> Costs:
        """weights[c] for the samples of classes[c]; classes: uint64[C, W]."""
        return cls(classes & care, np.array(weights, dtype=np.float64))

    def split(self, good: Words, bad: Words) -> tuple[Words, Floats]:
        """Planes and values of a change that rights the samples `good` and wrongs the samples `bad`, uint64[W]."""
        return np.concatenate([self.planes & good, self.planes & bad]), np.concatenate([-self.values, self.values])


@dataclass(frozen=True, slots=True)
class Values:
    """What a term's value changes: on[Q, W] with on_values[Q] where it turns on, `off` likewise where it turns off.

    The change at a sample is the sum of the values of the planes that hold it. `on` is read where the term does not
    hold, `off` where it does.
    """

    on: Words
    on_values: Floats
    off: Words
    off_values: Floats

    @classmethod
    def of(cls, planes: Words, costs: Costs) -> Values:
        """From uint64[4, W]: samples righted, wronged by turning on, righted, wronged by turning off."""
        return cls(*costs.split(planes[0], planes[1]), *costs.split(planes[2], planes[3]))

    @classmethod
    def of_cover(cls, layout: Layout, terms: TermList, on_set: Words, costs: Costs) -> Values:
        """Of the terms of one OR that should be true exactly on `on_set` uint64[W]."""
        _, ge1, ge2 = covered(layout, terms)
        good, bad = on_set & ~ge1, ~on_set & ~ge1
        return cls.of(np.stack([good, bad, ~on_set & ~ge2, on_set & ~ge2]), costs)


def covered(layout: Layout, terms: TermList) -> tuple[Words, Words, Words]:
    """(covers uint64[K, W] of the terms, ge1, ge2 uint64[W] samples that at least one, at least two of them hold)."""
    shape = (len(terms), len(layout.valid))
    true, near = np.empty(shape, dtype=np.uint64), np.empty(shape, dtype=np.uint64)
    ge1, ge2 = np.empty(shape[1], dtype=np.uint64), np.empty(shape[1], dtype=np.uint64)
    fail_planes(layout.lits, terms.literals, terms.lengths, layout.valid, true, near, ge1, ge2)
    return true, ge1, ge2


def empty_gradient(terms: TermList, n_inputs: int) -> Gradient:
    """All moves worth 0, NaN where there is none."""
    places = np.where(np.arange(terms.literals.shape[1]) < terms.lengths[:, None], 0.0, np.nan)
    return Gradient(np.zeros((len(terms), 2 * n_inputs)), places, places.copy(), np.zeros(len(terms)))


def gradient(layout: Layout, terms: TermList, values: Values) -> Gradient:
    """Every addition, removal, negation and drop of terms that share one consumer."""
    result = empty_gradient(terms, layout.n_inputs)
    plane_gradient(
        layout.lits, layout.rows, layout.samples, layout.valid, terms.literals, terms.lengths,
        values.on, values.on_values, values.off, values.off_values,
        result.add, result.remove, result.negate, result.drop,
    )  # fmt: skip
    return result


def swaps(layout: Layout, terms: TermList, k: int, values: Values) -> Floats:
    """float64[literals of term k, 2n]: the change when literal j of term k becomes literal m."""
    result = np.zeros((int(terms.lengths[k]), 2 * layout.n_inputs))
    plane_swaps(
        layout.lits, layout.rows, layout.samples, layout.valid, terms.literals, terms.lengths, k,
        values.on, values.on_values, values.off, values.off_values, result,
    )  # fmt: skip
    return result


def prices(covers: Words, values: Values) -> Floats:
    """float64[C]: the change when a new term that holds on covers[c] uint64[C, W] joins the consumer."""
    return _worth(covers, values.on, values.on_values)


def drops(covers: Words, values: Values) -> Floats:
    """float64[C]: the change when a present term that holds on covers[c] leaves the consumer."""
    return _worth(covers, values.off, values.off_values)


def _worth(covers: Words, planes: Words, values: Floats) -> Floats:
    result = np.empty(len(covers))
    cover_values(covers, planes, values, result)
    return result


def _stacked(planes: list[Words], width: int) -> Words:
    return np.stack(planes) if planes else np.zeros((0, width), dtype=np.uint64)
