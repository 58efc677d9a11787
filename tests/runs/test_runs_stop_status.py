"""`evo stop` and `evo status`: ending a run from outside, and seeing what became of runs."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evo.storage.run_dir import RunDir
from tests.kits.processes import evo, generations, go_on, kill, paused_at, products, reached, start_evo, wait_until


def status(run: Path) -> str:
    """The state column of one run."""
    ended = evo("status", run)
    assert (ended.returncode, ended.stderr) == (0, "")
    header, line = ended.stdout.splitlines()
    columns = re.split(r" {2,}", header), re.split(r" {2,}", line)
    row = dict(zip(*columns, strict=True))
    assert row["run"] == f"mux/{run.name}"
    assert row["generation"] == str(generations(run))
    return row["state"]


def test_stop_ends_a_run_with_a_result_and_it_resumes_to_the_same_bytes(
    mux: Path, tmp_path: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    run = tmp_path / "run"
    process = paused_at(reached(run, 4), "run", mux, "--run-dir", run)
    asked = evo("stop", run)
    assert (asked.returncode, asked.stdout) == (0, f"{run}: asked to stop after the generation under way\n")
    assert go_on(process) == 0
    done = generations(run)
    assert done < 36
    result = json.loads((run / "result.json").read_text())
    assert (result["state"], result["stop_reason"], result["generations"]) == ("stopped", "evo stop", done)
    assert (run / "checkpoints" / "LATEST").read_text() == f"gen_{done:06d}\n"
    assert status(run) == "stopped (evo stop)"
    resumes_to_the_same_bytes(run)


def test_a_run_asked_to_stop_before_its_first_generation_makes_that_one(mux: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = paused_at((run / ".lock").exists, "run", mux, "--run-dir", run)
    assert evo("stop", run).returncode == 0
    assert go_on(process) == 0
    assert json.loads((run / "result.json").read_text())["generations"] >= 1


def test_stop_says_that_a_run_is_not_running(finished_run: Path, killed_run: Path) -> None:
    for run in (finished_run, killed_run):
        ended = evo("stop", run)
        assert (ended.returncode, ended.stdout) == (0, f"{run}: is not running; nothing to stop\n")
        assert not (run / "stop").exists()


def test_a_stop_request_that_came_too_late_does_not_end_the_next_attempt(
    interrupted: Path, resumes_to_the_same_bytes: Callable[[Path], str]
) -> None:
    (interrupted / "stop").touch()
    resumes_to_the_same_bytes(interrupted)


def test_status_tells_running_from_killed_and_finished(mux: Path, tmp_path: Path, finished_run: Path) -> None:
    run = tmp_path / "run"
    process = paused_at(reached(run, 4), "run", mux, "--run-dir", run)
    assert status(run) == "running"
    assert kill(process) == -9
    assert status(run) == "killed (evo resume it)"
    assert status(finished_run) == "finished (generations)"


def test_status_shows_several_runs_in_one_table(finished_run: Path, killed_run: Path) -> None:
    lines = evo("status", finished_run, killed_run).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["run", "mux/straight", "mux/killed"]


def test_a_lock_held_for_a_look_is_waited_for(interrupted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    with (interrupted / ".lock").open("a") as file:

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            fcntl.flock(file, fcntl.LOCK_UN)

        fcntl.flock(file, fcntl.LOCK_SH)
        monkeypatch.setattr("time.sleep", sleep)
        with RunDir(interrupted).lock():
            pass
    assert len(waited) == 1


def test_looking_at_a_run_never_keeps_it_from_being_resumed(interrupted: Path, expected: dict[str, bytes]) -> None:
    process = start_evo("resume", interrupted)

    def look() -> bool:  # as `evo status` does
        RunDir(interrupted).is_locked()
        return False

    wait_until(look, process)
    assert process.wait() == 0
    assert products(interrupted) == expected
