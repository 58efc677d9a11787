from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column, Table
from genomes.bits import unpack

METHODS = ["thermometer", "onehot"]
NAN = math.nan


def number(values, name="x"):
    return Column(name, "number", np.array(values))


def category(values, name="c"):
    return Column(name, "category", np.array(values, dtype=object))


def bit(values, name="b"):
    return Column(name, "bit", np.array(values, dtype=bool))


def fit(*columns, method="thermometer", bits=9):
    return Binarizer.fit(Table(columns, None, "a.csv"), BinarizeSpec(method=method, bits=bits))


def texts(*columns, **keys):
    return [(b.when_true, b.when_false) for b in fit(*columns, **keys).bits]


def transform(binarizer, *columns):
    table = Table(columns, None, "b.csv")
    return unpack(binarizer.transform(table), table.n_rows).astype(int).tolist()


def test_thermometer_texts():
    assert texts(number([1.0, 2.5, 7.0])) == [("x <= 2", "x > 2"), ("x <= 5", "x > 5")]


def test_thermometer_texts_of_a_column_with_missing_values():
    assert texts(number([1, 2, NAN])) == [
        ("x <= 1", "(x > 1 or x is missing)"),
        ("x is missing", "x is known"),
    ]


def test_interval_texts():
    assert texts(number([800, 881.5, 1015.5, 1200]), method="onehot") == [
        ("x <= 800", "x > 800"),
        ("800 < x <= 1000", "(x <= 800 or x > 1000)"),
        ("1000 < x <= 1100", "(x <= 1000 or x > 1100)"),
        ("x > 1100", "x <= 1100"),
    ]


def test_interval_texts_of_a_column_with_missing_values():
    assert texts(number([1, 2, 3, NAN]), method="onehot") == [
        ("x <= 1", "(x > 1 or x is missing)"),
        ("1 < x <= 2", "(x <= 1 or x > 2 or x is missing)"),
        ("x > 2", "(x <= 2 or x is missing)"),
        ("x is missing", "x is known"),
    ]


def test_two_intervals_need_one_bit_unless_values_are_missing():
    assert texts(number([1, 2]), method="onehot") == [("x <= 1", "x > 1")]
    assert len(texts(number([1, 2, NAN]), method="onehot")) == 3


@pytest.mark.parametrize("method", METHODS)
def test_a_zero_one_column_is_one_bit(method):
    assert fit(number([0, 1, 1]), method=method).bits == (Bit("x", "=", 1.0, "x = 1", "x = 0"),)
    assert texts(number([0, 1, NAN]), method=method)[0] == ("x = 1", "(x = 0 or x is missing)")


@pytest.mark.parametrize("method", METHODS)
def test_categories_are_sorted_and_one_hot(method):
    assert fit(category(["b", "c", "a"]), method=method).bits[0] == Bit("c", "=", "a", "c = a", "c != a")
    assert [t for t, _ in texts(category(["10", "9", "x y"]))] == ["c = 10", "c = 9", "c = x y"]
    assert [t for t, _ in texts(category(["10", "9", "11"]))] == ["c = 9", "c = 10", "c = 11"]


def test_two_categories_are_one_bit_for_the_second():
    assert fit(category(["Male", "Female"], "sex")).bits == (Bit("sex", "=", "Male", "sex = Male", "sex = Female"),)


def test_two_categories_with_missing_values_are_three_bits():
    assert texts(category(["b", None, "a"])) == [
        ("c = a", "c != a"),
        ("c = b", "c != b"),
        ("c is missing", "c is known"),
    ]


@pytest.mark.parametrize(("column", "n_bits"), [(number([5, NAN]), 1), (category(["a", None]), 1)])
def test_a_column_of_one_value_or_missing_is_its_missing_bit(column, n_bits):
    assert [b.op for b in fit(column).bits] == ["missing"] * n_bits


def test_constant_columns_give_no_bit_and_are_not_needed_later():
    constant = [number([3, 3], "p"), category(["a", "a"], "q"), number([NAN, NAN], "r"), category([None, None], "s")]
    assert fit(*constant, number([0, 1])).columns == ("x",)


def test_nothing_but_constant_columns(fails):
    message = "a.csv: every column is constant in the training rows; nothing to learn from"
    assert fails(fit, number([1, 1])) == message


def test_bit_columns_are_kept_as_they_are():
    assert fit(bit([1, 1], "x0")).bits == (Bit("x0", "is", None, "x0", "NOT x0"),)


def test_white_space_in_names_is_shown_as_underscores_and_the_raw_name_is_kept():
    only = fit(number([1, 2], "worst  area")).bits[0]
    assert (only.feature, only.when_true) == ("worst  area", "worst_area <= 1")


def test_method_none_takes_zeros_and_ones():
    binarizer = fit(number([0.0, 0.0]), bit([1, 0]), method="none")
    assert [b.when_true for b in binarizer.bits] == ["x = 1", "b"]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (number([0, 2.5]), "a.csv: column 'x' must hold only 0 and 1, got 2.5 in row 2"),
        (number([0, NAN]), "a.csv: column 'x' must hold only 0 and 1, got a missing value in row 2"),
        (category(["a", "b"]), "a.csv: binarize none: column 'c' must hold only 0 and 1, got 'a'"),
    ],
)
def test_method_none_takes_nothing_else(fails, column, message):
    assert fails(fit, column, method="none") == message


