"""What may be handed over, and that the container does not matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evo import SOPClassifier
from tests.kits.people import as_array, columns, people


def test_a_frame_and_an_object_array_give_the_same_model(kind: Any, quick: dict[str, Any]) -> None:
    pandas = pytest.importorskip("pandas")
    rows, labels = people()
    frame = pandas.DataFrame(columns(rows))
    frame["job"] = frame["job"].astype("category")
    of_frame, of_array = kind(**quick).fit(frame, labels), kind(**quick).fit(as_array(rows), labels)
    assert of_frame.to_dnf() == of_array.to_dnf(list(frame.columns))
    assert of_frame.predict(frame).tolist() == of_array.predict(as_array(rows)).tolist()
    assert of_frame.feature_names_in_.tolist() == ["age", "income", "job", "member"]


def test_pandas_own_types_for_missing_cells_give_the_same_model(quick: dict[str, Any]) -> None:
    pandas = pytest.importorskip("pandas")
    rows, labels = people()
    frame = pandas.DataFrame(columns(rows))
    other = frame.astype({"age": "Int64", "job": "string", "member": "boolean"})
    assert SOPClassifier(**quick).fit(frame, labels).to_dnf() == SOPClassifier(**quick).fit(other, labels).to_dnf()


def test_a_polars_frame_and_an_object_array_give_the_same_model(quick: dict[str, Any]) -> None:
    polars = pytest.importorskip("polars")
    rows, labels = people()
    frame = polars.DataFrame(columns(rows)).with_columns(polars.col("job").cast(polars.Categorical))
    fitted = SOPClassifier(**quick).fit(frame, polars.Series(labels))
    assert fitted.to_dnf() == SOPClassifier(**quick).fit(as_array(rows), labels).to_dnf(frame.columns)


def test_a_list_of_mixed_rows_keeps_its_types(quick: dict[str, Any]) -> None:
    rows, labels = people()
    listed = SOPClassifier(**quick).fit([list(row.values()) for row in rows], labels)
    assert listed.to_dnf() == SOPClassifier(**quick).fit(as_array(rows), labels).to_dnf()


def test_a_category_that_training_did_not_have_fails_every_comparison(quick: dict[str, Any]) -> None:
    x = np.array([["a"], ["b"], ["c"]] * 20, dtype=object)
    y = [0, 1, 0] * 20
    fitted = SOPClassifier(**quick).fit(x, y)
    assert fitted.to_dnf() == "class = 1 when\n  x0 = b\notherwise class = 0\n"
    assert fitted.predict(np.array([["b"], ["z"], [None], ["?"]], dtype=object)).tolist() == [1, 0, 0, 0]


def test_a_missing_number_is_no_side_of_a_threshold(quick: dict[str, Any]) -> None:
    x = np.array([[1.0], [9.0], [np.nan]] * 20)
    fitted = SOPClassifier(**quick).fit(x, [1, 0, 0] * 20)
    assert fitted.predict([[0.0], [np.nan], [50.0]]).tolist() == [1, 0, 0]


def test_numbers_can_be_categories(quick: dict[str, Any]) -> None:
    x = np.array([[1], [2], [3], [4], [5]] * 12)
    fitted = SOPClassifier(**quick, categorical_features=[0]).fit(x, [0, 1, 0, 0, 0] * 12)
    assert fitted.to_dnf() == "class = 1 when\n  x0 = 2\notherwise class = 0\n"
    assert fitted.predict([[2.0], [1.9]]).tolist() == [1, 0]


def test_labels_come_back_as_they_were(kind: Any, quick: dict[str, Any]) -> None:
    rows, labels = people(60, classes=(-3, 10, 9))
    fitted = kind(**quick).fit(as_array(rows), np.array(labels, dtype=np.int16))
    assert fitted.classes_.tolist() == [-3, 9, 10]
    assert fitted.predict(as_array(rows)).dtype == np.int16


@pytest.mark.parametrize("divisor", [5, 7, 11])
def test_the_first_row_decides_which_zero_names_a_class(divisor: int, quick: dict[str, Any]) -> None:
    squares = np.arange(500) ** 2
    labels = np.where(squares % divisor == 0, 1.0, np.where(squares % 7 < 3, 0.0, -0.0))
    fitted = SOPClassifier(**quick).fit(squares[:, None], labels)
    assert [str(label) for label in fitted.classes_.tolist()] == ["0.0", "1.0"]


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([[1.0], [np.inf]], [0, 1], "must be finite or missing"),
        (np.array([[1.0], [-np.inf]]), [0, 1], "infinity"),
        ([[1.0], [2.0]], [0, 0], "one class only"),
        ([[1.0], [1.0]], [0, 1], "every column is constant"),
        ([[1.0], [2.0]], [0.5, 1.25], "Unknown label type"),
    ],
)
def test_data_that_nothing_can_be_learned_from_are_refused(x: Any, y: Any, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        SOPClassifier().fit(x, y)


def test_text_where_training_had_numbers_is_refused(quick: dict[str, Any]) -> None:
    rows, labels = people(60)
    fitted = SOPClassifier(**quick, required_features=[1]).fit(as_array(rows), labels)
    wrong = as_array(rows)
    wrong[3, 1] = "many"
    with pytest.warns(UserWarning, match="1 cell of column 'x1' cannot be read, and count as missing: 'many'"):
        fitted.predict(wrong)
    wrong[:, 1] = "many"
    with pytest.raises(ValueError, match="'x1' must hold finite numbers, got 'many'"):
        fitted.predict(wrong)


def test_columns_of_one_name_are_refused() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="column names must differ and not be empty, got 'a' more than once"):
        SOPClassifier().fit(pandas.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), [0, 1])
