"""Runs on islands: killed, cut, extended and chunked, they come to the same bytes; they say what migrated."""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path

import pytest

import evo as api
from evo.storage.folder import Folder
from evo.storage.lines import Lines
from tests.kits.processes import MUX, SEARCH, evo, go_on, kill, paused_at, products, reached, start_evo, wait_until
from tests.kits.small_search import ALGORITHM_NAMES

ISLANDS = "islands: {count: 3, every: 2, migrants: 3, topology: ring}"


def config_of(folder: Path, algorithm: str = "nsga2", generations: int = 24) -> Path:
    path = folder / "islands.yaml"
    settings = f"{{algorithm: {algorithm}, population: 16, prices: 2, {ISLANDS}}}"
    text = MUX.replace(SEARCH, settings).replace("generations: 36", f"generations: {generations}")
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return config_of(tmp_path_factory.mktemp("islands"))


@pytest.fixture(scope="module")
def straight(config: Path) -> Path:
    """The uninterrupted run; only to be read."""
    run = config.parent / "straight"
    assert evo("run", config, "--run-dir", run, "--quiet").returncode == 0
    return run


@pytest.mark.parametrize("algorithm", ALGORITHM_NAMES)
def test_a_killed_and_resumed_run_has_the_bytes_of_the_uninterrupted_one(algorithm: str, tmp_path: Path) -> None:
    config, whole, run = config_of(tmp_path, algorithm, 12), tmp_path / "straight", tmp_path / "run"
    assert evo("run", config, "--run-dir", whole, "--quiet").returncode == 0
    process = start_evo("run", config, "--run-dir", run, "--quiet")
    wait_until(reached(run, 3), process)
    kill(process)
    assert evo("resume", run, "--quiet").returncode == 0
    assert products(run) == products(whole)
    assert [line["generation"] for line in Lines(Folder(run), "metrics.jsonl")] == [2, 4, 6, 8, 10, 12]


def test_a_run_killed_again_and_again_resumes_to_the_same_bytes(config: Path, straight: Path, tmp_path: Path) -> None:
    rng, run = random.Random(5), tmp_path / "run"
    process = start_evo("run", config, "--run-dir", run)
    wait_until(run.exists, process)
    for _ in range(4):
        time.sleep(rng.uniform(0.2, 1.5))
        kill(process)
        process = start_evo("resume", run)
    kill(process)
    assert evo("resume", run).returncode == 0
    assert products(run) == products(straight)


