"""Forks, names of run directories, and the record of attempts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import evo as api
from evo.running import launch
from evo.storage import creation
from evo.storage.run_dir import RunDir
from tests.kits.processes import DEADLINE, evo, products, start_evo, tree

FORKED = "already exists; choose a new folder for the fork"


def record(run: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((run / "run.json").read_text())
    return value


def test_a_fork_reaches_the_same_bytes_and_leaves_the_original_as_it_is(
    interrupted: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    before, fork = tree(interrupted), tmp_path / "new" / "fork"
    assert evo("resume", interrupted, "--fork", fork).returncode == 0
    assert tree(interrupted) == before
    assert products(fork) == expected
    assert (record(fork)["id"], record(fork)["forked_from"]) == ("fork", str(interrupted))
    assert json.loads((fork / "result.json").read_text())["run_id"] == "fork"


def test_a_fork_may_go_further_than_the_original(finished: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    before, fork = tree(finished), tmp_path / "fork"
    assert evo("resume", finished, "--fork", fork, "-o", "stop.generations=38").returncode == 0
    assert tree(finished) == before
    metrics = (fork / "metrics.jsonl").read_bytes()
    assert metrics.startswith(expected["metrics.jsonl"])
    assert metrics.count(b"\n") == 38
    assert "generations: 38" in (fork / "resolved.yaml").read_text()


@pytest.mark.parametrize("folder", ["run", "taken", "taken/run"])
def test_a_fork_needs_a_new_folder_and_makes_nothing_without_one(
    folder: str, interrupted: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    before = tree(tmp_path)
    ended = evo("resume", interrupted, "--fork", tmp_path / folder)
    why = FORKED
    if folder == "taken/run":
        why = "the run directory cannot be made (Not a directory); choose another output.root or --run-dir"
    assert (ended.returncode, ended.stderr) == (2, f"{tmp_path / folder}: {why}\n")
    assert tree(tmp_path) == before


def test_runs_started_together_get_different_directories(mux: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    root = f"output.root={tmp_path / 'out'}"
    processes = [start_evo("run", mux, "-o", root) for _ in range(3)]
    assert [process.wait(DEADLINE) for process in processes] == [0, 0, 0]
    runs = list((tmp_path / "out" / "mux").iterdir())
    assert len(runs) == 3
    assert {record(run)["id"] for run in runs} == {run.name for run in runs}
    assert all(products(run) == expected for run in runs)


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> str:
    """Every run directory is named in the same second; the start of its name."""

    class Noon(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Noon:
            return cls(2026, 1, 2, 12, 0, 0, tzinfo=tz)

    monkeypatch.setattr(creation, "datetime", Noon)
    return "20260102T120000Z-s7-"


def test_runs_of_the_same_second_are_numbered(mux: Path, tmp_path: Path, stopped_clock: str) -> None:
    settings = ["stop.generations=1", f"output.root={tmp_path}"]
    names = [api.run(mux, settings, display="quiet").run_dir.name for _ in range(3)]
    assert names[0].startswith(stopped_clock)
    assert names == [names[0], f"{names[0]}-2", f"{names[0]}-3"]


def test_a_name_taken_in_the_same_moment_is_left_to_the_other_run(
    mux: Path, tmp_path: Path, stopped_clock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = launch.create

    def too_late(path: Path, fill: Callable[[RunDir], None]) -> RunDir:
        if not list(tmp_path.rglob("theirs")):
            path.mkdir(parents=True)
            (path / "theirs").touch()
        return create(path, fill)

    monkeypatch.setattr(launch, "create", too_late)
    run = api.run(mux, ["stop.generations=1", f"output.root={tmp_path}"], display="quiet")
    assert run.run_dir.name.startswith(stopped_clock)
    assert run.run_dir.name.endswith("-2")
    assert record(run.run_dir)["id"] == run.run_dir.name
    assert sorted(path.name for path in run.run_dir.parent.iterdir()) == [run.run_dir.name[:-2], run.run_dir.name]


def test_every_attempt_is_recorded(interrupted: Path) -> None:
    (first,) = record(interrupted)["attempts"]
    assert evo("resume", interrupted).returncode == 0
    assert evo("resume", interrupted, "-o", "stop.generations=37").returncode == 0
    attempts = record(interrupted)["attempts"]
    assert attempts[0] == first  # killed: it could not say how it ended
    assert set(first) == {"pid", "started"}
    assert [(attempt["state"], attempt["generation"]) for attempt in attempts[1:]] == [
        ("finished", 36),
        ("finished", 37),
    ]
    assert len({attempt["pid"] for attempt in attempts}) == 3
    assert all(attempt["started"] <= attempt["ended"] for attempt in attempts[1:])
