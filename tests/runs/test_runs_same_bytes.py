"""Same seed, same data, same config: the same bytes, whatever else differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import evo as api
from tests.kits.processes import altered_evo, evo, products

#: `evo`, with the global random generators seeded and drawn from before every generation.
NOISY = """
import os, random, sys
import numpy as np
from evo.__main__ import main
from evo.search.loop import Search
step = Search.step
def noisy(self, *arguments):
    random.seed(os.urandom(8))
    np.random.seed(int.from_bytes(os.urandom(4)))
    np.random.shuffle(np.arange(random.randrange(99)))
    return step(self, *arguments)
Search.step = noisy
sys.exit(main(sys.argv[1:]))
"""
IRRELEVANT = [
    ("-o", "checkpoint.every=1"),
    ("-o", "checkpoint.every=7", "-o", "checkpoint.keep=2"),
    ("-o", "checkpoint.every=1000", "-o", "display.mode=quiet"),
    ("--plain", "-o", "display.interval=0.1", "-o", "output.report=[]"),
    ("-o", "display.mode=rich"),
    ("--json", "-o", "compute.backend=local"),
]


@pytest.mark.parametrize("hash_seed", ["0", "random"])
def test_the_hash_seed_changes_no_byte(hash_seed: str, mux: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    run = tmp_path / "run"
    assert evo("run", mux, "--run-dir", run, env={"PYTHONHASHSEED": hash_seed}).returncode == 0
    assert products(run) == expected


def test_the_global_random_generators_change_no_byte(mux: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    run = tmp_path / "run"
    assert altered_evo(NOISY, "run", mux, "--run-dir", run, "--quiet").returncode == 0
    assert products(run) == expected


@pytest.mark.parametrize("arguments", IRRELEVANT, ids=" ".join)
def test_checkpoints_and_display_change_no_byte(
    arguments: tuple[str, ...], mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    assert evo("run", mux, "--run-dir", run, *arguments).returncode == 0
    assert products(run) == expected


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_chunk_size_changes_no_byte(chunk: int, mux: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    run = api.run(mux, [f"compute.chunk={chunk}"], run_dir=tmp_path / "run", display="quiet").run_dir
    assert products(run) == expected


def test_a_shorter_run_is_a_prefix_and_resumed_further_it_is_the_longer_run(
    mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    assert evo("run", mux, "--run-dir", run, "-o", "stop.generations=11").returncode == 0
    metrics = expected["metrics.jsonl"]
    assert (run / "metrics.jsonl").read_bytes() == b"".join(metrics.splitlines(keepends=True)[:11])
    assert evo("resume", run, "-o", "stop.generations=36").returncode == 0
    assert products(run) == expected


@pytest.mark.parametrize("stop", ["stop.seconds=0.05", "stop.evaluations=300", "stop.patience=2", "stop.target=0.6"])
def test_whatever_ends_a_run_early_it_is_a_prefix(
    stop: str, mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = api.run(mux, [stop], run_dir=tmp_path / "run", display="quiet")
    assert run.stop_reason == stop.partition("=")[0].removeprefix("stop.")
    assert expected["metrics.jsonl"].startswith((run.run_dir / "metrics.jsonl").read_bytes())


def test_resuming_with_other_checkpoint_settings_changes_no_byte(interrupted: Path, expected: dict[str, bytes]) -> None:
    ended = evo("resume", interrupted, "-o", "checkpoint.every=2", "-o", "checkpoint.keep=2")
    assert ended.returncode == 0
    assert products(interrupted) == expected
    assert sorted(path.name for path in (interrupted / "checkpoints").iterdir()) == [
        "LATEST", "gen_000034.json", "gen_000034.npz", "gen_000036.json", "gen_000036.npz",
    ]  # fmt: skip


def test_resuming_a_finished_run_changes_no_byte(
    finished: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    assert resumes_to_the_same_bytes(finished).startswith("resuming from gen_000036\n")
