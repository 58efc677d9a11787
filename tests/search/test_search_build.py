from __future__ import annotations

import random

import pytest

from evo.kinds.two_level import build
from evo.kinds.two_level.build import samples_of, transposed
from genomes.two_level.spec import Kind
from tests.kits import oracle
from tests.kits.tables import ROW_COUNTS, labelled


@pytest.mark.parametrize("n_rows", ROW_COUNTS)
@pytest.mark.parametrize("n_inputs", [1, 63, 64, 65])
@pytest.mark.parametrize("block", [64, 4096])
def test_rows_are_the_columns_turned(n_rows: int, n_inputs: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ROW_BLOCK", block)
    table = labelled(random.Random(n_rows), "binary", n_inputs, n_rows)
    rows = transposed(table.split().inputs, n_rows)
    assert rows.tolist() == [oracle.packed(row).tolist() for row in table.rows]


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "multioutput"])
def test_on_sets_are_in_the_care_set_and_positive_for_sums_negative_for_products(kind: Kind, task: str) -> None:
    table = labelled(random.Random(2), task, 5, 129)  # type: ignore[arg-type]
    samples = samples_of(table.split(), kind)
    cares = table.care * (1 if task == "multioutput" else table.task.n_covers)
    for on_set, plane, care in zip(samples.on_set, table.planes, cares, strict=True):
        assert on_set.tolist() == [i for i in range(129) if care[i] and plane[i] == (kind == "sop")]
