"""Wide networks as runs: the same bytes wherever and however often interrupted, with pictures, copies and patterns."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo as api
from distributed.ray_session import Session
from evo.config.load import load_config
from evo.display import make_display
from evo.kinds.common.job import describe_search
from evo.running import launch
from evo.running.signals import StopSignals
from fitness.networks.wide.one_class import OneClass
from tests.kits.lost_workers import one_lost_in_every_call
from tests.kits.other_units import other_units
from tests.kits.processes import evo, kill, products, reached, start_evo, wait_until

BARS = """\
schema: 1
name: bars
seed: 4
data:
  source: npz
  path: bars.npz
  split: {valid: 0.2, test: 0.2}
  binarize: {bits: 2}
  image: {height: 6, width: 6}
  augment: {copies: 1}
  patterns: {bits: 40, kinds: [{literals: 3, window: 3, pool: 2, stride: 2}]}
genome: {kind: network, gate_limit: 4000}
search: {algorithm: lut_boost, units: 10, inputs: 4, rounds: 3, sweeps: 1}
output: {report: [md]}
"""


@pytest.fixture(scope="module")
def bars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of a bar, upright, flat or slanted, somewhere on noise."""
    folder, rng = tmp_path_factory.mktemp("bars"), np.random.default_rng(1)
    pictures, labels = rng.integers(0, 100, (360, 6, 6)), np.arange(360) % 3
    for picture, label in zip(pictures, labels.tolist(), strict=True):
        top, left = rng.integers(0, 3, 2).tolist()
        for k in range(4):
            down, right = ((k, 0), (0, k), (k, k))[label]
            picture[top + down, left + right] += 150
    np.savez(folder / "bars.npz", X=pictures.reshape(360, 36), y=np.array(["upright", "flat", "slanted"])[labels])
    (folder / "c.yaml").write_text(BARS)
    return folder / "c.yaml"


@pytest.fixture(scope="module")
def straight(bars: Path) -> Path:
    """The uninterrupted run; only to be read."""
    run = bars.parent / "straight"
    ended = evo("run", bars, "--run-dir", run, "--quiet")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return run


def test_a_run_learns_and_keeps_its_plan(straight: Path) -> None:
    best = json.loads((straight / "result.json").read_text())["best"]
    assert best["test_accuracy"] > 0.55 and best["gates"] <= 4000
    assert max((straight / "checkpoints").iterdir()).stem.endswith("9")  # four blocks grow, all are gone over, a look
    units = json.loads((straight / "models" / "best.json").read_text())["units"]
    assert {unit["kind"] for unit in units} == {"lut", "sop"}


def test_chunks_change_no_byte(bars: Path, straight: Path, tmp_path: Path) -> None:
    api.run(bars, ["compute.chunk=2", "compute.backend=local"], run_dir=tmp_path / "run", display="quiet")
    assert products(tmp_path / "run") == products(straight)


def test_neither_other_vector_units_nor_threads_nor_hashes_change_a_byte(
    bars: Path, straight: Path, tmp_path: Path
) -> None:
    env = other_units() | {"OPENBLAS_NUM_THREADS": "3", "NUMBA_NUM_THREADS": "1", "PYTHONHASHSEED": "5"}
    assert evo("run", bars, "--run-dir", tmp_path / "run", "--quiet", env=env).returncode == 0
    assert products(tmp_path / "run") == products(straight)


@pytest.mark.usefixtures("session")
def test_ray_workers_change_no_byte_even_where_one_is_lost_in_every_generation(bars: Path, tmp_path: Path) -> None:
    run, stop = tmp_path / "run", "stop.generations=2"
    straight = api.run(bars, [stop], run_dir=tmp_path / "straight", display="quiet").run_dir
    with one_lost_in_every_call(tmp_path) as calls:
        api.run(bars, [stop, "compute.backend=ray", "compute.workers=2"], run_dir=run, display="quiet")
    assert len(calls) == 2
    assert products(run) == products(straight)


def test_islands_grow_networks_of_their_own_and_are_the_same_on_workers(
    bars: Path, session: Session, tmp_path: Path
) -> None:
    islands = ["search.islands={count: 2, every: 2}", "stop.generations=4"]
    alone = api.run(bars, islands, run_dir=tmp_path / "alone", display="quiet")
    spread = api.run(bars, [*islands, "compute.backend=ray"], run_dir=tmp_path / "spread", display="quiet")
    assert alone.details["islands"]["migrated"] == 0
    assert "- islands: 2, which exchanged nothing\n" in (alone.run_dir / "report.md").read_text()
    assert describe_search(load_config(bars, islands).config.search) == "lut_boost, 2 islands (no exchange)"
    assert products(alone.run_dir) == products(spread.run_dir)
    assert {row.id for row in alone.front if "i1" in row.id} != set()


def test_a_killed_search_resumes_to_the_same_bytes(bars: Path, straight: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    while True:
        process = start_evo("run", bars, "--run-dir", run)
        wait_until(reached(run, 4), process)
        if kill(process) == -9:
            break
        shutil.rmtree(run)
    api.resume(run, display="quiet")
    assert products(run) == products(straight)


@pytest.mark.parametrize("call", [5, 40, 66], ids=["grows", "goes over", "last answer"])
def test_ctrl_c_at_any_time_leaves_a_run_that_resumes_to_the_same_bytes(
    call: int, bars: Path, straight: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals, loaded, run, calls = StopSignals(), load_config(bars, ()), tmp_path / "run", list[int]()
    asked = OneClass._ask

    def struck(self: Any) -> None:
        calls.append(1)
        if len(calls) == call:
            signals.received = signal.SIGINT
        asked(self)

    with monkeypatch.context() as patch:
        patch.setattr(OneClass, "_ask", struck)
        display = make_display("quiet", 1.0, sys.stdout)
        launch.start(loaded.config, loaded.text, [], display, signals=signals, path=run)
    record = json.loads((run / "run.json").read_text())
    assert (record["state"], record["stop_reason"]) == ("interrupted", "SIGINT")
    assert call <= len(calls) <= call + 3 and not (run / "result.json").exists()
    api.resume(run, display="quiet")
    assert products(run) == products(straight)


@pytest.mark.parametrize("seconds", ["0.001", "0.3"])
def test_a_run_without_time_has_a_model_and_goes_on(seconds: str, bars: Path, tmp_path: Path) -> None:
    settings = [f"stop.seconds={seconds}", "genome.refit=all", "stop.generations=null"]
    result = api.run(bars, settings, run_dir=tmp_path / "run", display="quiet")
    assert result.details["stop_reason"] == "seconds"
    assert len(result.predict(bars.parent / "bars.npz")) == 360
    more = api.resume(tmp_path / "run", ["stop.seconds=null", "stop.generations=9"], display="quiet")
    assert (more.best.test_accuracy or 0.0) > 0.6


def test_a_check_says_what_a_run_will_take(bars: Path) -> None:
    said = evo("check", bars)
    assert (said.returncode, said.stderr) == (0, "")
    assert (
        "# tables    10 of each of 3 heads, 4 of 112 columns each; 3 in a generation, gone over 1 time\n" in said.stdout
    )
    assert "# gates     about 750 at most\n" in said.stdout
    small = evo("check", bars, "-o", "genome.gate_limit=500", "-o", "search.sweeps=0")
    assert "never gone over again" in small.stdout and "about 750 at most; growth stops at 500\n" in small.stdout
