"""Where to cut a numeric column.

Cuts lie in the gaps between adjacent distinct training values. Gaps are chosen at the quantiles k / (bits + 1) of the
training rows. A value so frequent that several quantiles fall on it needs one cut only; the cuts this spares are
placed at the quantiles of the rows with other values, or a column that is mostly zero would keep a single cut.
Within its gap a <= t < b a cut is the roundest number (7 or 12.5 or 0, not 7.0312), nearest to the middle among
equally round ones: ``x <= 880.8`` then means the same on paper and in the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_EXACT = Context(prec=60)


def thresholds(values: NDArray[Any], bits: int) -> tuple[float, ...]:
    """At most `bits` cuts of numeric values [rows] without NaN, ascending; none for a constant column."""
    return quantile_cuts(values, bits, between)


def quantile_cuts(values: NDArray[Any], bits: int, rounded: Callable[[float, float], float]) -> tuple[float, ...]:
    """As `thresholds`; rounded(low, high) chooses the cut low <= t < high within a gap."""
    distinct, counts = np.unique(values, return_counts=True)
    gaps = list(range(len(distinct) - 1)) if len(distinct) <= bits + 1 else quantile_gaps(counts, bits)
    number = int if values.dtype == np.int64 else float
    return tuple(rounded(number(distinct[gap]), number(distinct[gap + 1])) for gap in gaps)


def quantile_gaps(counts: NDArray[np.intp], bits: int) -> list[int]:
    """Gaps at the quantiles: gap i lies above the i-th distinct value, `counts` are rows per distinct value."""
    gaps: set[int] = set()
    counts = counts.copy()
    while len(gaps) < bits and counts.any():
        spare, ends = bits - len(gaps), np.cumsum(counts)
        # The k-th quantile lies at or after sorted row floor((n - 1) k / (spare + 1)): exact in integers.
        rows = (int(ends[-1]) - 1) * np.arange(1, spare + 1) // (spare + 1)
        places, times = np.unique(np.searchsorted(ends, rows, side="right"), return_counts=True)
        new = set(np.minimum(places, len(counts) - 2).tolist()) - gaps
        if not new:
            break
        gaps |= new
        counts[places[times > 1]] = 0
    return sorted(gaps)


@lru_cache(maxsize=16384, typed=True)  # a cut of whole numbers is one
def between(low: float, high: float) -> float:
    """The roundest t with low <= t < high: a multiple of the largest power of ten, then nearest to the middle."""
    middle = _EXACT.divide(_EXACT.add(Decimal(low), Decimal(high)), Decimal(2))
    top = max(Decimal(low).adjusted(), Decimal(high).adjusted()) + 1
    for exponent in range(top, top - 19, -1):  # 17 significant digits tell any two floats apart
        step = Decimal((0, (1,), exponent))
        neighbours = [middle.quantize(step, rounding, _EXACT) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        for candidate in sorted(neighbours, key=lambda t: abs(_EXACT.subtract(t, middle))):
            if isinstance(low, int) and candidate == candidate.to_integral_value() and low <= int(candidate) < high:
                return int(candidate)
            if low <= float(candidate) < high and not isinstance(low, int):
                return float(candidate) + 0.0  # never -0.0
    return low
