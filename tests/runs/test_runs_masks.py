"""Searches for masks as runs: the same bytes wherever and however often interrupted, and what a user does with them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_iris

import evo as api
from distributed.ray_session import Session
from evo.config.load import load_config
from evo.errors import DataError
from evo.kinds.common.preparing import prepare
from genomes.masks.plain import mask_from_plain
from tests.kits.lost_workers import one_lost_in_every_call
from tests.kits.processes import DEADLINE, evo, kill, products, reached, start_evo, wait_until

FLOWERS = """\
schema: 1
name: flowers
seed: 4
data: {source: csv, path: flowers.csv, split: {valid: 0.2, test: 0.2}}
genome: {kind: mask, network: {layers: [4, 24, 3]}}
search: {population: 6, prices: 2}
local: {sweeps: 4}
stop: {generations: 12, exact: null}
output: {controls: 0, report: [md]}
"""


@pytest.fixture(scope="module")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve generations of masks that tell irises apart."""
    folder = tmp_path_factory.mktemp("flowers")
    table = load_iris()
    lines = [
        ",".join([*map(str, row), table.target_names[label]])
        for row, label in zip(table.data, table.target, strict=True)
    ]
    (folder / "flowers.csv").write_text("\n".join(["a,b,c,d,kind", *lines]) + "\n")
    (folder / "c.yaml").write_text(FLOWERS)
    return folder / "c.yaml"


@pytest.fixture(scope="module")
def straight(flowers: Path) -> Path:
    """The uninterrupted run; only to be read."""
    run = flowers.parent / "straight"
    ended = evo("run", flowers, "--run-dir", run, "--quiet")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return run


@pytest.mark.parametrize("chunk", [1, 100])
def test_chunks_change_no_byte(chunk: int, flowers: Path, straight: Path, tmp_path: Path) -> None:
    api.run(flowers, [f"compute.chunk={chunk}", "compute.backend=local"], run_dir=tmp_path / "run", display="quiet")
    assert products(tmp_path / "run") == products(straight)


def test_threads_of_the_linear_algebra_change_no_byte(flowers: Path, straight: Path, tmp_path: Path) -> None:
    for threads in ("1", "4"):
        run = tmp_path / threads
        env = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        assert evo("run", flowers, "--run-dir", run, "--quiet", env=env).returncode == 0
        assert products(run) == products(straight)


@pytest.mark.usefixtures("session")
def test_ray_workers_change_no_byte_even_where_one_is_lost_in_every_generation(flowers: Path, tmp_path: Path) -> None:
    run, stop = tmp_path / "run", "stop.generations=3"
    straight = api.run(flowers, [stop], run_dir=tmp_path / "straight", display="quiet").run_dir
    with one_lost_in_every_call(tmp_path) as calls:
        result = api.run(flowers, [stop, "compute.backend=ray", "compute.workers=2"], run_dir=run, display="quiet")
    assert result.details["backend"]["workers_lost"] == len(calls) >= 3
    assert products(run) == products(straight)


def test_islands_of_masks_migrate_and_are_the_same_on_workers(flowers: Path, session: Session, tmp_path: Path) -> None:
    islands = ["search.islands={count: 2, every: 2, migrants: 2}", "stop.generations=4"]
    alone = api.run(flowers, islands, run_dir=tmp_path / "alone", display="quiet")
    spread = api.run(flowers, [*islands, "compute.backend=ray"], run_dir=tmp_path / "spread", display="quiet")
    assert alone.details["islands"]["migrated"] > 0
    assert products(alone.run_dir) == products(spread.run_dir)


