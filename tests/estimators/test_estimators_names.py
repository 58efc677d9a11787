"""Other names for columns: in every text, whatever they were called and whatever they are called then."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from evo import SOPClassifier
from evo.estimators.names import with_names
from fitness.data.binarize import Binarizer
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column, Table
from fitness.data.tables.parts import with_parts

DAYS = np.array([86_400.0 * k for k in range(0, 800, 8)])
LEVELS = ("low", "mid or 3 is missing)", "high")


def binarizer(names: list[str], method: str, *, missing: bool) -> Binarizer:
    """A column of every kind, in this order: numbers, dates, categories, ordered ones, zeros and ones."""
    n = len(DAYS)
    numbers, dates, ones = np.arange(n) % 7.0, DAYS.copy(), np.arange(n) % 2.0
    texts = np.array(["a", "x = 1", "b or c"] * n, dtype=object)[:n]
    ordered = np.array(list(LEVELS) * n, dtype=object)[:n]
    if missing:
        numbers[5] = dates[6] = ones[7] = np.nan
        texts[8] = ordered[9] = None
    columns = (
        Column(names[0], "number", numbers), Column(names[1], "date", dates), Column(names[2], "category", texts),
        Column(names[3], "category", ordered, levels=LEVELS), Column(names[4], "number", ones),
    )  # fmt: skip
    table = Table(with_parts(columns, frozenset(names)), None, "t")
    return Binarizer.fit(table, BinarizeSpec(method="onehot" if method == "onehot" else "thermometer", bits=3))


NAMES = (
    ["n", "when", "c", "o", "z"],
    ["a b", "a_b", "a\tb", '"a b"', "a"],
    ["1", "1 or 1", "(1", "NOT 1", "x is missing"],
    ["((", "b ", " b", "b", "or"],
)


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("method", ["thermometer", "onehot"])
@pytest.mark.parametrize("new", NAMES)
@pytest.mark.parametrize("old", NAMES)
def test_renamed_bits_are_those_of_a_table_that_had_the_names_at_once(
    old: list[str], new: list[str], method: str, missing: bool
) -> None:
    assert with_names(binarizer(old, method, missing=missing), old, new) == binarizer(new, method, missing=missing)


@pytest.mark.parametrize("names", NAMES)
def test_bits_of_different_columns_never_read_alike(names: list[str]) -> None:
    bits = binarizer(names, "thermometer", missing=True).bits
    assert len({bit.when_true for bit in bits}) == len({bit.when_false for bit in bits}) == len(bits)


def test_a_name_that_is_a_part_of_a_date_is_refused() -> None:
    with pytest.raises(ValueError, match="'month of d' is also the part of a date"):
        with_names(binarizer(NAMES[0], "thermometer", missing=False), NAMES[0], ["month of d", "d", "e", "f", "g"])


def test_an_explanation_says_what_a_missing_cell_is_read_as_under_the_name_of_its_column() -> None:
    frame = pd.DataFrame(
        {"age years": np.arange(60.0) % 10, "age_years": np.arange(60.0) // 10, "ok": [True, False] * 30}
    )
    model = SOPClassifier(generations=10, random_state=0).fit(frame, frame["age years"] > 4)
    (said,) = model.explain(pd.DataFrame({"age years": [np.nan], "age_years": [1.0], "ok": [True]}))
    assert '"age years" is missing, read as 4' in str(said)
    assert model.predict(pd.DataFrame({"age years": [np.nan], "age_years": [1.0], "ok": [True]})).tolist() == [False]


def test_dates_can_be_exported_under_other_names() -> None:
    when = [datetime.datetime(2020 + k % 3, 1 + k % 12, 1 + k % 28) for k in range(120)]
    frame = pd.DataFrame({"when": when, "n": np.arange(120) % 7})
    model = SOPClassifier(generations=20, random_state=0).fit(frame, frame["when"].dt.month <= 6)
    assert "month_of_day_of_birth <= 6" in model.to_dnf(["day of birth", "n"])
    assert "'day of birth', 'iso', 'month'" in str(model.export("python", ["day of birth", "n"]))
