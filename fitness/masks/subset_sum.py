"""Random subset sums: why pruning a random network can imitate any weight, and how closely.

A strong lottery ticket replaces every target weight by a subset of random ones. With n numbers from U(-1, 1) some
subset comes within about 2^-n of a target (Lueker 1998): the error halves with every further number, so a network
larger by a logarithm suffices (Pensia et al. 2020). `theory_error` is the line for a target near 0: the 2^n sums lie
with density 2^n / sqrt(2 pi n / 12) if each subset's sum is taken as independent, the nearest one on either side is
exponentially far, and the median of the nearer is ln 2 / (2 density).

Exact by meeting in the middle (Horowitz and Sahni 1974): 2^(n/2) sums of either half, sorted, one walk over both lists;
n = 40 takes two lists of a million. Larger n: `block_search` solves blocks of the subset exactly, the rest held still.
Evolution has no place here: a random search's error is one over its number of trials and does not fall with n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError

#: Numbers of an exact solution, at most: two lists of 2^24 sums, 400 MB.
MOST = 48


@dataclass(frozen=True, slots=True)
class Subset:
    """chosen: bool[n]; error: largest coordinate of |sum - target|."""

    chosen: NDArray[np.bool_]
    error: float


def solve(values: NDArray[np.float64], target: float | NDArray[np.float64]) -> Subset:
    """The subset of values float64[n] (or float64[n, d] with a target float64[d]) whose sum comes closest.

    Raises:
        DataError: no values or more than `MOST`, values that are not finite, a target of another dimension.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    goal = np.asarray(target, dtype=np.float64)
    if values.ndim not in (1, 2) or not 1 <= len(values) <= MOST or 0 in values.shape:
        raise DataError(f"a subset sum takes 1 to {MOST} numbers or vectors, got shape {list(values.shape)}")
    if goal.shape != values.shape[1:] or not (np.isfinite(values).all() and np.isfinite(goal).all()):
        raise DataError(f"expected finite numbers and a finite target of shape {list(values.shape[1:])}")
    if values.ndim == 1 or values.shape[1] == 1:
        chosen = _solve_numbers(values.reshape(-1), float(goal.reshape(-1)[0]) if goal.ndim else float(goal))
    else:
        chosen = _solve_vectors(values, goal)
    return Subset(chosen, float(np.max(np.abs(values[chosen].sum(axis=0) - goal))))


def _solve_numbers(values: NDArray[np.float64], target: float) -> NDArray[np.bool_]:
    from fitness.kernels.masks.subset_sum import closest_pair  # noqa: PLC0415 - loads kernels

    half = len(values) // 2
    (first, of_first), (second, of_second) = sums_of(values[:half]), sums_of(values[half:])
    pair = np.zeros(2, dtype=np.int64)
    closest_pair(first, second, target, pair)
    return _flags([of_first[pair[0]], of_second[pair[1]]], half, len(values))


def _solve_vectors(values: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.bool_]:
    from fitness.kernels.masks.subset_sum import closest_points  # noqa: PLC0415 - loads kernels

    half = len(values) // 2
    points, subsets = [], []
    for part in (values[:half], values[half:]):
        _, order = sums_of(np.ascontiguousarray(part[:, 0]))
        points.append(np.ascontiguousarray(bits_of(order, len(part)) @ part))
        subsets.append(order)
    pair = np.zeros(2, dtype=np.int64)
    closest_points(points[0], points[1], target, pair)
    return _flags([subsets[0][pair[0]], subsets[1][pair[1]]], half, len(values))


def sums_of(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """All subset sums of float64[n], ascending, with their subsets as bit masks: float64[2^n], uint32[2^n]; n <= 32."""
    from fitness.kernels.masks.subset_sum import sorted_sums  # noqa: PLC0415 - loads kernels

    sums, subsets = np.empty(1 << len(values)), np.empty(1 << len(values), dtype=np.uint32)
    sorted_sums(np.ascontiguousarray(values), sums, subsets)
    return sums, subsets


def bits_of(subsets: NDArray[np.uint32], n: int) -> NDArray[np.float64]:
    """float64[len, n]: 1.0 where a subset has a value."""
    return ((subsets[:, None] >> np.arange(n, dtype=np.uint32)) & np.uint32(1)).astype(np.float64)


def _flags(halves: list[np.uint32], half: int, n: int) -> NDArray[np.bool_]:
    parts = [bits_of(np.array([mask]), size)[0] for mask, size in zip(halves, (half, n - half), strict=True)]
    return np.concatenate(parts) > 0


def block_search(
    values: NDArray[np.float64], target: float, rng: np.random.Generator, steps: int, block: int = 24
) -> Subset:
    """Local search for many numbers: `steps` times a random block of the subset is solved exactly, the rest kept.

    Starts from a fair coin per value; the error never rises.

    Raises:
        DataError: see `solve`.
    """
    chosen = rng.random(len(values)) < 0.5
    best = Subset(chosen, abs(float(values[chosen].sum()) - target))
    for _ in range(steps):
        members = rng.permutation(len(values))[:block]
        rest = best.chosen.copy()
        rest[members] = False
        part = solve(values[members], target - float(values[rest].sum()))
        rest[members] = part.chosen
        error = abs(float(values[rest].sum()) - target)
        if error < best.error:
            best = Subset(rest, error)
    return best


def theory_error(n: int) -> float:
    """Median error for n numbers from U(-1, 1) and a target near 0; see the module text."""
    return float(np.log(2) * np.sqrt(2 * np.pi * n / 12) / 2 ** (n + 1))
