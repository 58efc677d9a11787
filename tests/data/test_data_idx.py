from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from fitness.data import idx_source
from fitness.data.schema import Field, Schema
from fitness.data.spec import DataSpec

IMAGES = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)


def idx(array, kind=8):
    shape = np.shape(array)
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape) + np.asarray(array, np.uint8).tobytes()


def read(path):
    return idx_source.read(DataSpec(source="idx", path=path), 0)


@pytest.mark.parametrize("names", [("a-images-idx3-ubyte", "a-labels-idx1-ubyte"), ("a.images.idx3", None)])
def test_pixels_are_uint8_columns_named_by_place(write, names):
    if names[1] is None:
        names = ("t-images.idx3-ubyte.gz", "t-labels.idx1-ubyte.gz")
    path = write(names[0], idx(IMAGES))
    write(names[1], idx([7, 3]))
    table = read(path)
    assert [c.name for c in table.columns] == [f"pixel_{r}_{c}" for r in range(2) for c in range(3)]
    assert {c.values.dtype for c in table.columns} == {np.dtype(np.uint8)}
    np.testing.assert_array_equal([c.values for c in table.columns], IMAGES.reshape(2, 6).T)
    assert table.target.values.tolist() == ["7", "3"]


def test_only_the_file_name_is_changed_to_find_the_labels(tmp_path):
    folder = tmp_path / "images-idx3"
    folder.mkdir()
    (folder / "images-idx3").write_bytes(idx(IMAGES))
    (folder / "labels-idx1").write_bytes(idx([0, 1]))
    assert read(str(folder / "images-idx3")).n_rows == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x1f\x8b00", "not an idx file (it must start with bytes 0 0)"),
        (b"\0\0\x08", "not an idx file (it must start with bytes 0 0)"),
        (b"\0\0\x08\x03\0\0", "not an idx file (it must start with bytes 0 0)"),
        (idx(IMAGES, kind=13), "expected an idx file of unsigned bytes (type 0x08), got type 0x0d"),
        (idx(IMAGES)[:-1], "expected 12 bytes after the header for shape [2, 2, 3], got 11"),
        (idx(IMAGES) + b"1", "expected 12 bytes after the header for shape [2, 2, 3], got 13"),
        (idx([1, 2]), "expected images [n, rows, columns], none zero; got shape [2]"),
    ],
)
def test_damaged_images(write, fails, content, message):
    path = write("images-idx3", content)
    assert fails(read, path) == f"{path}: {message}"


def test_missing_labels_file_is_named(write, fails):
    path = write("t-images-idx3-ubyte", idx(IMAGES))
    expected = path.replace("images-idx3", "labels-idx1")
    assert fails(read, path) == f"{expected}: no such file; it must hold the labels of the images"


def test_a_name_that_leads_to_no_labels(write, fails):
    path = write("pictures", idx(IMAGES))
    assert fails(read, path) == f"{path}: the name must contain images-idx3, so that the labels file can be found"


def test_as_many_labels_as_images(write, fails):
    path = write("images-idx3", idx(IMAGES))
    labels = write("labels-idx1", idx([1, 2, 3]))
    assert fails(read, path) == f"{labels}: expected 2 labels as there are images, got shape [3]"


def test_rows_to_predict_need_no_labels_file(write):
    table = idx_source.reread(write("images-idx3", idx(IMAGES)), Schema((Field("pixel_1_0", "number"),)))
    assert [c.values.tolist() for c in table.columns] == [[3, 9]]


def test_mnist_reads_as_its_bytes(shared):
    folder = Path(shared) / "mnist"
    table = read(str(folder / "t10k-images-idx3-ubyte.gz"))
    raw = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    assert table.n_rows == 10_000
    assert bytes(int(c.values[1234]) for c in table.columns) == raw[1234 * 784 : 1235 * 784]
    assert sorted(set(table.target.values)) == list("0123456789")
