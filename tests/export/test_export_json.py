"""The JSON export as a document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evo.errors import ExportError, UsageError
from evo.export import EXPORTERS
from evo.models.two_level import Model
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.spec import BinarizeSpec, DataSpec, SplitSpec
from fitness.data.tables.cells import MISSING
from tests.kits.exporters import stored, write_csv_rows


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    rows = [{"age": str(age), "y": "yes" if age > 3 else "no"} for age in range(8)]
    path = write_csv_rows(tmp_path / "t.csv", rows)
    binarize = BinarizeSpec(method="onehot", bits=2)
    return load(DataSpec(source="csv", path=str(path), split=SplitSpec(valid=0, test=0), binarize=binarize), 0).encoder


def test_intervals_that_end_nowhere_have_a_null_end(encoder: Encoder) -> None:
    rules = json.loads(EXPORTERS["json"](Model("m", "sop", 3, [[[1, -3]]]), encoder))
    first, last = rules["covers"][0]["terms"][0]
    assert (first["value"][0], last["value"][1]) == (None, None)
    assert (first["negated"], last["negated"]) == (False, True)


def test_it_names_format_model_task_and_covers(encoder: Encoder) -> None:
    rules = json.loads(EXPORTERS["json"](Model("g1-s2", "pos", 3, [[]]), encoder))
    assert rules == {
        "format": "evo-rules-2",
        "id": "g1-s2",
        "kind": "pos",
        "inverted": False,
        "task": {"kind": "binary", "outputs": ["y"], "classes": ["no", "yes"], "prior": ["no", "yes"]},
        "missing": sorted(MISSING),
        "columns": [],
        "covers": [{"name": "y", "terms": []}],
    }


def test_an_unknown_format_is_refused_with_the_known_ones(encoder: Encoder, tmp_path: Path) -> None:
    run = stored(tmp_path, Model("m", "sop", 3, [[]]), encoder)
    with pytest.raises(ExportError) as caught:
        run.export("docx")
    assert str(caught.value) == f"--format docx: no such format; expected one of {', '.join(EXPORTERS)}"
    assert caught.value.exit_code == UsageError.exit_code == 2