def test_ctrl_c_abandons_the_epoch_under_way_and_the_run_resumes_to_the_same_bytes(
    config: Path, straight: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    assert go_on(paused_at(reached(run, 3), "run", config, "--run-dir", run), signal.SIGINT) == 130
    assert json.loads((run / "run.json").read_text())["attempts"][0]["generation"] % 2 == 0
    assert evo("resume", run, "--quiet").returncode == 0
    assert products(run) == products(straight)


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_the_chunk_size_changes_no_byte(chunk: int, config: Path, straight: Path, tmp_path: Path) -> None:
    run = api.run(config, [f"compute.chunk={chunk}"], run_dir=tmp_path / "run", display="quiet").run_dir
    assert products(run) == products(straight)


def test_a_run_cut_at_an_epoch_is_a_prefix_and_made_longer_it_is_the_longer_run(
    config: Path, straight: Path, tmp_path: Path
) -> None:
    run = api.run(config, ["stop.generations=8"], run_dir=tmp_path / "run", display="quiet").run_dir
    lines = (straight / "metrics.jsonl").read_bytes().splitlines(keepends=True)
    assert (run / "metrics.jsonl").read_bytes() == b"".join(lines[:4])
    api.resume(run, ["stop.generations=24"], display="quiet")
    assert products(run) == products(straight)


def test_a_run_cut_within_an_epoch_and_made_longer_has_the_longer_runs_models_and_one_line_more(
    config: Path, straight: Path, tmp_path: Path
) -> None:
    run = api.run(config, ["stop.generations=7"], run_dir=tmp_path / "run", display="quiet").run_dir
    assert api.resume(run, ["stop.generations=24"], display="quiet").details["generations"] == 24
    longer, whole = products(run), products(straight)
    metrics = longer.pop("metrics.jsonl").splitlines(), whole.pop("metrics.jsonl").splitlines()
    assert longer == whole
    assert [json.loads(line)["generation"] for line in metrics[0] if line not in metrics[1]] == [7]
    assert [line for line in metrics[0] if json.loads(line)["generation"] != 7] == metrics[1]


@pytest.mark.parametrize("stop", ["stop.seconds=0.001", "stop.evaluations=200", "stop.patience=2", "stop.target=0.6"])
def test_whatever_ends_a_run_early_it_is_a_prefix(stop: str, config: Path, straight: Path, tmp_path: Path) -> None:
    run = api.run(config, [stop], run_dir=tmp_path / "run", display="quiet")
    assert run.stop_reason == stop.partition("=")[0].removeprefix("stop.")
    assert run.details["generations"] >= 2  # time never takes the first epoch
    assert (straight / "metrics.jsonl").read_bytes().startswith((run.run_dir / "metrics.jsonl").read_bytes())


def test_checkpoints_are_written_at_the_first_step_past_every_so_many_generations(config: Path, tmp_path: Path) -> None:
    overrides = ["checkpoint.every=3", "checkpoint.keep=99", "stop.generations=12"]
    run = api.run(config, overrides, run_dir=tmp_path / "run", display="quiet").run_dir
    saved = sorted(path.stem for path in (run / "checkpoints").glob("gen_*.npz"))
    assert saved == [f"gen_{generation:06d}" for generation in (0, 4, 6, 10, 12)]


def test_events_metrics_and_the_result_agree_on_what_migrated(straight: Path) -> None:
    events = [event for event in Lines(Folder(straight), "events.jsonl") if event["event"] == "migration"]
    metrics = list(Lines(Folder(straight), "metrics.jsonl"))
    islands = json.loads((straight / "result.json").read_text())["islands"]
    moved = {event["generation"]: sum(move["count"] for move in event["migrants"]) for event in events}
    assert all(move["to"] == (move["from"] + 1) % 3 for event in events for move in event["migrants"])
    told = {line["generation"]: line["islands"]["migrants"] for line in metrics}
    assert moved == {generation: count for generation, count in told.items() if count}
    assert islands == {"count": 3, "topology": "ring", "every": 2, "migrants": 3, "migrated": sum(moved.values())}
    assert islands["migrated"] > 0


def test_metrics_have_the_best_of_every_island_and_the_runs_best_is_the_best_of_them(straight: Path) -> None:
    for line in list(Lines(Folder(straight), "metrics.jsonl")):
        assert len(line["islands"]["best"]) == 3
        assert min(error for error, _ in line["islands"]["best"]) == line["best_error"]
        assert line["population"]["mean"][0] >= line["best_error"]


def test_the_report_and_the_plain_display_show_the_islands(config: Path, straight: Path, tmp_path: Path) -> None:
    said = evo("run", config, "--run-dir", tmp_path / "run", "--plain", "-o", "stop.generations=4").stdout
    assert "islands" not in (tmp_path / "run" / "front.csv").read_text()
    assert " | nsga2, 3 islands (ring), sop, " in said
    migrated = json.loads((straight / "result.json").read_text())["islands"]["migrated"]
    line = f"- islands: 3 (ring), up to 3 migrants from each origin every 2 generations, {migrated:,} in all\n"
    assert line in (straight / "report.md").read_text()


def test_a_run_without_islands_says_nothing_of_them(finished_run: Path) -> None:
    assert "islands" not in json.loads((finished_run / "result.json").read_text())
    assert all("islands" not in line for line in Lines(Folder(finished_run), "metrics.jsonl"))
    assert "islands" not in (finished_run / "report.md").read_text()


def test_islands_belong_to_what_a_run_is(straight: Path) -> None:
    refused = evo("resume", straight, "-o", "search.islands.count=2")
    assert refused.returncode == 4
    assert "search.islands.count differs from the run's own" in refused.stderr


def test_folds_choose_a_model_of_islands_with_searches_of_one_population(tmp_path: Path) -> None:
    document = {
        "schema": 1,
        "seed": 3,
        "data": {"source": "function", "function": "monk", "problem": 3, "samples": 150, "test_samples": 200,
                 "noise": 0.05, "split": {"valid": 0.0}},
        "search": {"prices": 4, "islands": {"count": 2, "every": 2}},
        "stop": {"generations": 4},
        "output": {"root": str(tmp_path)},
    }  # fmt: skip
    result = api.run(document, display="quiet")
    assert result.details["selection"]["rule"] == "cross_validation"
    assert result.best.id in {row.id for row in result.front}
