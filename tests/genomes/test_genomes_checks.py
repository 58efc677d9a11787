from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genomes.checks import Expected, check_array, check_count, check_names, check_offsets, within
from genomes.errors import GenomeError
from genomes.two_level.cover import CoverSpace
from genomes.two_level.pools import checked_pool, pool_to_arrays
from genomes.two_level.term_lists import LONGEST, TermList

PLAIN, HIGH = Expected(np.float64, (2,)), Expected(np.float64, (2,), low=0.0, high=np.inf)
SPACE = CoverSpace("sop", 6, 2, 8, longest=3)


@pytest.mark.parametrize(
    ("array", "expected", "message"),
    [
        (np.zeros(3), PLAIN, "x: expected float64[2], got float64[3]"),
        (np.zeros((2, 1)), PLAIN, "x: expected float64[2], got float64[2, 1]"),
        (np.float64(0), PLAIN, "x: expected float64[2], got float64[]"),
        (np.zeros(2, dtype=np.int64), PLAIN, "x: expected float64[2], got int64[2]"),
        (np.zeros(2, dtype=">f8"), PLAIN, "x: expected float64[2], got >f8[2]"),
        (np.zeros((0, 1)), Expected(np.float64, (None, 2)), "x: expected float64[any, 2], got float64[0, 1]"),
        (np.array([-1, 9]), Expected(np.int64, (2,), low=0), f"x: expected values from 0 to {2**63 - 1}, got -1"),
        (np.array([-1, 9]), Expected(np.int64, (2,), high=8), f"x: expected values from {-(2**63)} to 8, got 9"),
        (np.array([0.0, -0.5]), HIGH, "x: expected values from 0.0 to inf, got -0.5"),
        (np.array([0.0, np.nan]), HIGH, "x: expected values from 0.0 to inf, got nan"),
        (np.array([0.0, np.nan, 2.0]), Expected(np.float64, (3,), high=1.0, nan=True), None),
    ],
)
def test_an_array_that_is_not_as_expected_is_refused(array: Any, expected: Expected, message: str | None) -> None:
    with pytest.raises(GenomeError) as caught:
        check_array({"x": array}, "x", expected)
    assert message is None or str(caught.value) == message


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_floats_are_finite_unless_told_otherwise(value: float) -> None:
    with pytest.raises(GenomeError, match=r"^x: expected values from -1.797"):
        check_array({"x": np.array([0.0, value])}, "x", PLAIN)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([0.0, np.inf]), HIGH),
        (np.array([np.nan, 1.0]), Expected(np.float64, (2,), low=0.0, high=1.0, nan=True)),
        (np.array([np.nan, np.nan]), Expected(np.float64, (2,), nan=True)),
        (np.zeros((0, 4), dtype=np.uint64), Expected(np.uint64, (None, 4), low=1)),
        (np.array([2**64 - 1], dtype=np.uint64), Expected(np.uint64, (1,))),
        (np.array([True, False]), Expected(np.bool_, (2,))),
    ],
)
def test_an_array_that_is_as_expected_is_given_back(array: Any, expected: Expected) -> None:
    assert check_array({"x": array}, "x", expected) is array


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=6), st.integers(0, 20))
def test_offsets_rise_from_0_to_the_rows_whatever_overflows(values: list[int], n_rows: int) -> None:
    sound = bool(values) and values == sorted(values) and values[0] == 0 and values[-1] == n_rows
    try:
        check_offsets(np.array(values, dtype=np.int64), n_rows, "offsets")
        passed = True
    except GenomeError:
        passed = False
    assert passed == sound


def test_offsets_whose_differences_overflow_are_refused() -> None:
    with pytest.raises(GenomeError, match=r"^o: expected numbers that rise from 0 to 5, the rows they cut$"):
        check_offsets(np.array([0, 2**63 - 1, -(2**63), -1, 5], dtype=np.int64), 5, "o")


def test_parts_that_are_too_long_are_refused() -> None:
    check_offsets(np.array([0, 2, 4]), 4, "o", longest=2)
    with pytest.raises(GenomeError, match=r"^o: expected at most 2 rows in each part, got 3$"):
        check_offsets(np.array([0, 1, 4]), 4, "o", longest=2)


def test_counts_and_names_say_what_was_expected() -> None:
    with pytest.raises(GenomeError, match=r"^expected 3 islands, got 4$"):
        check_count(4, 3, 3, "islands")
    with pytest.raises(GenomeError, match=r"^p: expected 0 to 2 genomes, got 3$"):
        check_count(3, 0, 2, "genomes", "p")
    with pytest.raises(GenomeError, match=r"^there is no array of the name 'zz"):
        check_names(["a", "z" * 5000], ["a", "b"])


def test_errors_within_a_part_name_the_whole() -> None:
    with pytest.raises(GenomeError, match=r"^island.3.best: this array is missing$"), within("island.3."):
        check_array({}, "best", PLAIN)


def pool() -> dict[str, Any]:
    """Two terms for the first output, one for the second."""
    first = TermList.of(np.array([[3, 0, 8], [5, 0, 0]], dtype=np.int32), np.array([3, 1]))
    second = TermList.of(np.array([[11, 2]], dtype=np.int32), np.array([2]))
    return pool_to_arrays(((first, second),), "pool.")


def test_a_pool_comes_back() -> None:
    ((first, second),) = checked_pool(pool(), "pool.", SPACE)
    assert first.literals[:, :3].tolist() == [[0, 3, 8], [5, -1, -1]]
    assert (first.lengths.tolist(), second.lengths.tolist()) == ([3, 1], [2])


@pytest.mark.parametrize(
    ("name", "place", "value", "message"),
    [
        ("literals", (0, 0), 12, "pool.literals: expected values from -1 to 11, got 12"),
        ("literals", (0, 0), -2, "pool.literals: expected values from -1 to 11, got -2"),
        ("literals", (0, 0), -1, "pool.literals: a row does not hold as many literals as its length says"),
        ("literals", (1, LONGEST - 1), 1, "pool.literals: a row does not hold as many literals as its length says"),
        ("literals", (0, 1), 0, "pool.literals: the literals of a row do not ascend"),
        ("lengths", 0, 4, "pool.lengths: expected values from 0 to 3, got 4"),
        ("lengths", 0, 2, "pool.literals: a row does not hold as many literals as its length says"),
        ("offsets", 1, 4, "pool.offsets: expected numbers that rise from 0 to 3, the rows they cut"),
        ("offsets", 2, 2, "pool.offsets: expected numbers that rise from 0 to 3, the rows they cut"),
    ],
)
def test_terms_that_would_lead_kernels_astray_are_refused(name: str, place: Any, value: int, message: str) -> None:
    arrays = pool()
    arrays[f"pool.{name}"][place] = value
    with pytest.raises(GenomeError) as caught:
        checked_pool(arrays, "pool.", SPACE)
    assert str(caught.value) == message
