from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from fitness.data import sklearn_source
from fitness.data.spec import DataSpec

NAMES = ["breast_cancer", "digits", "wine", "iris"]


def read(name):
    return sklearn_source.read(DataSpec(source="sklearn", name=name), 0)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_equals_what_scikit_learn_loads(name):
    datasets = pytest.importorskip("sklearn.datasets")
    bunch = getattr(datasets, f"load_{name}")()
    table = read(name)
    assert [c.name for c in table.columns] == [str(f) for f in bunch.feature_names]
    np.testing.assert_array_equal(np.stack([c.values for c in table.columns], axis=1), bunch.data)
    assert table.target.values.tolist() == [str(bunch.target_names[label]) for label in bunch.target]


@pytest.mark.parametrize("name", NAMES)
def test_another_file_layout_falls_back_to_the_loader(name, monkeypatch):
    pytest.importorskip("sklearn.datasets")
    from_file = read(name)
    monkeypatch.setattr(sklearn_source, "_from_file", lambda folder, name: None)
    from_loader = read(name)
    assert [c.name for c in from_loader.columns] == [c.name for c in from_file.columns]
    for ours, theirs in zip(from_file.columns, from_loader.columns, strict=True):
        np.testing.assert_array_equal(ours.values, theirs.values)
    assert from_loader.target.values.tolist() == from_file.target.values.tolist()


@pytest.mark.parametrize(
    "content",
    [None, "", "150,4,setosa\n1,2,3,4,0\n", "150,4,a,b\n1,2,3,0\n", "1,4,a,b\n1,2,3,4,9\n", "1,4,a\nx,2,3,4,0\n"],
)
def test_a_file_laid_out_otherwise_is_not_trusted(tmp_path, content):
    if content is not None:
        (tmp_path / "iris.csv").write_text(content)
    table = sklearn_source._from_file(tmp_path, "iris")
    assert table is None or (content or "").startswith("150,4,setosa")


def test_reading_does_not_import_scikit_learn():
    pytest.importorskip("sklearn")
    code = (
        "import sys; from fitness.data.load import load; from fitness.data.spec import DataSpec;"
        "load(DataSpec(source='sklearn', name='iris'), 0); assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_not_installed(monkeypatch, fails):
    monkeypatch.setattr(sklearn_source, "find_spec", lambda name: None)
    assert fails(read, "iris") == "sklearn iris: scikit-learn is not installed; pip install 'evo-boolean[sklearn]'"


def test_no_name(fails):
    message = "data.name: expected one of breast_cancer, digits, wine, iris, got none"
    assert fails(read, None) == message
