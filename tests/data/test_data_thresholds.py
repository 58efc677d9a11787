from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.data.thresholds import between, thresholds

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE, FINITE)
def test_a_cut_separates_its_neighbours_as_printed(a, b):
    if a == b:
        return
    low, high = min(a, b), max(a, b)
    cut = between(low, high)
    assert low <= cut < high
    assert low <= float(repr(cut)) < high


def zeros(number):
    """Trailing zeros; 0 is rounder than anything."""
    return 99 if number == 0 else len(str(number)) - len(str(number).rstrip("0"))


@given(st.integers(-2000, 2000), st.integers(1, 3000))
def test_a_cut_is_the_roundest_number_and_of_these_the_nearest_to_the_middle(low, width):
    inside = range(low, low + width)
    best = max(map(zeros, inside))
    expected = min((n for n in inside if zeros(n) == best), key=lambda n: (abs(2 * n - (2 * low + width)), n))
    assert between(low, low + width) == expected


@pytest.mark.parametrize(
    ("low", "high", "cut"),
    [
        (0, 1, 0.0),
        (3, 4, 3.0),
        (3, 10, 6.0),
        (-5, 8, 0.0),
        (0.1, 0.2, 0.1),
        (880.5, 881.4, 881.0),
        (1200, 1900, 1500.0),
        (1.0, np.nextafter(1.0, 2.0), 1.0),
        (-4, -3, -4.0),
    ],
)
def test_round_cuts(low, high, cut):
    assert between(low, high) == cut


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 40))
def test_few_distinct_values_get_every_gap(values, bits):
    distinct = sorted(set(values))
    cuts = thresholds(np.array(values), bits)
    assert len(cuts) <= bits
    assert list(cuts) == sorted(set(cuts))
    if len(distinct) <= bits + 1:
        assert [sum(v <= cut for v in distinct) for cut in cuts] == list(range(1, len(distinct)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(100, 400))
def test_cuts_of_distinct_values_part_the_rows_as_the_quantiles_do(seed, bits, n):
    values = np.random.Generator(np.random.PCG64(seed)).permutation(n * 3)[:n].astype(float)
    cuts = thresholds(values, bits)
    ordered = np.sort(values)
    quantiles = [ordered[Fraction((n - 1) * k, bits + 1).__floor__()] for k in range(1, bits + 1)]
    assert [(values <= cut).sum() for cut in cuts] == [(values <= q).sum() for q in quantiles]


@given(st.lists(st.integers(0, 6), min_size=30, max_size=200), st.integers(1, 4))
def test_every_quantile_of_tied_values_is_cut(values, bits):
    values = np.array(values)
    cuts = thresholds(values, bits)
    parted = {int((values <= cut).sum()) for cut in cuts} | {len(values)}
    if len(np.unique(values)) > bits + 1:
        quantiles = np.quantile(values, [Fraction(k, bits + 1).__float__() for k in range(1, bits + 1)], method="lower")
        second = np.unique(values)[-2]
        assert {int((values <= min(q, second)).sum()) for q in quantiles} <= parted


def test_a_frequent_value_takes_one_cut_and_leaves_the_others_to_the_rest():
    values = np.concatenate([np.zeros(900), np.arange(1, 101)])
    cuts = thresholds(values, 9)
    assert len(cuts) == 9
    assert cuts[0] == 0
    assert np.diff([(values <= cut).sum() for cut in cuts]).max() <= 13


def test_a_constant_column_has_no_cut():
    assert thresholds(np.full(5, 2.5), 9) == ()


def test_bytes_are_cut_like_numbers():
    values = np.array([0, 3, 255, 7, 7, 100] * 20, dtype=np.uint8)
    assert thresholds(values, 3) == thresholds(values.astype(float), 3)
