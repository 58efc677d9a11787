"""Parity masks: the parities whose removal leaves a function that is easier to learn.

A sum bit a ^ b ^ carry has no correlation with {a, b}, but half of one with {a, b, a'} of the next lower place; once
a ^ b is taken off, a carry is left, which trees, graphs and terms can learn. So: all Walsh coefficients of degree up to
3 on a sample of rows (`fitness.kernels.networks.walsh`), the largest that chance does not explain, and for each subset
of such a set S the energy of first order that is left without it, sum over i of cov(x_i, y ^ parity_S)^2 / var(x_i),
plus mean^2, less (n + 1) / N for chance. The empty mask is always among the answers: a wrong mask costs points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import columns_of, drawn_by_weight, input_literals, known_rows
from fitness.networks.target import Target
from genomes import portable
from genomes.bits import Words, pack, popcount, unpack
from genomes.circuits.graph import FALSE
from genomes.deadline import looking

#: Sets that are kept, and standard deviations that a coefficient must be away from 0.
LARGEST, DEVIATIONS = 8, 6
#: Words that the coefficients may cost, samples at most and at least, and inputs whose triples are looked at.
MOST_WORDS, MOST_SAMPLES, FEWEST_SAMPLES, MOST_INPUTS = 1 << 30, 2560, 512, 768
#: Samples that energies are counted on, at most.
ENERGY_SAMPLES = 1 << 14


class Mask(NamedTuple):
    """literal: of a XOR unit, FALSE for no mask; energy: of first order that is left without it, above 1 at most where
    inputs are correlated."""

    literal: int
    energy: float


def parity_masks(pool: Pool, target: Target, literals: Sequence[int] | None = None, most: int = 3) -> list[Mask]:
    """The `most` best masks and the empty one, best first; equal energies in order of size.

    literals: what masks may be made of, by default the inputs.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    rows = known_rows(target)
    columns, wanted, n = _sampled(columns_of(pool, literals), target, rows, ENERGY_SAMPLES)
    masks = sorted(_candidates(_large_sets(pool, target, literals, rows)), key=lambda mask: (len(mask), mask))
    energies = [_energy(columns, wanted ^ _parity(columns, mask), n) for mask in looking(masks)]
    order = sorted(range(len(masks)), key=lambda i: (-energies[i], i))
    best = [i for i in order if masks[i]][:most]
    return [
        Mask(pool.xor(*(literals[place] for place in masks[i])) if masks[i] else FALSE, energies[i])
        for i in order if i in best or not masks[i]
    ]  # fmt: skip


def masked(target: Target, column: Words) -> Target:
    """What is left to learn once the parity `column` is taken off: y ^ parity."""
    return replace(target, wanted=target.wanted ^ unpack(column[None], len(target.wanted))[0])


def _sampled(columns: Words, target: Target, rows: NDArray[np.intp], most: int) -> tuple[Words, Words, int]:
    """Columns and what is wanted on rows drawn by weight, and their number."""
    drawn = rows[drawn_by_weight(target.weights[rows], min(most, len(rows)))]
    bits = unpack(columns, len(target.wanted))[:, drawn]
    return pack(bits), pack(np.ascontiguousarray(target.wanted[drawn])), len(drawn)


def _large_sets(pool: Pool, target: Target, literals: Sequence[int], rows: NDArray[np.intp]) -> list[tuple[int, ...]]:
    """Sets of places in `literals` with the largest coefficients, the largest first."""
    from fitness.kernels.networks.walsh import walsh_sets  # noqa: PLC0415 - kernels load only when needed

    n = len(literals)
    degree = 3 if n <= MOST_INPUTS else 2
    sets_to_see = n * max(1, n - 1) * max(1, n - 2) // 6 if degree == 3 else n * n // 2
    samples = max(FEWEST_SAMPLES, min(MOST_SAMPLES, 64 * (MOST_WORDS // max(1, sets_to_see))))
    columns, wanted, n_rows = _sampled(columns_of(pool, literals), target, rows, samples)
    floor = int(np.floor(DEVIATIONS * np.sqrt(float(n_rows))))
    sizes, sets = np.full(LARGEST, floor, dtype=np.int64), np.full((LARGEST, 3), -1, dtype=np.int64)
    for first in looking(range(0, n, 8)):
        walsh_sets(columns, wanted, n_rows, degree, first, min(first + 8, n), sizes, sets)
    found = [tuple(place for place in row if place >= 0) for row in sets.tolist()]
    return [places for places in found if places]


def _candidates(sets: Sequence[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Subsets of each set, and symmetric differences of some of them; the empty one among them."""
    parts = {part for places in sets for size in range(len(places) + 1) for part in combinations(places, size)}
    mixed = [frozenset[int]()]
    for places in sets:
        mixed += [some ^ set(places) for some in mixed]
    return {(), *parts, *(tuple(sorted(some)) for some in mixed)}


def _parity(columns: Words, places: Iterable[int]) -> Words:
    parity: Words = np.bitwise_xor.reduce(columns[list(places)], axis=0, initial=np.uint64(0))
    return parity


def _energy(columns: Words, wanted: Words, n_rows: int) -> float:
    """Energy of first order of a function of n_rows samples in signs, without what chance gives."""
    if n_rows == 0:
        return 0.0
    ones, held, joint = popcount(columns), int(popcount(wanted)), popcount(columns & wanted)
    covariance = (n_rows * joint - ones * held).astype(np.float64)
    variance = (ones * (n_rows - ones)).astype(np.float64)
    parts = 4.0 * covariance * covariance / np.maximum(variance, 1.0) / (n_rows * n_rows)
    mean = (n_rows - 2 * held) / n_rows
    return float(portable.summed(parts)) + mean * mean - (len(columns) + 1) / n_rows
