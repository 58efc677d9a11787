"""Softmax cross entropy of many rows of few classes: what a local step asks for most often.

NumPy's reductions along a short last axis cost ten times the exponentials; here a block of rows is turned, so that
maxima, exponentials and sums run along the rows (vectorised), and turned back while it is in the nearest cache. exp(x)
is 2^k e^r with k = round(x / ln 2) put straight into a float's exponent bits and a polynomial of degree 6 in r
(relative error below 3e-7, about single precision's own rounding).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fitness.compiling.kernel import kernel

FLOAT = types.float64
ROWS = types.Array(types.float32, 2, "C", readonly=True)
LABELS = types.Array(types.int64, 1, "C", readonly=True)
_BLOCK = 64
_F, _U = np.float32, np.uint64
_LOG2E, _LN2_HIGH, _LN2_LOW = _F(1.44269504), _F(0.693359375), _F(-2.12194440e-4)
_LOWEST = _F(-87.0)


@intrinsic
def _float_of_bits(typingctx: Any, bits: Any) -> Any:
    """The float32 whose bits an int32 holds."""
    signature = types.float32(types.int32)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return signature, generate


@kernel(types.float32(types.float32), inline="always")
def exp_of_negative(x):
    """exp(x) for x <= 0; below -87 it counts as -87."""
    x = max(x, _LOWEST)
    k = np.int32(x * _LOG2E - _F(0.5))
    whole = _F(k)  # an int32 times a float32 would be a float64
    r = x - whole * _LN2_HIGH - whole * _LN2_LOW
    p = _F(1.9875691500e-4)
    p = p * r + _F(1.3981999507e-3)
    p = p * r + _F(8.3334519073e-3)
    p = p * r + _F(4.1665795894e-2)
    p = p * r + _F(1.6666665459e-1)
    p = p * r + _F(5.0000001201e-1)
    p = p * r * r + r + _F(1)
    return p * _float_of_bits(np.int32((k + np.int32(127)) << np.int32(23)))


@kernel(FLOAT(ROWS, LABELS, types.float32, types.float32[:, ::1]))
def softmax_loss(logits, labels, scale, chances):
    """Mean cross entropy of scale * logits float32[N, C]; chances float32[N, C] becomes their softmax."""
    n, classes = logits.shape
    block, top, whole = (
        np.empty((classes, _BLOCK), np.float32),
        np.empty(_BLOCK, np.float32),
        np.empty(_BLOCK, np.float32),
    )
    total = 0.0
    for start in range(0, n, _BLOCK):
        size = min(_BLOCK, n - start)
        for row in range(size):
            for c in range(classes):
                block[_U(c), _U(row)] = logits[_U(start + row), _U(c)]
        top[:] = block[0]
        for c in range(1, classes):
            for row in range(size):
                if block[_U(c), _U(row)] > top[_U(row)]:
                    top[_U(row)] = block[_U(c), _U(row)]
        picked = 0.0
        for row in range(size):
            picked += (block[labels[start + row], row] - top[row]) * scale
        whole[:] = 0
        for c in range(classes):
            for row in range(size):
                power = exp_of_negative((block[_U(c), _U(row)] - top[_U(row)]) * scale)
                block[_U(c), _U(row)] = power
                whole[_U(row)] += power
        for row in range(size):
            total += math.log(whole[row])
            whole[row] = _F(1) / whole[row]
        for row in range(size):
            for c in range(classes):
                chances[_U(start + row), _U(c)] = block[_U(c), _U(row)] * whole[_U(row)]
        total -= picked
    return total / n
