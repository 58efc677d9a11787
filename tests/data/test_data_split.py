from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.data.spec import SplitSpec
from fitness.data.split import assign, largest_remainder
from fitness.data.table import Column, Table, Target

NONE = frozenset()


def table(labels, parts=None):
    labels = list(labels)
    column = Column("x", "number", np.arange(len(labels), dtype=float))
    return Table((column,), Target(("y",), np.array(labels, dtype=object)), "a.csv", parts)


@given(st.integers(0, 500), st.integers(0, 45), st.integers(0, 45))
def test_sizes_are_whole_sum_up_and_miss_their_share_by_less_than_one(count, valid, test):
    shares = [Fraction(100 - valid - test, 100), Fraction(valid, 100), Fraction(test, 100)]
    sizes = largest_remainder(count, np.array([float(s) for s in shares]))
    assert sizes.sum() == count
    assert all(abs(size - count * share) < 1 for size, share in zip(sizes.tolist(), shares, strict=True))


@pytest.mark.parametrize(("count", "sizes"), [(20, [14, 3, 3]), (100, [70, 15, 15]), (10, [7, 2, 1]), (1, [1, 0, 0])])
def test_remainders_go_to_the_largest_then_the_earliest(count, sizes):
    assert largest_remainder(count, np.array([0.7, 0.15, 0.15])).tolist() == sizes


def test_a_stratified_split_keeps_the_class_proportions():
    labels = ["a"] * 100 + ["b"] * 40 + ["c"] * 20
    parts = assign(table(labels), SplitSpec(valid=0.25, test=0.1), NONE, 5)
    counts = Counter(zip(labels, parts.tolist(), strict=True))
    assert [[counts[label, part] for part in range(3)] for label in "abc"] == [[65, 25, 10], [26, 10, 4], [13, 5, 2]]


def test_a_plain_split_keeps_the_sizes_only():
    parts = assign(table(["a"] * 99 + ["b"]), SplitSpec(valid=0.25, test=0.1, stratify=False), NONE, 5)
    assert np.bincount(parts).tolist() == [65, 25, 10]


def test_several_outputs_are_split_without_classes():
    target = Target(("p", "q"), np.zeros((40, 2), dtype=np.int8))
    parts = assign(Table((), target, "a.pla"), SplitSpec(valid=0.25, test=0.25), NONE, 0)
    assert np.bincount(parts).tolist() == [20, 10, 10]


def test_the_seed_decides():
    first, again, other = (assign(table("ab" * 50), SplitSpec(), NONE, seed).tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_a_split_with_its_own_file_takes_no_rows():
    parts = assign(table("ab" * 50), SplitSpec(valid=0.2, test=0.2), frozenset({"test"}), 0)
    assert np.bincount(parts).tolist() == [80, 20]


def test_rows_placed_by_the_source_stay_and_take_their_fraction_away():
    placed = np.array([0] * 50 + [2] * 50, dtype=np.int8)
    parts = assign(table("ab" * 50, placed), SplitSpec(valid=0.2, test=0.2), NONE, 0)
    assert (parts[50:] == 2).all()
    assert np.bincount(parts[:50]).tolist() == [40, 10]


def test_a_split_column_decides_alone():
    placed = np.array([0, 0, 2, 0], dtype=np.int8)
    assert assign(table("abab", placed), SplitSpec(column="s"), NONE, 0).tolist() == [0, 0, 2, 0]


NO_TRAINING = "a.csv: the training split has no row; lower split.valid or split.test"
TWICE = "a.csv: column 's' marks test rows and data.test_path gives them too"
TOO_MUCH = "data.split: split.valid + split.test must be less than 1"


@pytest.mark.parametrize(
    ("labels", "parts", "spec", "own", "message"),
    [
        (
            "ab",
            None,
            SplitSpec(),
            NONE,
            "a.csv: data.split.valid = 0.15 of 2 rows gives no row; raise it or set it to 0",
        ),
        ("ab" * 50, None, SplitSpec(valid=0.5, test=0.5), NONE, TOO_MUCH),
        ("a", None, SplitSpec(valid=0.9, test=0), NONE, NO_TRAINING),
        ("a", [2], SplitSpec(column="s"), NONE, NO_TRAINING),
        ("a", None, SplitSpec(column="s"), NONE, "data.split.column: only a csv file can hold a split column"),
        ("ab", [0, 2], SplitSpec(column="s"), frozenset({"test"}), TWICE),
    ],
)
def test_impossible_splits(fails, labels, parts, spec, own, message):
    given_parts = None if parts is None else np.array(parts, dtype=np.int8)
    assert fails(assign, table(labels, given_parts), spec, own, 0) == message
