"""Arithmetic with the same bits on every machine.

The idea. IEEE 754 fixes every bit of +, -, *, / and the square root. It does not fix powers, exponentials and
logarithms, whose last bit depends on the library and on the vector instructions that it finds, nor the order in which a
sum or a product of matrices adds. What decides anything (which model lives, is chosen, or is written) therefore uses
this module: sums from left to right, sizes of integers read off their bits, and functions made of the fixed operations
alone, each its own call into NumPy, so that no compiler joins two of them into one rounding. Scalars that are
computed once come from the standard library's decimal numbers, whose results are fixed too.

A sum of whole numbers below 2**53 is exact in any order and needs nothing of this, nor does a sort: but one that moves
equal keys (argsort's default) has another order of them on other vector units, so sorts by a key are stable ones.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CONTEXT = Context(prec=30)
#: ln 2 in two parts: the first has so few digits that whole multiples of it (below 2**20) are exact.
_LN2_HIGH, _LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
_ONE_BY_LN2 = 1.4426950408889634
_EXP_TERMS, _LOG_TERMS = 14, 12


def summed(values: NDArray[np.number]) -> Floats:
    """float64[...] from [..., n]: the sums along the last axis, added from left to right; 0 where n is 0."""
    numbers = np.asarray(values, dtype=np.float64)
    return np.zeros(numbers.shape[:-1]) if numbers.shape[-1] == 0 else np.cumsum(numbers, axis=-1)[..., -1]


def mean(values: NDArray[np.number]) -> Floats:
    """float64[...] from [..., n], n > 0: the means along the last axis."""
    return np.asarray(summed(values) / values.shape[-1])


def bit_length(numbers: NDArray[np.integer]) -> NDArray[np.int64]:
    """int64: bits of each of `numbers` (0 <= n < 2**53), 0 for 0; of n - 1 it is ceil(log2(n))."""
    return np.frexp(np.asarray(numbers, dtype=np.float64))[1].astype(np.int64)


def power(base: float, exponent: float) -> float:
    """base ** exponent for a base > 0, the nearest float."""
    return float(_CONTEXT.power(Decimal(base), Decimal(exponent)))


def log2(number: float) -> float:
    """The binary logarithm of a number > 0, the nearest float; whole for powers of two."""
    return float(_CONTEXT.divide(_CONTEXT.ln(Decimal(number)), _CONTEXT.ln(Decimal(2))))


def geometric(first: float, last: float, n: int) -> Floats:
    """float64[n] from `first` to `last` (both > 0) in equal ratios, each the nearest float; `first` where n = 1."""
    begin, intervals = Decimal(first), Decimal(max(1, n - 1))
    whole = _CONTEXT.ln(_CONTEXT.divide(Decimal(last), begin))
    logs = [_CONTEXT.divide(_CONTEXT.multiply(whole, Decimal(i)), intervals) for i in range(n)]
    return np.array([float(_CONTEXT.multiply(begin, _CONTEXT.exp(step))) for step in logs])


def exp(x: Floats) -> Floats:
    """e**x of finite numbers within 2 units in the last place: 2**k times the Taylor polynomial of what is left."""
    k = np.rint(x * _ONE_BY_LN2)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW  # |r| <= ln 2 / 2
    result = np.ones_like(r)
    for i in range(_EXP_TERMS, 0, -1):
        result = result * r / i + 1.0
    return np.ldexp(result, np.clip(k, -1100, 1100).astype(np.int32))


def log(x: Floats) -> Floats:
    """The natural logarithm of numbers > 0 within 2 units in the last place: 2 artanh of (m - 1) / (m + 1), x = m 2**e.

    m is within a factor sqrt(2) of 1.
    """
    m, e = np.frexp(x)
    low = m < math.sqrt(0.5)
    m, e = np.where(low, 2.0 * m, m), np.where(low, e - 1, e)
    s = (m - 1.0) / (m + 1.0)
    z, series = s * s, np.zeros_like(s)
    for i in range(_LOG_TERMS, 0, -1):
        series = (series + 1.0 / (2 * i + 1)) * z
    return np.asarray(e * _LN2_HIGH + (2.0 * s + (2.0 * s * series + e * _LN2_LOW)))
