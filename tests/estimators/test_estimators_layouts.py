"""Whatever order, byte order or size of numbers an array has, it is the same data."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.estimators import BooleanNetworkClassifier

N = 60
SIXTEENTHS = np.arange(N * 3).reshape(N, 3) * 37 % 160 / 16  # exact as float16 too
LABELS = (SIXTEENTHS[:, 0] + SIXTEENTHS[:, 1] > 9).astype(int)
WEIGHTS = np.arange(N) % 4


def strided(array: Any) -> Any:
    """The same values with gaps between them."""
    large = np.zeros([2 * n for n in array.shape], dtype=array.dtype)
    large[(slice(None, None, 2),) * array.ndim] = array
    return large[(slice(None, None, 2),) * array.ndim]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "Fortran order": np.asfortranarray,
    "strided": strided,
    "backwards": lambda a: a[::-1].copy()[::-1],
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "float16": lambda a: a.astype(np.float16),
    "long double": lambda a: a.astype(np.longdouble),
    "a mask that hides nothing": np.ma.masked_array,
}


def learned(x: Any, y: Any = LABELS, weights: Any = None) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier = BooleanNetworkClassifier(generations=1, random_state=1).fit(x, y, sample_weight=weights)
        return classifier.to_dnf() + str(classifier.predict(x).tolist())


@pytest.fixture(scope="module")
def plain() -> str:
    return learned(SIXTEENTHS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_of_any_layout_are_the_same_rows(layout: str, plain: str) -> None:
    assert learned(LAYOUTS[layout](SIXTEENTHS)) == plain


def test_a_read_only_file_in_memory_is_the_same_rows(plain: str, tmp_path: Path) -> None:
    SIXTEENTHS.tofile(tmp_path / "x")
    assert learned(np.memmap(tmp_path / "x", dtype=float, mode="r", shape=SIXTEENTHS.shape)) == plain


@pytest.mark.parametrize("layout", ["strided", "backwards", "big-endian", "a mask that hides nothing"])
def test_labels_of_any_layout_are_the_same_labels(layout: str, plain: str) -> None:
    assert learned(SIXTEENTHS, LAYOUTS[layout](LABELS)) == plain


def test_weights_of_any_layout_are_the_same_weights() -> None:
    plain = learned(SIXTEENTHS, weights=WEIGHTS)
    assert {learned(SIXTEENTHS, weights=change(WEIGHTS)) for change in LAYOUTS.values()} == {plain}


def test_masked_cells_are_missing_cells() -> None:
    hidden = np.arange(N * 3).reshape(N, 3) % 7 == 0
    masked = np.ma.masked_array(np.where(hidden, 1e6, SIXTEENTHS), mask=hidden)
    assert learned(masked) == learned(np.where(hidden, np.nan, SIXTEENTHS))


@pytest.mark.parametrize("name", ["y", "sample_weight"])
def test_masked_labels_and_weights_are_refused(name: str) -> None:
    masked = np.ma.masked_array(LABELS, mask=LABELS == 1)
    given = {"y": LABELS, "sample_weight": None} | {name: masked}
    with pytest.raises(ValueError, match=f"{name} has masked values; leave these rows out"):
        BooleanNetworkClassifier(generations=1).fit(SIXTEENTHS, **given)


def test_a_number_beyond_float64_is_told_as_infinite() -> None:
    large = SIXTEENTHS.astype(np.longdouble)
    large[0, 0] = np.longdouble("1e4000")
    with pytest.raises(ValueError, match="column 'x0' must be finite or missing, got inf"):
        learned(large)
