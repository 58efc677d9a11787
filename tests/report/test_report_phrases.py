"""Comparisons in words: what a domain expert reads."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evo.analysis.baselines import Baseline, Baselines
from evo.report.html.baselines import against
from evo.text.conditions import comparisons
from evo.text.phrases import listed, phrase
from fitness.data.dataset import Bit
from fitness.data.encoders import fit_column
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Column


def bits_of(
    values: list[object], kind: str = "number", method: str = "thermometer", name: str = "mean radius"
) -> list[Bit]:
    array = np.array(values, dtype=float if kind == "number" else object)
    return list(fit_column(Column(name, kind, array), BinarizeSpec(method=method, bits=3), "here"))  # type: ignore[arg-type]


def words(literals: list[tuple[Bit, bool]], *, conjunction: bool = True) -> list[str]:
    return [found.words for found in comparisons(literals, conjunction=conjunction)]


def test_thresholds() -> None:
    first, *_ = bits_of([1, 2, 3, 4])
    assert phrase(first, True) == "mean radius is at most 1"
    assert phrase(first, False) == "mean radius is above 1"
    bits = bits_of([1.5, 2.5, 3.5, 4.5, math.nan])
    assert words([(bits[0], False), (bits[1], True)]) == ["mean radius is between 2 and 3"]
    assert words([(bits[0], False), (bits[1], False)]) == ["mean radius is above 3 (or missing)"]
    assert words([(bits[0], False), (bits[3], False)]) == ["mean radius is above 2"]


def test_few_whole_numbers_are_called_by_their_values() -> None:
    first, second, third = bits_of([1, 2, 3, 4])
    assert words([(first, False), (second, True)]) == ["mean radius is 2"]
    assert words([(first, False)]) == ["mean radius is at least 2"]
    assert words([(first, False), (third, True)]) == ["mean radius is 2 or 3"]
    assert words([(first, True), (third, False)], conjunction=False) == ["mean radius is 1 or 4"]


def test_a_comparison_that_a_missing_value_passes_says_so() -> None:
    first, *_, missing = bits_of([1, 2, 3, 4, math.nan])
    assert phrase(first, True) == "mean radius is at most 1"
    assert phrase(first, False) == "mean radius is above 1 (or missing)"
    assert (phrase(missing, True), phrase(missing, False)) == ("mean radius is missing", "mean radius is known")


def test_intervals() -> None:
    low, middle, *_, high = bits_of([1, 2, 3, 4], method="onehot")
    assert [phrase(low, value) for value in (True, False)] == ["mean radius is at most 1", "mean radius is above 1"]
    assert [phrase(middle, value) for value in (True, False)] == [
        "mean radius is between 1 and 2",
        "mean radius is not between 1 and 2",
    ]
    assert [phrase(high, value) for value in (True, False)] == [
        "mean radius is above 3",
        "mean radius is at most 3",
    ]


def test_categories() -> None:
    clay, peat, sand = bits_of(["clay", "peat", "sand"], "category", name="soil")
    assert words([(clay, True)]) == ["soil is clay"]
    assert words([(clay, False)]) == ["soil is not clay"]
    assert words([(clay, False), (peat, False)]) == ["soil is sand"]
    bits = bits_of(["clay", "loam", "peat", "sand", "silt"], "category", name="soil")
    assert words([(bits[1], False), (bits[0], False)]) == ["soil is none of clay and loam"]
    assert words([(clay, True), (peat, False)]) == ["soil is clay"]
    assert words([(clay, True), (sand, True)], conjunction=False) == ["soil is clay or sand"]


def test_of_two_values_the_opposite_is_the_other() -> None:
    (sex,) = bits_of(["Female", "Male"], "category", name="sex")
    assert [phrase(sex, value) for value in (True, False)] == ["sex is Male", "sex is Female"]
    (wet,) = bits_of([0, 1], name="wet")
    assert [phrase(wet, value) for value in (True, False)] == ["wet is 1", "wet is 0"]


def test_columns_that_are_bits() -> None:
    a0 = Bit("a0", "is", None, "a0", "NOT a0")
    assert [phrase(a0, value) for value in (True, False)] == ["a0 is 1", "a0 is 0"]


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists(parts: list[str], text: str) -> None:
    assert listed(parts, "and") == text


def test_the_verdict_calls_a_difference_clear_only_where_the_sign_test_does() -> None:
    def one(name: str, only_it: int, only_model: int, p: float) -> Baseline:
        return Baseline(name, "", 0.5, 0.4, 0.6, only_it, only_model, p)

    found = (one("a", 1, 9, 0.02), one("b", 9, 1, 0.02), one("c", 4, 6, 0.75), one("d", 0, 20, 0.001))
    assert against(Baselines("test", 0.6, 50, found, ())) == [
        "Clearly better than a (50.0 %) and d (50.0 %).",
        "Clearly worse than b (50.0 %).",
        "No clear difference from c (50.0 %).",
    ]
