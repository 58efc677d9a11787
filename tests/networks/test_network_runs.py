"""Whole paths: searches for networks, and what files, reports and commands say of what they found."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import evo as api
from evo.cli.main import run_command
from evo.errors import CheckpointError, ConfigError
from evo.kinds.network.export import EXPORTERS
from evo.kinds.network.saved import SavedNetworks
from tests.kits.readers import read_python

WIDE: dict[str, Any] = {"algorithm": "lut_boost", "units": 4}
CONFIG: dict[str, Any] = {
    "schema": 1,
    "genome": {"kind": "network", "gate_limit": 60},
    "fitness": {"judging": "rows"},
    "search": {"population": 6},
    "stop": {"generations": 2},
}


def rows(folder: Path, name: str) -> Path:
    """Numbers and a class that is their parity; of three classes the count."""
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b c", "colour", "label"])
        for i in range(160):
            a, b, colour = i % 7, (3 * i) % 5, "red" if i % 3 else "green"
            odd = (a > 3) + (b > 2) + (colour == "red")
            writer.writerow([a, b, colour, ["no", "yes", "no", "yes"][odd] if name == "two" else "lmnn"[odd]])
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[api.Result, Path]]:
    folder, found = tmp_path_factory.mktemp("networks"), {}
    for name in ("two", "three"):
        path = rows(folder, name)
        data = {"source": "csv", "path": str(path), "split": {"valid": 0.2, "test": 0.2}}
        config = {**CONFIG, "name": name, "data": data}
        found[name] = api.run(config, run_dir=folder / f"run {name}", display="quiet"), path
    return found


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["two", "three"])
def test_a_run_finds_the_network_and_its_exports_predict_the_same(
    name: str, runs: dict[str, tuple[api.Result, Path]]
) -> None:
    result, path = runs[name]
    said = result.predict(path)
    truth = [row["label"] for row in cells(path)]
    assert sum(a == b for a, b in zip(said, truth, strict=True)) > 150
    predict = read_python(str(result.export("python")))
    assert [predict(row) for row in cells(path)] == said
    for fmt in EXPORTERS:
        assert len(result.export(fmt)) > 30


def test_the_front_says_gates_units_and_depth(runs: dict[str, tuple[api.Result, Path]]) -> None:
    result, _ = runs["two"]
    assert set(result.best.sizes) == {"gates", "units", "depth"}
    assert result.best.sizes["gates"] <= 60
    assert min(row.sizes["gates"] for row in result.front) == 0
    circuit = SavedNetworks.open(result.run_dir).circuit()
    xors = sum(op == 1 for _, op, _, _ in circuit.graph.gates())
    assert result.best.sizes["gates"] == len(circuit.graph) + 2 * xors


def test_the_page_draws_every_unit(runs: dict[str, tuple[api.Result, Path]]) -> None:
    result, _ = runs["two"]
    page = (result.run_dir / "report.html").read_text(encoding="utf-8")
    for line in result.formula.splitlines():
        name, _, _ = line.partition(" = ")
        assert f">{name} " in page or not name.startswith("u")
    assert "Unit by unit" in page
    assert "Holds on: the share of the training rows" in page
    assert result.formula.splitlines()[0] in (result.run_dir / "report.md").read_text(encoding="utf-8")


def test_evaluate_counts_what_predict_says(
    runs: dict[str, tuple[api.Result, Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    result, path = runs["three"]
    assert run_command(["evaluate", str(result.run_dir), str(path), "--json"]) == 0
    accuracy = json.loads(capsys.readouterr().out)["accuracy"]
    said, truth = result.predict(path), [row["label"] for row in cells(path)]
    assert accuracy == pytest.approx(sum(a == b for a, b in zip(said, truth, strict=True)) / len(said))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "evo-model-1"}, "format: must be 'evo-composed-1', got 'evo-model-1'"),
        ({"n_inputs": 3}, "n_inputs: the network reads 3 inputs, the data has"),
        ({"units": [{"kind": "xor", "of": [2, 99999]}]}, "literals: unit 1 must read inputs and earlier units"),
        ({"heads": []}, "biases: expected 1 heads, got 0"),
        ({"units": [{"kind": "lut", "of": [2], "table": "xyz"}]}, "units: not a network: ValueError"),
    ],
)
def test_a_damaged_model_is_one_clear_line(
    change: dict[str, Any], message: str, runs: dict[str, tuple[api.Result, Path]]
) -> None:
    run = runs["two"][0].run_dir
    path = run / "models" / "best.json"
    record = json.loads(path.read_text())
    try:
        path.write_text(json.dumps(record | change))
        with pytest.raises(CheckpointError) as caught:
            SavedNetworks.open(run).model()
    finally:
        path.write_text(json.dumps(record))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"search": {"prices": 3}}, "search.prices: not used by kind: network"),
        ({"local": {"kind": "none", "moves": 5}}, "local.moves: only used by kind: descent"),
        ({"search": {"inputs": 3}}, "search.inputs: only used by algorithm: lut_boost"),
        ({"search": {"rounds": 3, "algorithm": "random"}}, "search.rounds: only used by algorithm: lut_boost"),
        ({"search": {**WIDE, "population": 9}}, "search.population: not used by algorithm: lut_boost, which grows one"),
        ({"search": {**WIDE, "crossover": 0.1}}, "search.crossover: not used by algorithm: lut_boost"),
        ({"search": {**WIDE, "islands": {"count": 2, "topology": "full"}}}, "search.islands.topology: not used by alg"),
        ({"search": {**WIDE, "islands": {"count": 2, "migrants": 3}}}, "search.islands.migrants: not used by algorit"),
        ({"search": WIDE, "genome": {"kind": "network", "votes": 3}}, "genome.votes: not used by search.algorithm"),
        ({"search": WIDE, "local": {"moves": 9}}, "local.moves: not used by search.algorithm: lut_boost, which"),
        ({"search": WIDE, "stop": {"exact": 3}}, "stop.exact: not used by search.algorithm: lut_boost, which keeps"),
        ({"search": WIDE, "fitness": {"judging": "folds"}}, "fitness.judging: must be auto or rows for search.algorit"),
        ({"fitness": {"objectives": ["gates"]}}, "fitness.objectives: must contain error"),
        ({"genome": {"kind": "network", "refit": "all"}}, "genome.refit: all needs validation rows"),
    ],
)
def test_keys_that_do_not_go_together_are_told(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    data = {"source": "csv", "path": str(rows(tmp_path, "two")), "split": {"valid": 0, "test": 0}}
    with pytest.raises(ConfigError) as caught:
        api.run({**CONFIG, "data": data, **change}, run_dir=tmp_path / "run", display="quiet")
    assert message in str(caught.value)
