"""What may stand in y: labels of every container; a row without one is named, a quantity is told what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evo import SOPClassifier

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
X = np.random.default_rng(0).random((60, 2))
YES = X[:, 0] > 0.5
TEXTS = np.where(YES, "p", "q")


def fitted(y: Any) -> SOPClassifier:
    return SOPClassifier(generations=1).fit(X, y)


def gaps(values: Any, *rows: int) -> list[Any]:
    return [None if row in rows else value for row, value in enumerate(values)]


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.array(gaps(TEXTS, 3, 9), dtype=object), "no label at y[3], y[9];"),
        (gaps(TEXTS, 3), "no label at y[3];"),
        (gaps(TEXTS, *range(10)), "no label at y[0], y[1], y[2] and 7 more;"),
        (np.where(np.arange(60) == 5, np.nan, YES), "no label at y[5];"),
        (pd.Series(gaps(TEXTS, 4)).astype("string"), "no label at y[4];"),
        (pd.Series(gaps(TEXTS, 4)).astype("category"), "no label at y[4];"),
        (pd.Series(gaps(YES, 7)).astype("boolean"), "no label at y[7];"),
        (pl.Series(gaps(TEXTS, 1)), "no label at y[1];"),
    ],
)
def test_rows_without_a_label_are_named(y: Any, said: str) -> None:
    with pytest.raises(ValueError, match="NaN or None") as caught:
        fitted(y)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "y",
    [
        list(TEXTS), pd.Series(TEXTS), pd.Series(TEXTS).astype("string"), pd.Series(TEXTS).astype("category"),
        pl.Series(TEXTS), pl.Series(TEXTS, dtype=pl.Enum(["p", "q"])), pl.Series(TEXTS).cast(pl.Categorical),
    ],
)  # fmt: skip
def test_every_container_of_texts_gives_the_same_model(y: Any) -> None:
    plain, model = fitted(TEXTS), fitted(y)
    assert model.classes_.tolist() == ["p", "q"]
    assert model.to_dnf() == plain.to_dnf()
    assert (model.predict(X) == plain.predict(X)).all()


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (pd.Series(YES).astype("boolean"), [False, True]),
        (pd.Series(YES * 7).astype("Int64"), [0, 7]),
        (pl.Series(YES), [False, True]),
    ],
)
def test_classes_keep_their_type(y: Any, classes: list[Any]) -> None:
    found = fitted(y).classes_.tolist()
    assert [(type(label), label) for label in found] == [(type(label), label) for label in classes]


def test_arrow_labels_are_labels() -> None:
    pa = pytest.importorskip("pyarrow")
    assert fitted(pa.array(TEXTS.tolist())).classes_.tolist() == ["p", "q"]
    with pytest.raises(ValueError, match="no label at"):
        fitted(pa.array(gaps(TEXTS.tolist(), 2)))


@pytest.mark.parametrize("y", [X[:, 0], pd.Series(X[:, 0]), pl.Series(X[:, 0])])
def test_a_quantity_is_told_what_to_do(y: Any) -> None:
    with pytest.raises(ValueError, match="Unknown label type: continuous") as caught:
        fitted(y)
    assert f"cut y into classes, e.g. y > {np.sort(X[:, 0])[30]:.6g}" in str(caught.value)


def test_labels_of_several_types_are_told_what_to_do() -> None:
    with pytest.raises(ValueError, match="Unknown label type") as caught:
        fitted(np.array([1, "a"] * 30, dtype=object))
    assert "several types (int, str): make all of them texts" in str(caught.value)
