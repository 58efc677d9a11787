"""How sure a counted share is, and whether two models differ on the same rows."""

from __future__ import annotations

import math

#: 97.5th percentile of the normal distribution.
Z95 = 1.959963984540054


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share right / n (Wilson 1927); (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    z = Z95
    share, scale = right / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def sign_test(first: int, second: int) -> float:
    """Two-sided p of `first` rows that only one model gets right against `second` that only the other does.

    The exact test of McNemar's counts; beyond 2,000 rows the normal approximation with continuity correction.
    """
    n, low = first + second, min(first, second)
    if n == 0:
        return 1.0
    if n > 2000:
        distance = max(0.0, abs(first - second) - 1) / math.sqrt(n)
        return math.erfc(distance / math.sqrt(2))
    tail = sum(math.comb(n, k) for k in range(low + 1))
    return min(1.0, float(2 * tail / 2**n))
