"""Portable arithmetic against decimal numbers, fractions and plain Python."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomes import portable

EXACT = Context(prec=60)
POSITIVE = st.floats(1e-300, 1e300)


def units_off(found: float, exact: Decimal) -> float:
    """How far from the exact value, in units in the last place."""
    return float(abs(Decimal(found) - exact) / Decimal(math.ulp(found)))


@given(st.lists(st.floats(-1e9, 1e9), max_size=40))
def test_a_sum_adds_from_left_to_right(values: list[float]) -> None:
    assert portable.summed(np.array(values)) == reduce(lambda total, value: total + value, values, 0.0)


def test_sums_and_means_are_along_the_last_axis() -> None:
    values = np.arange(24).reshape(2, 3, 4)
    assert portable.summed(values).tolist() == values.sum(axis=-1).tolist()
    assert portable.mean(values).tolist() == values.mean(axis=-1).tolist()
    assert portable.summed(np.zeros((2, 0))).tolist() == [0.0, 0.0]


@given(st.lists(st.integers(0, 2**53 - 1), min_size=1))
def test_bits_of_integers(numbers: list[int]) -> None:
    assert portable.bit_length(np.array(numbers)).tolist() == [n.bit_length() for n in numbers]


@given(st.floats(-700, 700))
def test_exponentials(x: float) -> None:
    [found] = portable.exp(np.array([x]))
    assert units_off(found, EXACT.exp(Decimal(x))) <= 2


@pytest.mark.parametrize(("x", "value"), [(0.0, 1.0), (-800.0, 0.0)])
def test_exponentials_at_the_ends(x: float, value: float) -> None:
    assert portable.exp(np.array([x])).tolist() == [value]


@given(st.one_of(POSITIVE, st.floats(0.5, 2.0)))
def test_logarithms(x: float) -> None:
    [found] = portable.log(np.array([x]))
    exact = EXACT.ln(Decimal(x))
    assert found == 0 if exact == 0 else units_off(found, exact) <= 2


@given(st.integers(1, 10**9))
def test_binary_logarithms_are_the_nearest_floats(n: int) -> None:
    assert units_off(portable.log2(n), EXACT.divide(EXACT.ln(Decimal(n)), EXACT.ln(Decimal(2)))) <= 0.5


@pytest.mark.parametrize("exponent", [0, 1, 5, 40])
def test_binary_logarithms_of_powers_of_two_are_whole(exponent: int) -> None:
    assert portable.log2(2**exponent) == exponent


@given(st.floats(1e-3, 1e3), st.integers(-32, 32))
def test_a_power_in_eighths_is_a_root(base: float, eighths: int) -> None:
    found = Fraction(portable.power(base, eighths / 8))
    assert abs(found**8 / Fraction(base) ** eighths - 1) <= Fraction(8, 2**52)


@given(st.floats(0.02, 1e6), st.floats(0.02, 1e6), st.integers(2, 60))
def test_a_geometric_path_has_its_ends_and_equal_ratios(first: float, last: float, n: int) -> None:
    path = portable.geometric(first, last, n)
    assert (len(path), path[0], path[-1]) == (n, first, last)
    for i, value in enumerate(path.tolist()):
        wanted = Fraction(first) ** (n - 1 - i) * Fraction(last) ** i
        assert abs(Fraction(value) ** (n - 1) / wanted - 1) <= Fraction(n, 2**52)


def test_a_path_of_one_is_its_beginning() -> None:
    assert portable.geometric(3.0, 7.0, 1).tolist() == [3.0]
