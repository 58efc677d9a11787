from __future__ import annotations

import io

import numpy as np
import pytest

from fitness.data import npz_source
from fitness.data.schema import Field, Schema
from fitness.data.spec import DataSpec

X = np.array([[0.5, 1.0], [np.nan, 2.0]])


@pytest.fixture
def save(tmp_path):
    def save_npz(**arrays):
        path = tmp_path / "a.npz"
        np.savez(path, **arrays)
        return str(path)

    return save_npz


def read(path, **keys):
    return npz_source.read(DataSpec(source="npz", path=path, **keys), 0)


def test_numbers_with_missing_values_and_default_names(save):
    table = read(save(X=X, y=[0, 1]))
    assert [(c.name, c.kind) for c in table.columns] == [("x0", "number"), ("x1", "number")]
    np.testing.assert_array_equal(table.columns[0].values, [0.5, np.nan])
    assert table.target.names == ("y",)
    assert table.target.values.tolist() == ["0", "1"]


def test_booleans_are_bits(save):
    table = read(save(X=np.array([[True, False]]), y=["p"]))
    assert [c.kind for c in table.columns] == ["bit", "bit"]


def test_float32_inputs_keep_their_values_exactly(save):
    table = read(save(X=np.array([[0.1]], dtype=np.float32), y=[1]))
    assert table.columns[0].values[0] == float(np.float32(0.1))


@pytest.mark.parametrize(
    ("y", "labels"),
    [
        ([1.0, 2.5], ["1", "2.5"]),
        ([True, False], ["1", "0"]),
        ([2**60 + 1, -1], [str(2**60 + 1), "-1"]),
        ([" a", "b "], ["a", "b"]),
        ([[-1], [1]], ["-1", "1"]),
    ],
)
def test_labels_are_texts(save, y, labels):
    assert read(save(X=X, y=np.array(y))).target.values.tolist() == labels


def test_several_outputs(save):
    target = read(save(X=X, y=np.array([[0, 1], [-1, 0]]))).target
    assert target.names == ("y0", "y1")
    assert target.values.tolist() == [[0, 1], [-1, 0]]


def test_names_and_categories(save):
    path = save(X=X, y=[0, 1], feature_names=["a", "b"])
    table = read(path, categorical=("a",))
    assert table.columns[0].kind == "category"
    assert table.columns[0].values.tolist() == ["0.5", None]
    assert read(path, categorical=("b",)).columns[1].values.tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            {"X": X, "target": [0, 1]},
            "expected arrays 'X', 'y', got 'X', 'target'; "
            "save them under these names, e.g. numpy.savez(path, X=X, y=target)",
        ),
        (
            {"z": X},
            "expected arrays 'X', 'y', got 'z'; save them under these names, e.g. numpy.savez(path, X=z, y=...)",
        ),
        ({}, "expected arrays 'X', 'y', got an archive without arrays"),
        ({"X": X[0], "y": [0, 1]}, "X must have shape [rows, features], neither zero; got [2]"),
        ({"X": X[:0], "y": [0]}, "X must have shape [rows, features], neither zero; got [0, 2]"),
        ({"X": np.array([["a"]]), "y": [0]}, "X must hold numbers or booleans, got dtype <U1"),
        ({"X": np.array([[1j]]), "y": [0]}, "X must hold numbers or booleans, got dtype complex128"),
        (
            {"X": np.array([[1, 2], [3, -np.inf]]), "y": [0, 1]},
            "X must be finite or NaN (missing), got -inf at X[1, 1]",
        ),
        ({"X": X, "y": [0, 1, 1]}, "y must have shape [2] or [2, outputs] as X has 2 rows, got [3]"),
        ({"X": X, "y": 1}, "y must have shape [2] or [2, outputs] as X has 2 rows, got []"),
        ({"X": X, "y": [[0, 1], [2, 0]]}, "y of several outputs must hold only 0, 1 and -1 (don't care)"),
        ({"X": X, "y": [0, np.nan]}, "y must hold finite numbers or strings, got dtype float64"),
        ({"X": X, "y": ["a", " "]}, "missing label at y[1]"),
        ({"X": X, "y": [0, 1], "feature_names": ["a"]}, "feature_names must be 2 strings, got dtype <U1 of shape [1]"),
        ({"X": X, "y": [0, 1], "feature_names": ["a", "a"]}, "feature_names must differ and not be empty"),
    ],
)
def test_wrong_arrays(save, fails, arrays, message):
    path = save(**arrays)
    assert fails(read, path) == f"{path}: {message}"


def test_python_objects_are_refused(save, fails):
    path = save(X=np.array([[{}]], dtype=object), y=[0])
    assert fails(read, path) == f"{path}: 'X' holds Python objects; expected numbers or texts"


def test_a_single_array_file_is_no_archive(write, fails):
    content = io.BytesIO()
    np.save(content, X)
    path = write("a.npz", content.getvalue())
    assert fails(read, path) == f"{path}: not an npz archive; write it with numpy.savez(path, X=..., y=...)"


def test_a_damaged_archive_is_one_line(save, fails, tmp_path):
    whole = bytearray((tmp_path / "a.npz").read_bytes() if save(X=X, y=[0, 1]) else b"")
    whole[60:80] = b"\0" * 20
    path = tmp_path / "b.npz"
    path.write_bytes(bytes(whole))
    assert fails(read, str(path)).startswith(f"{path}: damaged npz archive: ")


def test_a_later_archive_is_read_by_name_without_labels(save):
    path = save(X=np.array([[1, 0], [0, 1]]), feature_names=["b", "a"])
    table = npz_source.reread(path, Schema((Field("a", "bit"), Field("b", "category"))))
    assert table.columns[0].values.tolist() == [False, True]
    assert table.columns[1].values.tolist() == ["1", "0"]
    assert table.target is None


def test_a_later_archive_must_hold_zeros_and_ones_for_bit_columns(save, fails):
    path = save(X=np.array([[1], [3]]))
    message = f"{path}: column 'x0' must hold only 0 and 1, got 3 in row 2"
    assert fails(npz_source.reread, path, Schema((Field("x0", "bit"),))) == message
