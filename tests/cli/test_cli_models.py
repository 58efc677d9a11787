"""evo export and predict: what a run learned, as text and on new rows."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from sklearn.datasets import load_breast_cancer

from evo.api import Result
from evo.export import EXPORTERS
from evo.kinds.common.front import knee
from evo.kinds.two_level.saved import SavedFormulas
from tests.kits.commands import Evo
from tests.kits.exporters import write_csv_rows
from tests.kits.outside import needs
from tests.kits.readers import read_json, read_python
from tests.kits.small_runs import cancer_npz, csv_rows, flowers, small_run


@pytest.mark.parametrize("fmt", [fmt for fmt in EXPORTERS if fmt != "aig"])
def test_export_writes_to_standard_output_or_says_which_file_it_wrote(
    evo_: Evo, three_classes: Result, tmp_path: Path, fmt: str
) -> None:
    printed = evo_("export", three_classes.run_dir, "--format", fmt)
    assert (printed.code, printed.err) == (0, "")
    target = tmp_path / "model"
    said = evo_("export", three_classes.run_dir, "--format", fmt, "-o", target)
    assert (said.code, said.out, said.err) == (0, "", f"{fmt} model written to {target}\n")
    assert target.read_text() == printed.out == three_classes.export(fmt)


def test_export_formats_in_help_are_those_there_are(evo_: Evo, three_classes: Result) -> None:
    said = evo_("export", "--help").out
    assert all(fmt in said for fmt in EXPORTERS)
    unknown = evo_("export", three_classes.run_dir, "--format", "docx")
    listed = ", ".join(EXPORTERS)
    assert (unknown.code, unknown.err) == (2, f"--format docx: no such format; expected one of {listed}\n")


@pytest.mark.parametrize(
    ("given", "meant"), [("verilg", "verilog"), ("C", "c"), ("smt", "smt2"), ("c_bitsliced", "c-bitsliced")]
)
def test_a_misspelt_format_is_told_the_right_one(evo_: Evo, three_classes: Result, given: str, meant: str) -> None:
    said = evo_("export", three_classes.run_dir, "--format", given)
    assert (said.code, said.out, said.err) == (2, "", f"--format {given}: no such format; did you mean {meant}?\n")


def test_a_binary_format_goes_to_a_file_and_its_name_is_told(evo_: Evo, bits: Result, tmp_path: Path) -> None:
    target = tmp_path / "model.aig"
    said = evo_("export", bits.run_dir, "--format", "aig", "-o", target)
    assert (said.code, said.out, said.err) == (0, "", f"aig model written to {target}\n")
    assert target.read_bytes() == bits.export("aig")
    assert target.read_bytes().startswith(b"aig ")


def test_a_dash_is_standard_output(evo_: Evo, bits: Result) -> None:
    said = evo_("export", bits.run_dir, "--format", "blif", "-o", "-")
    assert (said.code, said.out, said.err) == (0, bits.export("blif"), "")


def test_a_care_set_keeps_predictions_on_the_rows_that_the_run_learned_from(
    evo_: Evo, two_classes: Result, tmp_path: Path
) -> None:
    small = evo_("export", two_classes.run_dir, "--format", "json", "--care-set-only")
    whole = evo_("export", two_classes.run_dir, "--format", "json", "--no-minimize")
    assert (small.code, small.err, whole.code) == (0, "", 0)
    assert _literals(small.out) <= _literals(whole.out) == two_classes.best.literals
    seen = SavedFormulas.open(two_classes.run_dir).seen()
    assert [split.n_rows for split in seen] == [
        two_classes.details["data"]["rows"][name] for name in ("train", "valid")
    ]


def test_care_set_and_no_minimize_exclude_each_other(evo_: Evo, bits: Result) -> None:
    said = evo_("export", bits.run_dir, "--format", "dnf", "--care-set-only", "--no-minimize")
    assert said.code == 2
    assert "not allowed with argument" in said.err


def test_a_care_set_that_changed_exits_2(evo_: Evo, tmp_path: Path) -> None:
    table = flowers(tmp_path)
    result = small_run(tmp_path, {"source": "csv", "path": str(table)})
    table.write_text(table.read_text().replace("clay", "peat", 3))
    said = evo_("export", result.run_dir, "--format", "dnf", "--care-set-only")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{result.run_dir}: the data are not those the run learned from\n"
    assert evo_("export", result.run_dir, "--format", "dnf").code == 0


def _literals(text: str) -> int:
    return sum(len(term) for cover in json.loads(text)["covers"] for term in cover["terms"])


@needs("gcc")
def test_bench_model_prints_a_table_or_json(evo_: Evo, three_classes: Result) -> None:
    said = evo_("bench-model", three_classes.run_dir, "--seconds", "0.002")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"model {three_classes.best.id}, ")
    words = ["one row", "64 rows a word", "from memory", "code", "bit operations", "circuit", "yosys"]
    assert [line.strip() for line in said.out.splitlines()[1:]] == [
        line.strip() for line in said.out.splitlines()[1:] if any(line.startswith(f"  {word} ") for word in words)
    ]
    figures = json.loads(evo_("bench-model", three_classes.run_dir, "--seconds", "0.002", "--json").out)
    assert {"id", "input_bits", "c", "c-bitsliced", "aig", "yosys"} <= set(figures)


def test_bench_model_wants_a_sensible_time(evo_: Evo, bits: Result) -> None:
    said = evo_("bench-model", bits.run_dir, "--seconds", "0")
    assert said.code == 2
    assert "must be over 0 and at most 60, got 0" in said.err


def test_a_file_that_cannot_be_written_exits_2(evo_: Evo, three_classes: Result, tmp_path: Path) -> None:
    target = tmp_path / "none" / "model"
    said = evo_("export", three_classes.run_dir, "--format", "dnf", "-o", target)
    assert (said.code, said.err) == (2, f"{target}: cannot be written (No such file or directory)\n")


def test_pick_is_best_knee_or_an_id(evo_: Evo, three_classes: Result) -> None:
    wanted = {"best": three_classes.best.id, "knee": knee(three_classes.front, three_classes.best.id).id}
    wanted |= {row.id: row.id for row in three_classes.front}
    for pick, member in wanted.items():
        said = evo_("export", three_classes.run_dir, "--format", "json", "--pick", pick)
        assert json.loads(said.out)["id"] == member


def test_an_unknown_pick_exits_2(evo_: Evo, three_classes: Result) -> None:
    said = evo_("predict", three_classes.run_dir, "rows.csv", "--pick", "m99")
    assert (said.code, said.out) == (3, "")  # the data are read first
    said = evo_("export", three_classes.run_dir, "--format", "dnf", "--pick", "m99")
    assert said.code == 2
    assert said.err.startswith("--pick m99: no such member of the front; expected best, knee or one of ")


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_predict_gives_a_label_per_row_as_csv(
    evo_: Evo, three_classes: Result, flowers_csv: Path, tmp_path: Path, ending: str
) -> None:
    data = tmp_path / f"rows{ending}"
    data.write_bytes(gzip.compress(flowers_csv.read_bytes()) if ending == ".csv.gz" else flowers_csv.read_bytes())
    said = evo_("predict", three_classes.run_dir, data)
    assert (said.code, said.err) == (0, "")
    header, *labels = list(csv.reader(said.out.splitlines()))
    predict = read_python(three_classes.export("python"))
    assert header == ["predicted_kind"]
    assert [label for (label,) in labels] == [predict(row) for row in csv_rows(flowers_csv)]
    target = tmp_path / "out.csv"
    assert evo_("predict", three_classes.run_dir, data, "-o", target).err == f"150 predictions written to {target}\n"
    assert target.read_text() == said.out


def test_predict_reads_npz(evo_: Evo, two_classes: Result, tmp_path: Path) -> None:
    said = evo_("predict", two_classes.run_dir, cancer_npz(tmp_path / "c.npz"))
    predict = read_json(two_classes.export("json"))
    data = load_breast_cancer()
    rows = [dict(zip(data.feature_names, map(repr, row), strict=True)) for row in data.data.tolist()]
    assert said.out.split() == ["predicted_target", *map(predict, rows)]


def test_a_run_on_bits_predicts_several_outputs_for_the_rows_of_a_csv_file(
    evo_: Evo, bits: Result, tmp_path: Path
) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("note,c,b,a\n" + "".join(f"n,{c},{b},{a}\n" for a in "01" for b in "01" for c in "01"))
    said = evo_("predict", bits.run_dir, data)
    predict = read_json(bits.export("json"))
    expected = [",".join(map(str, predict(row))) for row in csv_rows(data)]
    assert said.out.split() == ["f,g", *expected]


def test_a_missing_column_exits_3_with_its_name(evo_: Evo, three_classes: Result, tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("heigth,soil,wet,kind\n3,clay,0,rose\n")
    for command in ("predict", "evaluate"):
        said = evo_(command, three_classes.run_dir, data)
        assert (said.code, said.out) == (3, "")
        assert said.err == f"{data}:1: no column 'height'; did you mean 'heigth'?\n"


def test_a_run_without_models_exits_4_and_says_what_to_do(evo_: Evo, three_classes: Result, tmp_path: Path) -> None:
    for name in ("run.json", "encoder.json"):
        (tmp_path / name).write_bytes((three_classes.run_dir / name).read_bytes())
    said = evo_("export", tmp_path, "--format", "dnf")
    assert (said.code, said.out) == (4, "")
    assert (
        said.err == f"{tmp_path}: this run has no models yet (it did not come to an end); evo resume {tmp_path} first\n"
    )


@pytest.mark.parametrize(
    ("name", "content"), [("models/best.json", "{}"), ("encoder.json", "[]"), ("front.csv", "id\n1,2")]
)
def test_a_damaged_file_exits_4_with_its_path(
    evo_: Evo, three_classes: Result, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / "models").mkdir()
    for file in ("run.json", "encoder.json", "front.csv", "models/best.json"):
        (tmp_path / file).write_bytes((three_classes.run_dir / file).read_bytes())
    (tmp_path / name).write_text(content)
    said = evo_("export", tmp_path, "--format", "dnf", "--pick", "knee" if name == "front.csv" else "best")
    assert (said.code, said.out) == (4, "")
    assert said.err.startswith(f"{tmp_path / name}:")
    assert len(said.err.splitlines()) == 1


def test_missing_cells_are_told_or_an_error_or_ignored(
    evo_: Evo, three_classes: Result, flowers_csv: Path, tmp_path: Path
) -> None:
    rows = csv_rows(flowers_csv)
    columns = json.loads((three_classes.run_dir / "encoder.json").read_text())["binarizer"]["columns"]
    column = next(name for name, _, *more in columns if more and "fill" in more[0])
    for row in rows[:3]:
        row[column] = ""
    data = write_csv_rows(tmp_path / "blank.csv", rows)
    for command in ("predict", "evaluate"):
        told, refused, silent = (
            evo_(command, three_classes.run_dir, data, *more)
            for more in ((), ("--missing", "error"), ("--missing", "ignore"))
        )
        line = f"3 cells are missing in column {column!r} (3), which training never missed: read as "
        assert told.code == silent.code == 0
        assert line in told.err
        assert told.err.count("\n") == 1
        assert (told.out, silent.err) == (silent.out, "")
        assert (refused.code, refused.out) == (3, "")
        assert line in refused.err


def test_cells_that_cannot_be_read_are_told(
    evo_: Evo, three_classes: Result, flowers_csv: Path, tmp_path: Path
) -> None:
    rows = csv_rows(flowers_csv)
    rows[0][next(iter(rows[0]))] = "broken"
    said = evo_("predict", three_classes.run_dir, write_csv_rows(tmp_path / "odd.csv", rows))
    assert "cannot be read, and count as missing: 'broken'" in said.err
