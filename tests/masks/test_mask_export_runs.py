"""Whole paths: searches for masks, `evo export` of what they found, and programs that say what `evo predict` says."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo as api
from evo.cli.main import run_command
from evo.export import CIRCUITS
from evo.kinds.mask.lower import lowered
from evo.kinds.mask.saved import SavedMasks
from tests.kits.circuit_checks import simulated
from tests.kits.outside import needs
from tests.kits.processes import evo
from tests.kits.readers import read_python
from tests.masks.cases import rng_of
from tests.masks.export_kit import loop, program

Run = tuple[Path, Path]
NETWORK = {"layers": [12, 10, 3], "activation": "sign", "weights": "signed_constant"}
BITS = {"method": "thermometer", "bits": 3}


def searched(folder: Path, network: dict[str, Any], binarize: dict[str, Any]) -> Run:
    """The directory of a finished search, and its data."""
    rng = rng_of(0)
    with (folder / "t.csv").open("w") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b c", "d", "e", "label"])
        for row in rng.normal(size=(150, 4)).round(2).tolist():
            writer.writerow([*row, "xyz"[int(row[0] > 0) + int(row[1] > row[2])]])
    config = {
        "schema": 1,
        "data": {"source": "csv", "path": str(folder / "t.csv"), "binarize": binarize},
        "genome": {"kind": "mask", "network": network},
        "stop": {"generations": 2},
        "output": {"controls": 0},
    }
    return api.run(config, run_dir=folder / "run", display="quiet").run_dir, folder / "t.csv"


@pytest.fixture(scope="module")
def sign_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Of a network of signs."""
    return searched(tmp_path_factory.mktemp("signs"), NETWORK, BITS)


@pytest.fixture(scope="module")
def uneven_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Of a network of signs from a file, whose weights are a constant that is no power of two."""
    folder, rng = tmp_path_factory.mktemp("uneven"), rng_of(2)
    arrays = {
        f"weights_{k}": np.where(rng.random(shape) < 0.5, -0.3, 0.3) for k, shape in enumerate([(10, 12), (3, 10)])
    }
    arrays |= {"bias_0": rng.uniform(0.05, 0.25, 10), "bias_1": np.array([0.0, 0.11, 0.23])}
    np.savez(folder / "given.npz", **arrays)
    network = {"weights": "file", "path": str(folder / "given.npz"), "activation": "sign"}
    return searched(folder, network, BITS)


@pytest.fixture(scope="module")
def relu_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Of a network of real weights on numbers."""
    return searched(tmp_path_factory.mktemp("relu"), {"layers": [4, 8, 3]}, {"method": "none"})


def written(run: Run, fmt: str, folder: Path) -> str:
    """The text that `evo export` writes."""
    assert run_command(["export", str(run[0]), "--format", fmt, "-o", str(folder / "m")]) == 0
    return (folder / "m").read_text(encoding="utf-8")


def raw(run: Run) -> list[dict[str, str]]:
    with run[1].open(newline="") as file:
        return list(csv.DictReader(file))


def codes(run: Run) -> list[int]:
    """What `evo predict` says, as numbers of classes."""
    said = ["xyz".index(label) for label in SavedMasks.open(run[0]).predict(run[1])]
    assert len(set(said)) > 1
    return said


def test_every_circuit_format_is_written_for_a_run_of_signs(sign_run: Run, tmp_path: Path) -> None:
    for name in ("npz", "json", "python", *CIRCUITS):
        target = tmp_path / name
        assert run_command(["export", str(sign_run[0]), "--format", name, "-o", str(target)]) == 0
        assert target.stat().st_size > 100, name


def test_evo_export_is_a_process_of_one_line(sign_run: Run, tmp_path: Path) -> None:
    done = evo("export", sign_run[0], "--format", "aig", "-o", tmp_path / "m.aig")
    assert (done.returncode, done.stderr) == (0, f"aig model written to {tmp_path / 'm.aig'}\n")


@needs("gcc")
@pytest.mark.parametrize("kind", ["sign_run", "uneven_run", "relu_run"])
def test_c_and_python_of_a_run_say_what_evo_predict_says(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run: Run = request.getfixturevalue(kind)
    rows, text, signs = raw(run), written(run, "c", tmp_path), kind != "relu_run"
    if signs:
        fields = {"a": "a", "b c": "b_c", "d": "d", "e": "e"}
        cells = [", ".join(f".{f} = {row[c]}" for c, f in fields.items() if f" {f};" in text) for row in rows]
        main = loop(f"evo_row rows[] = {{{', '.join(f'{{{c}}}' for c in cells)}}}", len(rows), "evo_predict(&rows[r])")
    else:
        cells = [", ".join(row[c] for c in ("a", "b c", "d", "e")) for row in rows]
        main = loop(f"double rows[][4] = {{{', '.join(f'{{{c}}}' for c in cells)}}}", len(rows), "evo_predict(rows[r])")
    assert program(text, main, tmp_path) == codes(run)
    predict = read_python(written(run, "python", tmp_path))
    assert ["xyz".index(predict(row)) for row in rows] == codes(run)


@pytest.mark.parametrize("kind", ["sign_run", "uneven_run"])
def test_sql_of_a_run_says_what_evo_predict_says(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    run: Run = request.getfixturevalue(kind)
    with sqlite3.connect(":memory:") as base:
        base.execute('CREATE TABLE t (a REAL, "b c" REAL, d REAL, e REAL)')
        cells = [[float(row[name]) for name in ("a", "b c", "d", "e")] for row in raw(run)]
        base.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", cells)
        said = base.execute(f"SELECT\n{written(run, 'sql', tmp_path)}\nFROM t ORDER BY rowid").fetchall()
    assert ["xyz".index(label) for (label,) in said] == codes(run)


@needs("gcc")
def test_bench_model_measures_a_network_of_signs(sign_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["bench-model", str(sign_run[0]), "--seconds", "0.002", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    stored = SavedMasks.open(sign_run[0])
    assert (figures["id"], figures["input_bits"]) == (stored.model().id, stored.circuit().n_inputs)
    assert figures["c-bitsliced"]["operations_per_word"] > 0


def test_what_is_no_circuit_is_neither_benched_nor_verilog(relu_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    need = "signs on bits with weights of one size in each layer"
    assert run_command(["bench-model", str(relu_run[0])]) == 2
    assert capsys.readouterr().err == f"{relu_run[0]}: only masks of {need} are circuits\n"
    assert run_command(["export", str(relu_run[0]), "--format", "verilog"]) == 2
    listed = "this network can be written as npz, json, c, python only"
    need = "circuits need signs on bits and weights of one size in each layer"
    assert capsys.readouterr().err == f"--format verilog: {listed}; {need}\n"


@needs("iverilog", "vvp")
def test_verilog_of_a_run_of_signs_agrees_with_evo_predict_on_every_row(sign_run: Run, tmp_path: Path) -> None:
    stored = SavedMasks.open(sign_run[0])
    circuit = lowered(stored.model(), stored.network, stored.space, stored.encoder)
    bits = stored.encoder.read_rows(sign_run[1], labels=False).split.inputs > 0
    vectors = [tuple(map(int, row[[number - 1 for number in circuit.numbers]])) for row in bits]
    said = simulated(str(stored.export("verilog")), vectors, tmp_path)
    assert [stored.task.classes[outputs.index(1)] for outputs in said] == stored.predict(sign_run[1])