@pytest.mark.parametrize("generation", [0, 1, 5, 9])
def test_a_killed_search_for_masks_resumes_to_the_same_bytes(
    generation: int, flowers: Path, straight: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    while True:
        process = start_evo("run", flowers, "--run-dir", run)
        wait_until(reached(run, generation) if generation else run.exists, process)
        if kill(process) == -9:
            break
        shutil.rmtree(run)
    assert evo("resume", run, "--quiet").returncode == 0
    assert products(run) == products(straight)


def test_the_front_goes_from_dense_to_sparse_and_its_figures_are_those_of_the_masks(straight: Path) -> None:
    rows = list(csv.DictReader((straight / "front.csv").open()))
    config = load_config(straight / "resolved.yaml").config
    job = prepare(config)
    space, network = job.search.problem.space, job.search.problem.network
    assert len(rows) > 3
    for row in rows:
        genes = mask_from_plain(json.loads((straight / "models" / f"{row['id']}.json").read_text())["mask"], space)
        masked = [w.weights * m for w, m in zip(network.layers, space.weight_masks(genes), strict=True)]
        assert int(row["weights"]) == sum(int(np.count_nonzero(m)) for m in masked)
        assert float(row["sparsity"]) == pytest.approx(1 - int(row["weights"]) / 168)
        for split in ("train", "valid"):
            samples = job.dataset.splits()[split]
            hits = forward(samples.inputs, masked, [w.bias for w in network.layers]) == samples.labels
            assert float(row[f"{split}_accuracy"]) == pytest.approx(hits.mean())
    assert float(rows[-1]["sparsity"]) > 0.9 or max(float(row["sparsity"]) for row in rows) > 0.8


def forward(
    inputs: NDArray[np.float32], weights: list[NDArray[np.float32]], biases: list[NDArray[np.float32]]
) -> NDArray[np.intp]:
    """The network, written down once more."""
    hidden = np.maximum(inputs.astype(np.float64) @ weights[0].T.astype(np.float64) + biases[0], 0)
    return (hidden @ weights[1].T.astype(np.float64) + biases[1]).argmax(axis=1)


def test_predict_evaluate_status_and_report_work_on_masks(straight: Path, flowers: Path) -> None:
    data = flowers.parent / "flowers.csv"
    predicted = evo("predict", straight, data).stdout.splitlines()
    truth = [line.rpartition(",")[2] for line in data.read_text().splitlines()[1:]]
    assert predicted[0] == "predicted_kind"
    right = sum(a == b for a, b in zip(predicted[1:], truth, strict=True)) / len(truth)
    told = json.loads(evo("evaluate", straight, data, "--json").stdout)
    assert told["accuracy"] == pytest.approx(right)
    assert told["loss"] > 0
    assert "weights kept" in evo("report", straight).stdout
    assert "finished" in evo("status", straight).stdout


def test_an_exported_network_is_a_weights_file_that_does_the_same(
    straight: Path, flowers: Path, tmp_path: Path
) -> None:
    exported = evo("export", straight, "--format", "npz", "-o", tmp_path / "w.npz")
    assert (exported.returncode, exported.stderr.strip()) == (0, f"npz model written to {tmp_path / 'w.npz'}")
    kept = np.load(tmp_path / "w.npz")
    assert {name: kept[name].shape for name in kept.files} == {
        "weights_0": (24, 4), "bias_0": (24,), "weights_1": (3, 24), "bias_1": (3,),
    }  # fmt: skip
    best = json.loads((straight / "models" / "best.json").read_text())
    assert sum(int(np.count_nonzero(kept[f"weights_{k}"])) for k in (0, 1)) == best["sizes"]["weights"]
    text = FLOWERS.replace("{layers: [4, 24, 3]}", f"{{weights: file, path: {tmp_path / 'w.npz'}}}")
    again = flowers.parent / "again.yaml"
    again.write_text(text)
    result = api.run(again, ["stop.generations=1"], run_dir=tmp_path / "run", display="quiet")
    assert (result.run_dir / "network.npz").exists()
    (tmp_path / "w.npz").unlink()  # the run directory has its own
    assert len(result.predict(flowers.parent / "flowers.csv")) == 150


def test_other_weights_under_the_same_name_refuse_a_resume(flowers: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for seed in (0, 1):
        rng = np.random.default_rng(seed)
        np.savez(tmp_path / f"w{seed}.npz", weights_0=rng.normal(size=(5, 4)), weights_1=rng.normal(size=(3, 5)))
    shutil.copy(tmp_path / "w0.npz", tmp_path / "w.npz")
    (flowers.parent / "file.yaml").write_text(
        FLOWERS.replace("{layers: [4, 24, 3]}", f"{{weights: file, path: {tmp_path / 'w.npz'}}}")
    )
    run = tmp_path / "run"
    api.run(flowers.parent / "file.yaml", ["stop.generations=1"], run_dir=run, display="quiet")
    shutil.copy(tmp_path / "w1.npz", tmp_path / "w.npz")
    ended = evo("resume", run, "-o", "stop.generations=2")
    assert ended.returncode == 4
    assert "the data or weights are not those the run was started with" in ended.stderr


def arrays(**changed: NDArray[np.float64]) -> bytes:
    rng = np.random.default_rng(0)
    content = io.BytesIO()
    sound = {"weights_0": rng.normal(size=(5, 4)), "bias_0": np.zeros(5), "weights_1": rng.normal(size=(3, 5))}
    np.savez(content, **(sound | changed))  # type: ignore[arg-type]
    return content.getvalue()


NAN = np.full((3, 5), np.nan)
BAD: dict[str, tuple[str, bytes | None, int, str]] = {
    "layers that do not chain": (
        "{weights: file, path: w.npz}", arrays(weights_1=np.ones((3, 6))), 3,
        "{file}: weights_1 reads 6 inputs, but layer 0 has 5 neurons; weights are [neurons, inputs]",
    ),
    "NaN weights": (
        "{weights: file, path: w.npz}", arrays(weights_1=NAN), 3, "{file}: weights_1 holds values that are not finite",
    ),
    "no such file": ("{weights: file, path: w.npz}", None, 3, "{file}: no such file"),
    "no npz": ("{weights: file, path: w.npz}", b"weights", 3, "{file}: not an npz archive; write it with"),
    "other layers than the file's": (
        "{weights: file, path: w.npz, layers: [4, 9, 3]}", arrays(), 3,
        "genome.network.layers: the file holds layers [4, 5, 3], not [4, 9, 3]",
    ),
    "more classes than outputs": (
        "{layers: [4, 9, 2]}", None, 3, "genome.network.layers: the network has 2 outputs, the data 3 classes",
    ),
    "other inputs": (
        "{layers: [5, 9, 3]}", None, 3, "genome.network.layers: the network reads 5 inputs, the data has 4",
    ),
    "a layer of size 0": (
        "{layers: [4, 0, 3]}", None, 2, "{config}:5: genome.network.layers[1]: must be an integer >= 1, got 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_network_is_one_line_and_leaves_nothing(case: str, flowers: Path, tmp_path: Path) -> None:
    section, content, code, line = BAD[case]
    config = tmp_path / "c.yaml"
    shutil.copy(flowers.parent / "flowers.csv", tmp_path)
    config.write_text(FLOWERS.replace("{layers: [4, 24, 3]}", section))
    if content is not None:
        (tmp_path / "w.npz").write_bytes(content)
    ended = evo("run", config, "--run-dir", tmp_path / "run")
    said = [text for text in ended.stderr.splitlines() if "nothing was run" not in text]
    assert ended.returncode == code
    assert len(said) == 1
    assert said[0].startswith(line.format(file=tmp_path / "w.npz", config=config))
    assert not (tmp_path / "run").exists()


def test_the_controls_stand_beside_the_mask(flowers: Path, tmp_path: Path) -> None:
    settings = ["output.report=[md,html]", "output.controls=2", "output.control_seconds=0.3", "stop.generations=4"]
    details = api.run(flowers, settings, run_dir=tmp_path / "run", display="quiet").details["mask"]
    found = details["baselines"]
    assert set(found) == {"random", "shuffled", "edge_popup", "magnitude"}
    assert all(len(values) == 2 for values in (found["random"], found["shuffled"], found["edge_popup"]["accuracy"]))
    assert details["accuracy"] > max(found["random"]) + 0.2
    assert details["brittleness"]["kept"][0] == pytest.approx(details["accuracy"])
    job = prepare(load_config(tmp_path / "run" / "resolved.yaml").config)
    network, rows = job.search.problem.network, job.dataset.splits()["test"]
    alone = forward(rows.inputs, [w.weights for w in network.layers], [w.bias for w in network.layers]) == rows.labels
    assert details["unpruned"] == pytest.approx(alone.mean())
    report = (tmp_path / "run" / "report.md").read_text()
    for line in (
        "## Beside the controls",
        "the network as given, unpruned",
        "points better than a random mask",
        "## How brittle it is",
        "edge-popup (keeps",
        "trained again from the start",
    ):
        assert line in report
    page = (tmp_path / "run" / "report.html").read_text()
    for title in (
        "The network, and what is left of it",
        "Beside the controls",
        "How brittle it is",
        "weights kept",
        "Which weights each",
    ):
        assert title in page
    assert "The rules" not in page
    for value in (details["accuracy"], details["brittleness"]["all"][-1]):
        assert f"{100 * value:.1f}\N{NO-BREAK SPACE}%" in page
    assert evo("report", tmp_path / "run", "--html", tmp_path / "again.html").returncode == 0
    assert (tmp_path / "again.html").read_text() == page


@pytest.mark.parametrize(
    "genome",
    [
        "granularity: ternary",
        "granularity: neuron",
        "granularity: n_of_m, n: 1, m: 3",
        "network: {layers: [4, 8, 8, 3], weights: kaiming, scale: 2.0, biases: false}",
        "network: {layers: [4, 3], image: [1, 2, 2], convolutions: [[5, 2, 1]], inputs: [0, 1]}",
    ],
)
def test_every_granularity_and_network_learns_its_training_rows(genome: str, flowers: Path, tmp_path: Path) -> None:
    network = "" if "network" in genome else "network: {layers: [4, 24, 3]}, "
    text = FLOWERS.replace(
        "genome: {kind: mask, network: {layers: [4, 24, 3]}}", f"genome: {{kind: mask, {network}{genome}}}"
    )
    other = flowers.parent / "other.yaml"
    other.write_text(text)
    result = api.run(other, ["stop.generations=4"], run_dir=tmp_path / "run", display="quiet")
    assert result.best.train_accuracy > 0.6
    assert evo("check", other).stdout.splitlines()[-1].endswith(": ok")


def test_sign_networks_learn_from_bits(flowers: Path, tmp_path: Path) -> None:
    binarize = "binarize: {method: thermometer, bits: 3}"
    bits = f"data: {{source: csv, path: flowers.csv, split: {{valid: 0.2, test: 0.2}}, {binarize}}}"
    sign = "genome: {kind: mask, network: {layers: [12, 24, 3], activation: sign, weights: signed_constant}}"
    text = "\n".join({"data": bits, "genome": sign}.get(line.split(":")[0], line) for line in FLOWERS.splitlines())
    other = flowers.parent / "sign.yaml"
    other.write_text(text)
    result = api.run(other, ["stop.generations=4"], run_dir=tmp_path / "run", display="quiet")
    assert result.best.train_accuracy > 0.85


def test_ctrl_c_during_the_controls_leaves_them_out_and_the_run_is_whole(flowers: Path, tmp_path: Path) -> None:
    run, said = tmp_path / "run", tmp_path / "said"
    options = ["-o", "output.controls=3", "-o", "output.control_seconds=60", "-o", "stop.generations=2"]
    process = start_evo("run", flowers, "--run-dir", run, "--plain", *options, output=said)
    wait_until(lambda: "controls: edge-popup" in said.read_text(), process)
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE) == 0
    mask = json.loads((run / "result.json").read_text())["mask"]
    assert "baselines" not in mask
    assert mask["brittleness"]["kept"][0] == pytest.approx(mask["accuracy"])
    assert json.loads((run / "run.json").read_text())["state"] == "finished"


def test_a_run_whose_every_candidate_fails_ends_in_one_clear_line(tmp_path: Path) -> None:
    weights = tmp_path / "huge.npz"
    np.savez(weights, weights_0=np.full((5, 4), 3e38, np.float32), weights_1=np.full((3, 5), 3e38, np.float32))
    document = {
        "schema": 1,
        "data": {"source": "sklearn", "name": "iris"},
        "genome": {"kind": "mask", "network": {"weights": "file", "path": str(weights)}},
        "fitness": {"logit_scale": 1.0},
        "search": {"population": 4},
        "local": {"kind": "none"},
    }
    with pytest.raises(DataError, match=r"^search: every candidate has failed: no objective is a finite number$"):
        api.run(document, run_dir=tmp_path / "run", display="quiet")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["state"] == "failed"
