"""Sparse rows are packed column by column: memory grows with their bits, not with eight bytes per cell."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from evo import SOPClassifier
from evo.estimators.data import load_rows
from evo.estimators.tables import read

ROWS, COLUMNS = 8_000, 400


def thin_rows(rows: int, columns: int) -> sparse.csr_matrix:
    rng = np.random.default_rng(7)
    return sparse.random(rows, columns, 0.02, format="csr", random_state=rng, data_rvs=np.ones)


def test_rows_are_packed_without_a_dense_copy_and_to_the_same_bits() -> None:
    x = thin_rows(ROWS, COLUMNS)
    codes = (np.asarray(x[:, :20].sum(axis=1)).ravel() > 0).astype(np.intp)
    rows = np.arange(ROWS - 1, -1, -1)

    def packed(given: object) -> object:
        table = read(given).table({"x3": "category", "x4": "ignore"}).take(rows)
        return load_rows(table, codes[rows], ("0", "1"), "y", 8, refine=True)[0].dataset

    packed(x[:, :5])  # what is imported is no part of it
    tracemalloc.start()
    try:
        thin = packed(x)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    dense = packed(x.toarray())
    assert peak < 8 * ROWS * COLUMNS / 3
    assert thin.bits == dense.bits and thin.sha256() == dense.sha256()  # type: ignore[attr-defined]


def test_sparse_rows_are_refused_as_dense_ones_are() -> None:
    x = thin_rows(600, 3)
    y = x.toarray()[:, 1] > 0
    fitted = SOPClassifier(generations=1, price=1.0, selection="price").fit(x, y)
    wrong = x.copy()
    wrong.data[0] = np.inf
    for made in (sparse.csr_matrix, sparse.csr_matrix.toarray):
        with pytest.raises(ValueError, match="inf"):
            fitted.predict(made(wrong))
        with pytest.raises(ValueError, match="inf"):
            SOPClassifier(generations=1).fit(made(wrong), y)
        with pytest.raises(ValueError, match=r"x5|no column"):
            SOPClassifier(generations=1, forbidden_features=["x5"]).fit(made(x), y)
        with pytest.raises(ValueError, match="constant"):
            SOPClassifier(generations=1).fit(made(0 * x), y)
    assert np.array_equal(fitted.predict(x), fitted.predict(x.toarray()))
