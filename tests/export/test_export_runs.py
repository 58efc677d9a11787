"""Finished runs on real tables: every outside tool agrees with `evo predict` on every row."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from evo.export import EXPORTERS, Exported
from evo.kinds.two_level.saved import SavedFormulas
from fitness.data.pla_source import read_pla
from genomes.bits import unpack
from tests.export.test_export_faults import flipped
from tests.kits.circuit_checks import simulated
from tests.kits.exporters import READERS, ExportCase
from tests.kits.logic_cases import chosen_case
from tests.kits.oracle_tables import label_of, used_numbers
from tests.kits.outside import needs, run
from tests.kits.small_runs import cancer_npz, csv_rows, flowers, small_run
from tests.kits.table_checks import TABLE_TOOLS, TABLES


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[SavedFormulas, Path, list[dict[str, str]]]]:
    """Name -> (run, file of rows, the same rows as cells): classes that vote, a formula, a scorecard."""
    folder = tmp_path_factory.mktemp("exports")
    table, archive = flowers(folder), cancer_npz(folder / "cancer.npz")
    cancer = _cells(archive)
    flower_run = small_run(folder, {"source": "csv", "path": str(table)}, name="flowers")
    formula = small_run(folder, {"source": "npz", "path": str(archive)}, name="formula")
    scorecard = {"kind": "sop", "terms": 4, "output": "vote"}
    votes = small_run(folder, {"source": "npz", "path": str(archive)}, name="votes", genome=scorecard)
    opened = [SavedFormulas.open(result.run_dir) for result in (flower_run, formula, votes)]
    return {
        "three classes": (opened[0], table, csv_rows(table)),
        "formula": (opened[1], archive, cancer),
        "votes": (opened[2], archive, cancer),
    }


def _cells(archive: Path) -> list[dict[str, str]]:
    import numpy as np  # noqa: PLC0415

    with np.load(archive) as data:
        return [dict(zip(data["feature_names"], map(repr, row), strict=True)) for row in data["X"].tolist()]


NAMES = ("three classes", "formula", "votes")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "fmt", [pytest.param(fmt, marks=needs(*TABLE_TOOLS[fmt])) for fmt in TABLES] + ["json", "python"]
)
def test_a_table_export_agrees_with_evo_predict_on_every_row(
    fmt: str, name: str, runs: dict[str, tuple[SavedFormulas, Path, list[dict[str, str]]]], tmp_path: Path
) -> None:
    stored, file, rows = runs[name]
    rows = rows[:60] if fmt == "smt2" else rows
    expected = stored.predict(file)[: len(rows)]
    model = stored.minimized().model
    content = EXPORTERS[fmt](model, stored.encoder)
    if fmt in TABLES:
        assert TABLES[fmt](content, ExportCase(model, stored.encoder, rows), tmp_path) == expected
    else:
        predict = READERS[fmt](str(content))
        assert [predict(row) for row in rows] == expected


@needs("iverilog", "vvp")
@pytest.mark.parametrize("name", NAMES)
def test_the_verilog_export_agrees_with_evo_predict_on_every_row(
    name: str, runs: dict[str, tuple[SavedFormulas, Path, list[dict[str, str]]]], tmp_path: Path
) -> None:
    stored, file, _ = runs[name]
    model = stored.minimized().model
    split = stored.encoder.read_rows(file, labels=False).split
    bits = unpack(split.inputs[[number - 1 for number in used_numbers(model)]], split.n_rows).T.astype(int)
    said = simulated(str(stored.export("verilog")), [tuple(row) for row in bits.tolist()], tmp_path)
    assert [label_of(stored.encoder.task, outputs) for outputs in said] == stored.predict(file)


@needs("berkeley-abc", "yosys")
@pytest.mark.parametrize("name", NAMES)
def test_verilog_blif_and_aiger_of_a_run_are_the_same_circuit(
    name: str, runs: dict[str, tuple[SavedFormulas, Path, list[dict[str, str]]]], tmp_path: Path
) -> None:
    stored, _, _ = runs[name]
    contents = {fmt: stored.export(fmt) for fmt in ("verilog", "blif", "aig", "aiger")}
    assert same_circuit(contents, tmp_path)


@needs("berkeley-abc", "yosys")
@pytest.mark.parametrize("fmt", ["verilog", "blif", "aig", "aiger"])
def test_a_flipped_literal_in_one_of_them_is_noticed(fmt: str, tmp_path: Path) -> None:
    case = chosen_case()
    contents = {name: EXPORTERS[name](case.model, case.encoder) for name in ("verilog", "blif", "aig", "aiger")}
    assert same_circuit(contents, tmp_path)
    assert not same_circuit(contents | {fmt: flipped(fmt, contents[fmt])}, tmp_path)


EQUAL = "read_verilog model.v; rename evo_model gold; proc; flatten; read_blif model.blif; rename evo_model gate; "
EQUAL += "miter -equiv -make_assert -flatten gold gate miter; sat -verify -prove-asserts miter"
CONVERTED = "read_aiger -module_name evo_model model.aag; write_blif aag.blif"


def same_circuit(contents: Mapping[str, Exported], folder: Path) -> bool:
    """Whether yosys proves Verilog equal to BLIF, and abc BLIF to both forms of AIGER."""
    for fmt, ending in (("verilog", "v"), ("blif", "blif"), ("aig", "aig"), ("aiger", "aag")):
        content = contents[fmt]
        (folder / f"model.{ending}").write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        run(["yosys", "-q", "-p", EQUAL], folder)
    except AssertionError as failed:
        assert "proof did fail" in str(failed)
        return False
    run(["yosys", "-q", "-p", CONVERTED], folder)
    said = [run(["berkeley-abc", "-c", f"cec model.blif {other}"], folder) for other in ("model.aig", "aag.blif")]
    return all("Networks are equivalent" in text for text in said)


def test_a_pla_export_comes_back_as_the_table_of_the_model(tmp_path: Path) -> None:
    """Exported, read by evo as data: rows and labels are what the run learned."""
    table = tmp_path / "xor.pla"
    table.write_text(
        ".i 3\n.o 2\n.ilb a b c\n.ob f g\n000 01\n001 10\n010 11\n011 0-\n100 1-\n101 00\n110 01\n111 11\n.e\n"
    )
    split = {"valid": 0, "test": 0}
    result = small_run(tmp_path, {"source": "pla", "path": str(table), "split": split}, name="pla")
    stored = SavedFormulas.open(result.run_dir)
    (tmp_path / "model.pla").write_text(str(result.export("pla")))
    back = read_pla(str(tmp_path / "model.pla"))
    assert back.target is not None
    assert back.target.names == ("f", "g")
    rows = tmp_path / "rows.csv"
    with rows.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in back.columns])
        writer.writerows(zip(*(column.values.astype(int).tolist() for column in back.columns), strict=True))
    assert stored.predict(rows) == [tuple(values) for values in back.target.values.tolist()]