VALUES = st.one_of(st.just(NAN), st.integers(-4, 4).map(float), st.floats(-1e6, 1e6))


def holds(text, x):
    """Whether a printed condition on x is true, read as a person would; a comparison with a missing value is false."""
    if text.startswith("("):
        return any(holds(part, x) for part in text[1:-1].split(" or "))
    if text in ("x is missing", "x is known"):
        return math.isnan(x) == (text == "x is missing")
    if " = " in text:
        return x == float(text.removeprefix("x = "))
    words = text.split()
    below = " ".join(words[-3:])
    comparison = x <= float(words[-1]) if " <= " in below else x > float(words[-1])
    return comparison and (len(words) == 3 or float(words[0]) < x)


@given(st.lists(VALUES, min_size=2, max_size=40), st.sampled_from(METHODS), st.integers(1, 6))
def test_every_bit_is_what_its_text_says(values, method, bits):
    known = {v for v in values if not math.isnan(v)}
    if len(known) < 2 and (not known or len(known) == len(set(values))):
        return
    binarizer = fit(number(values), method=method, bits=bits)
    rows = transform(binarizer, number(values))
    for test, row in zip(binarizer.bits, rows, strict=True):
        assert [holds(test.when_true, x) for x in values] == [bool(v) for v in row]
        assert [holds(test.when_false, x) for x in values] == [not v for v in row]


def test_values_that_training_never_missed_are_read_as_the_usual_ones():
    binarizer = fit(number([1, 2, 3, 9]), number([0, 1, 0, 0], "y"), category(["a", "c", "b", "c"]))
    missing = transform(binarizer, number([NAN]), number([NAN], "y"), category([None]))
    assert missing == transform(binarizer, number([2]), number([0], "y"), category(["c"]))


def test_values_that_training_missed_too_make_comparisons_false():
    binarizer = fit(number([1, 2, NAN, 9]), category(["a", "c", None, "c"]))
    missing = transform(binarizer, number([NAN]), category([None]))
    assert [bit.op for bit, (value,) in zip(binarizer.bits, missing, strict=True) if value] == ["missing", "missing"]


def test_an_unseen_category_sets_no_bit():
    assert transform(fit(category(["a", "b", "c"])), category(["z", "a"])) == [[0, 1], [0, 0], [0, 0]]


def test_columns_are_found_by_name():
    binarizer = fit(number([1, 2], "p"), bit([0, 1], "q"))
    assert transform(binarizer, bit([1, 1], "q"), number([7, 8], "z"), number([1, 2], "p")) == [[1, 0], [1, 1]]


def test_a_column_that_is_not_there(fails):
    message = "b.csv: no column 'age'; did you mean 'ages'?"
    assert fails(transform, fit(number([1, 2], "age")), number([1, 2], "ages")) == message


def test_thresholds_are_compared_in_double_precision():
    neighbours = (np.float32(0.1).view(np.int32) + np.arange(20, dtype=np.int32)).view(np.float32)
    binarizer = fit(number(neighbours.astype(np.float64)), bits=19)
    assert transform(binarizer, number(neighbours)) == np.tri(19, 20, dtype=int).tolist()


def test_a_text_has_as_many_digits_as_its_threshold():
    assert texts(number([1000000.1, 1000000.2])) == [("x <= 1000000.1", "x > 1000000.1")]


def test_padding_is_zero():
    binarizer = fit(number([1, 2, 3, NAN]), bit([1, 1, 1, 1]))
    words = binarizer.transform(Table((number([1.0] * 70), bit([1] * 70)), None, ""))
    assert words.shape == (len(binarizer.bits), 2)
    assert (words[:, 1] >> np.uint64(6) == 0).all()


COLUMNS = (
    number([1.1, 2.2, 1 / 3, NAN, 1e-17], "n o"),
    number([0, 1, 0, 1, 1], "z"),
    category(["é", "b", None, "d", "b"]),
    category(["1", "2", "1", "2", "1"], "two"),
    bit([1, 0, 1, 0, 1]),
)


@pytest.mark.parametrize("method", METHODS)
def test_json_round_trip_is_exact(method):
    binarizer = fit(*COLUMNS, method=method)
    text = json.dumps(binarizer.to_json(), allow_nan=False)
    again = Binarizer.from_json(json.loads(text))
    assert again == binarizer
    assert transform(again, *COLUMNS) == transform(binarizer, *COLUMNS)


def test_bits_agree_with_a_direct_evaluation_of_their_operands():
    columns = {c.name: c.values for c in COLUMNS}
    tests = {
        "<=": lambda v, o: not (isinstance(v, float) and math.isnan(v)) and v <= o,
        "=": lambda v, o: v == o,
        "missing": lambda v, o: v is None or v != v,
        "is": lambda v, o: bool(v),
        "in": lambda v, o: o[0] < v <= o[1],
    }
    for method in METHODS:
        binarizer = fit(*COLUMNS, method=method)
        for test, row in zip(binarizer.bits, transform(binarizer, *COLUMNS), strict=True):
            assert row == [int(tests[test.op](v, test.operand)) for v in columns[test.feature].tolist()]


def test_bits_come_in_column_order():
    names = [name for name, _ in itertools.groupby(fit(*COLUMNS).bits, key=lambda b: b.feature)]
    assert names == [c.name for c in COLUMNS] == list(fit(*COLUMNS).columns)
