"""The Python export as a file of its own: no evo, no surprises from names."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from evo.export import EXPORTERS
from evo.models.two_level import Model
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.spec import DataSpec, SplitSpec
from tests.kits.export_cases import HOSTILE, random_model
from tests.kits.exporters import ExportCase, write_csv_rows
from tests.kits.readers import read_python

ALONE = """
import csv, json, runpy, sys
predict = runpy.run_path(sys.argv[1])["predict"]
assert not {"evo", "genomes", "fitness", "numpy"} & set(sys.modules)
with open(sys.argv[2], newline="", encoding="utf-8") as file:
    json.dump([predict(row) for row in csv.DictReader(file)], sys.stdout)
"""


NONE = SplitSpec(valid=0, test=0)


def encoder_of(path: Path, categorical: tuple[str, ...] = ()) -> Encoder:
    spec = DataSpec(source="csv", path=str(path), header=True, categorical=categorical, split=NONE)
    return load(spec, seed=0).encoder


def hostile_case(folder: Path) -> ExportCase:
    """Every hostile text is a column, a category and a class."""
    rows = [
        {name: HOSTILE[(i + j) % len(HOSTILE)] for j, name in enumerate([*HOSTILE[1:], HOSTILE[0]])}
        for i in range(len(HOSTILE))
    ]
    encoder = encoder_of(write_csv_rows(folder / "hostile.csv", rows), categorical=HOSTILE[1:])
    rng = random.Random(3)
    return ExportCase(random_model(rng, encoder), encoder, rng.sample(rows, 20))


def run_alone(folder: Path, source: str, rows: Path) -> list[object]:
    module = folder / "exported.py"
    module.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, str(module), str(rows)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    answers: list[object] = json.loads(done.stdout)
    return answers


def test_a_module_with_hostile_names_runs_without_evo_on_the_rows_of_a_csv_file(tmp_path: Path) -> None:
    case = hostile_case(tmp_path)
    source = EXPORTERS["python"](case.model, case.encoder)
    assert run_alone(tmp_path, source, tmp_path / "hostile.csv") == ExportCase(
        case.model, case.encoder, list(csv.DictReader((tmp_path / "hostile.csv").open(newline="", encoding="utf-8")))
    ).expected(tmp_path)


def test_a_label_that_looks_like_an_encoding_cookie_is_no_cookie(tmp_path: Path) -> None:
    rows = [{"coding: klingon": label, "y": label} for label in ("coding: klingon", "no")]
    encoder = encoder_of(write_csv_rows(tmp_path / "t.csv", rows))
    source = EXPORTERS["python"](Model("m", "sop", 1, [[[1]]]), encoder)
    assert run_alone(tmp_path, source, tmp_path / "t.csv") == ["coding: klingon", "no"]


@pytest.fixture
def small(tmp_path: Path) -> Encoder:
    rows = [
        {"age": age, "city": city, "y": y}
        for age, city, y in (("1", "7", "no"), ("5", "8", "yes"), ("9", "9", "yes"), ("", "b", "no"))
    ]
    return encoder_of(write_csv_rows(tmp_path / "t.csv", rows))


def predict_of(encoder: Encoder, *literals: str) -> object:
    """predict of a model with one term of these comparisons."""
    texts = {bit.when_true: i + 1 for i, bit in enumerate(encoder.binarizer.bits)}
    model = Model("m", "sop", len(texts), [[[texts[literal] for literal in literals]]])
    return read_python(EXPORTERS["python"](model, encoder))


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ({"age": 5, "city": 7}, "yes"),
        ({"age": 5.0, "city": 7.0}, "yes"),
        ({"age": " 5 ", "city": " 7"}, "yes"),
        ({"age": None, "city": "7"}, "no"),
        ({"age": float("nan"), "city": "7"}, "no"),
        ({"age": 5, "city": None}, "yes"),
        ({" age": 5, "city ": "7"}, "yes"),
    ],
)
def test_numbers_none_and_blanks_mean_what_the_cells_of_a_csv_file_mean(
    small: Encoder, row: dict[str, object], label: str
) -> None:
    assert predict_of(small, "age <= 7", "city = 7")(row) == label  # type: ignore[operator]


def test_a_column_that_is_not_there_is_an_error_and_not_a_missing_value(small: Encoder) -> None:
    with pytest.raises(KeyError, match="age"):
        predict_of(small, "age <= 7")({"Age": 5, "city": "7"})  # type: ignore[operator]


def test_the_rules_stand_in_words_above_the_code(small: Encoder) -> None:
    source = EXPORTERS["python"](Model("g3-s1", "sop", len(small.binarizer.bits), [[[1], [2, -3]]]), small)
    assert source.startswith(
        "# SOP network g3-s1, made by evo.\n# The rules in words:\n#   y = yes when\n#     age <= 3\n"
    )
