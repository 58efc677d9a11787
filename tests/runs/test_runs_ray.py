"""Runs on Ray workers: the bytes of a run in one process, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import evo as api
from distributed.ray_session import SOCKET
from evo.errors import ComputeError
from evo.search.loop import Search
from fitness.tasks.fault_tolerance import FaultTolerant
from tests.kits.descendants import descendants, gone, listening, unix_listening, workers
from tests.kits.lost_workers import one_lost_in_every_call
from tests.kits.processes import evo, generations, go_on, kill, paused_at, products, reached
from tests.kits.whole_fleet import whole_fleet_paused_at

RAY = ("compute.backend=ray", "compute.workers=2")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files, short enough for Ray's sockets."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(("workers", "chunk"), [(1, 7), (2, 64), (3, 1)])
def test_workers_and_chunks_change_no_byte(
    workers: int, chunk: int, mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    compute = ["compute.backend=ray", f"compute.workers={workers}", f"compute.chunk={chunk}"]
    run = api.run(mux, compute, run_dir=tmp_path / "run", display="quiet")
    assert products(run.run_dir) == expected
    assert run.details["backend"] == {"kind": "ray", "workers": workers, "workers_lost": 0, "retries": 0}


@pytest.mark.usefixtures("session")
def test_islands_on_workers_that_are_killed_come_to_the_bytes_of_islands_in_one_process(
    mux: Path, tmp_path: Path
) -> None:
    islands = ["search.islands={count: 3, every: 3}", "stop.generations=6"]
    straight = api.run(mux, [*islands, "compute.backend=local"], run_dir=tmp_path / "straight", display="quiet").run_dir
    run = tmp_path / "run"
    with one_lost_in_every_call(tmp_path) as calls:
        result = api.run(mux, [*islands, *RAY, "compute.chunk=1"], run_dir=run, display="quiet")
    assert products(run) == products(straight)
    assert calls == [3] * 2
    assert result.details["backend"]["workers_lost"] == len(calls)


@pytest.mark.usefixtures("session")
def test_a_worker_killed_every_generation_changes_no_byte(mux: Path, tmp_path: Path) -> None:
    run, stop = tmp_path / "run", "stop.generations=3"
    straight = api.run(mux, [stop], run_dir=tmp_path / "straight", display="quiet").run_dir
    with one_lost_in_every_call(tmp_path) as calls:
        api.run(mux, [*RAY, stop], run_dir=run, display="quiet")
    assert products(run) == products(straight)
    result = json.loads((run / "result.json").read_text())
    assert result["generations"] == 3
    assert result["backend"]["workers_lost"] == len(calls) >= 3
    lost = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lost].count("worker_lost") == result["backend"]["workers_lost"]


def deadly(generation: int, slot: int) -> property:
    """`Search.work`, which takes the worker along at one slot of one generation."""

    def work(tasks: Any, whole: Any) -> Any:
        if tasks.generation == generation and slot in tasks.slots.tolist():
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(tasks)

    def get(search: Search) -> FaultTolerant:
        if not hasattr(search, "_deadly"):
            whole = search.algorithm.work(search.context, search.problem)
            object.__setattr__(search, "_deadly", FaultTolerant(search.problem, lambda tasks: work(tasks, whole)))
        return search._deadly  # type: ignore[attr-defined]

    return property(get)


@pytest.mark.usefixtures("session")
def test_a_task_that_takes_every_worker_along_ends_the_run_with_a_checkpoint_and_can_be_replayed(
    mux: Path, tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(Search, "work", deadly(5, 3))
        with pytest.raises(ComputeError, match=r"task \d+ of a generation lost their worker 3 times") as caught:
            api.run(mux, [*RAY, "compute.retries=2"], run_dir=run, display="quiet")
    assert caught.value.exit_code == 5
    assert json.loads((run / "run.json").read_text())["state"] == "failed"
    assert (run / "checkpoints" / "gen_000005.npz").exists()
    suspects = [
        e for e in map(json.loads, (run / "events.jsonl").read_text().splitlines()) if e["event"] == "quarantine"
    ]
    assert [suspect["stream"]["slot"] for suspect in suspects] == [3]
    replayed = evo("replay", run, suspects[0]["id"])
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (0, f"{suspects[0]['id']}: sound")
    assert evo("resume", run, "-o", "compute.backend=local", "--quiet").returncode == 0
    assert products(run) == expected


def test_a_run_on_ray_is_quiet_lets_nobody_in_and_writes_nothing_home(
    mux: Path, tmp_path: Path, temporary: Path, expected: dict[str, bytes]
) -> None:
    run, said, home = tmp_path / "run", tmp_path / "said", tmp_path / "home"
    home.mkdir()
    options = [word for override in RAY for word in ("-o", override)]
    env = {"HOME": str(home), "TMPDIR": str(temporary)}
    arguments = ("run", mux, "--run-dir", run, "--plain", *options)
    process = whole_fleet_paused_at(reached(run, 2), *arguments, output=said, env=env)
    names = descendants(process.pid)
    children, everything = set(names), {process.pid, *names}
    assert len(workers(process.pid)) == 2
    assert not any(word in name for name in names.values() for word in ("dashboard.py", "monitor.py"))
    assert listening(everything) == {"127.0.0.1", "[::ffff:127.0.0.1]"}
    (folder,) = temporary.iterdir()
    assert (folder.stat().st_mode & 0o777, folder.stat().st_uid) == (0o700, os.geteuid())
    paths = unix_listening(everything)
    assert {Path(path).name for path in paths} == {"raylet", "plasma_store"}
    assert all(Path(path).is_relative_to(folder) for path in paths)
    assert max(map(len, paths)) <= len(str(folder)) + len(SOCKET)
    assert go_on(process) == 0
    assert gone(children)
    assert list(temporary.iterdir()) == []
    assert products(run) == expected
    lines = [line.replace(str(run), "RUN") for line in said.read_text().splitlines()]
    assert [line for line in lines if "ray" in line.lower()] == [
        "starting Ray workers on this machine",
        "2 Ray workers on this machine",
    ]
    assert not any(line.startswith(("[", "\x1b", "20")) or "WARNING" in line for line in lines)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_on_ray_after_a_checkpoint_with_all_its_workers(
    number: signal.Signals, code: int, mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    process = paused_at(reached(run, 3), "run", mux, "--run-dir", run, "--workers", "2", "-o", "checkpoint.every=1000")
    children = set(descendants(process.pid))
    assert go_on(process, number) == code
    assert gone(children)
    assert (run / "checkpoints" / f"gen_{generations(run):06d}.npz").exists()
    assert evo("resume", run, "-o", "compute.backend=local", "--quiet").returncode == 0
    assert products(run) == expected


def test_a_killed_driver_leaves_no_worker_and_its_run_resumes_to_the_same_bytes_and_clears_up_after_it(
    mux: Path, tmp_path: Path, temporary: Path, expected: dict[str, bytes]
) -> None:
    run, env = tmp_path / "run", {"TMPDIR": str(temporary)}
    process = paused_at(reached(run, 5), "run", mux, "--run-dir", run, "--workers", "2", env=env)
    children, left = set(descendants(process.pid)), set(workers(process.pid))
    assert kill(process) == -9
    assert gone(left)
    assert [path.name.startswith("evo-ray-") for path in temporary.iterdir()] == [True]
    assert evo("resume", run, "--quiet", env=env).returncode == 0
    assert gone(children, seconds=0)
    assert list(temporary.iterdir()) == []
    assert products(run) == expected
    assert json.loads((run / "result.json").read_text())["backend"]["kind"] == "ray"
