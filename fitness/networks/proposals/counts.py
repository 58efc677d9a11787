"""COUNT units: how many of some literals hold, and at which numbers the answer is yes.

Signs w in {-1, 0, 1}^n (an input, left out, or its complement) climb on what the count tells about the grow rows
(`fitness.kernels.networks.counts`), from all ones, from the signs of the correlations, and from none. The table over
the count is made of the grow rows (of the prune rows where no other shows a number) and smoothed as far as the prune
rows ask for; numbers that no row shows follow the shortest period that the table has, as of a parity, or else the
nearest number seen. Symmetric functions (parity, majority, any table over a count) come out exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.networks.pool import Pool
from fitness.networks.proposals.signals import Bytes, bits_of, input_literals, row_scale, wanted_bytes
from fitness.networks.target import Rows, Target
from genomes.circuits.graph import FALSE, TRUE
from genomes.deadline import looking
from genomes.networks.units import COUNT

Signs = NDArray[np.int8]
#: Sweeps of the climb, rows it looks at, and standard deviations of a correlation that a start goes by.
SWEEPS, MOST_ROWS, DEVIATIONS = 12, 8192, 2.0
#: Rows on either side of a table's entry that count with it, in numbers.
SMOOTHED = (0, 1, 2)


@dataclass(frozen=True)
class Count:
    """places: of the literals that count; negated: 1 where the complement does; holds: bool[len(places) + 1]."""

    places: NDArray[np.intp]
    negated: NDArray[np.int8]
    holds: NDArray[np.bool_]

    def unit(self, pool: Pool, literals: Sequence[int]) -> int:
        """The literal of its unit."""
        read = [literals[place] ^ int(sign) for place, sign in zip(self.places, self.negated, strict=True)]
        return pool.add(COUNT, read, np.flatnonzero(self.holds).tolist())


def counted(pool: Pool, target: Target, literals: Sequence[int] | None = None) -> int:
    """The literal of the best COUNT unit (a constant or a literal where that is it).

    literals: what may be counted, by default the inputs.
    """
    literals = input_literals(pool) if literals is None else list(literals)
    held = int(target.weights[target.grow][target.wanted[target.grow]].sum())
    if held in (0, int(target.weights[target.grow].sum())) or not literals:
        return TRUE if held else FALSE
    inputs = bits_of(pool, literals, target.grow)
    pruning = bits_of(pool, literals, target.prune)
    found = [count for signs in looking(_climbed(inputs, target)) for count in _tables(inputs, pruning, signs, target)]
    if not found:
        return TRUE if 2 * held > int(target.weights[target.grow].sum()) else FALSE
    return min(found, key=lambda pair: pair[0])[1].unit(pool, literals)


def _climbed(inputs: Bytes, target: Target) -> Iterator[Signs]:
    from fitness.kernels.networks.counts import climb_signs  # noqa: PLC0415 - kernels load only when needed

    some = np.arange(len(target.grow))[:: -(-len(target.grow) // MOST_ROWS)]
    wanted, weights = wanted_bytes(target, target.grow)[some], target.weights[target.grow][some]
    if wanted.min() == wanted.max():
        return
    rows = np.ascontiguousarray(inputs[some].T)
    scale, seen = row_scale(weights), set[bytes]()
    for signs in looking(_starts(rows, wanted, weights, scale)):
        climb_signs(rows, wanted, weights, scale, SWEEPS, signs)
        if signs.tobytes() not in seen and signs.any():
            seen.add(signs.tobytes())
            yield signs


def _starts(rows: Bytes, wanted: Bytes, weights: NDArray[np.int64], scale: float) -> list[Signs]:
    """All ones, significant correlations, none."""
    total, held = int(weights.sum()), int(weights[wanted == 1].sum())
    ones = (rows * weights).sum(axis=1, dtype=np.int64)
    joint = (rows[:, wanted == 1] * weights[wanted == 1]).sum(axis=1, dtype=np.int64)
    apart = joint - ones * (held / total)
    variance = ones / total * (total - ones) * (held / total) * (1.0 - held / total)
    significant = apart * apart * scale > DEVIATIONS * DEVIATIONS * variance
    by_correlation = np.where(significant, np.sign(apart), 0.0).astype(np.int8)
    return [np.ones(len(rows), dtype=np.int8), by_correlation, np.zeros(len(rows), dtype=np.int8)]


Judged = tuple[tuple[int, int, int], Count]


def _tables(inputs: Bytes, pruning: Bytes, signs: Signs, target: Target) -> Iterator[Judged]:
    """Tables over one count with (weight of wrong prune rows, of wrong grow rows, changes and literals)."""
    places = np.flatnonzero(signs)
    negated = (signs[places] < 0).astype(np.int8)
    grown, pruned = ((part[:, places] ^ negated.astype(np.uint8)).sum(axis=1) for part in (inputs, pruning))
    samples, positives = _by_count(grown, target, target.grow, len(places))
    also, also_positives = _by_count(pruned, target, target.prune, len(places)) * (samples == 0)
    samples, positives = samples + also, positives + also_positives
    for holds in _smoothed(samples, positives):
        wrong = (_wrong(holds, pruned, target, target.prune), _wrong(holds, grown, target, target.grow))
        size = int((holds[1:] != holds[:-1]).sum()) + len(places)
        yield (*wrong, size), Count(places, negated, holds)


def _by_count(counts: NDArray[np.integer], target: Target, rows: Rows, n: int) -> NDArray[np.int64]:
    """int64[2, n + 1]: weight of the rows with each count, and of those that are wanted."""
    samples = np.zeros((2, n + 1), dtype=np.int64)
    np.add.at(samples[0], counts, target.weights[rows])
    np.add.at(samples[1], counts, target.weights[rows] * target.wanted[rows])
    return samples


def _wrong(holds: NDArray[np.bool_], counts: NDArray[np.integer], target: Target, rows: Rows) -> int:
    return int(target.weights[rows][holds[counts] != target.wanted[rows]].sum())


def _smoothed(samples: NDArray[np.int64], positives: NDArray[np.int64]) -> Iterator[NDArray[np.bool_]]:
    """Tables by majority, of each number alone or with its neighbours, and the best single border."""
    majority = positives.sum() * 2 > samples.sum()
    for width in SMOOTHED:
        of, held = (_with_neighbours(values, width) for values in (samples, positives))
        yield _filled(np.where(2 * held == of, majority, 2 * held > of), of > 0)
    below = np.concatenate([[0], np.cumsum(2 * positives - samples)])
    for sign in (1, -1):
        border = int(np.argmax(sign * below))
        holds = np.arange(len(samples)) < border
        yield holds if sign > 0 else ~holds


def _with_neighbours(values: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Each value and those at most `width` places away, added up."""
    sums = np.cumsum(np.pad(values, (width + 1, width)))
    return sums[2 * width + 1 :] - sums[: len(values)]


def _filled(holds: NDArray[np.bool_], seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The table where numbers that were not seen follow its shortest period, or the nearest number that was."""
    places = np.flatnonzero(seen)
    if len(places) in (0, len(seen)):
        return holds
    for period in range(2, len(places) // 2 + 1):
        values = [set(holds[places[places % period == rest]].tolist()) for rest in range(period)]
        if all(len(value) == 1 for value in values):
            return np.array([values[place % period] == {True} for place in range(len(seen))])
    nearest = np.argmin(np.abs(np.arange(len(seen))[:, None] - places[None]), axis=1)
    return np.asarray(holds[places[nearest]])
