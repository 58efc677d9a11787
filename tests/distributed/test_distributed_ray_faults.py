"""Real workers that really die: what was lost is done again, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from distributed.backend import Event
from distributed.errors import ComputeError
from distributed.ray_backend import RayBackend
from distributed.ray_session import Session, connect
from distributed.spec import ComputeSpec
from tests.kits import faulty_work as faulty
from tests.kits.fake_fleet import Numbers
from tests.kits.processes import ROOT, environment

TASKS = Numbers(tuple(range(24)))
SQUARES = [value * value for value in TASKS.values]
FAULTS = {
    "killed": faulty.killed_once,
    "exits": faulty.exits_once,
    "segfault": faulty.segfaults_once,
    "hangs": faulty.hangs_once,
    "MemoryError": faulty.out_of_memory_once,
}


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[Session]:
    session = connect(None, 2)
    yield session
    session.close()


@pytest.fixture
def backend() -> Iterator[RayBackend]:
    backend = RayBackend(ComputeSpec(backend="ray", workers=2, chunk=4, timeout_s=5.0))
    yield backend
    backend.close()


def done(backend: RayBackend, work: Callable[[Numbers], list[int]]) -> list[int]:
    parts = dict(backend.map(work, TASKS))
    return [value for start in sorted(parts) for value in parts[start]]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_lost_with_a_worker_is_done_again(fault: str, backend: RayBackend, tmp_path: Path) -> None:
    events: list[Event] = []
    backend.listen(events.append)
    assert done(backend, partial(FAULTS[fault], str(tmp_path / "marker"))) == SQUARES
    assert backend.usage().workers_lost == 1
    assert backend.usage().retries == 1
    kinds = [event.kind for event in events]
    assert kinds == ["ray_starting", "ray_started", "worker_lost", "retry"]
    assert "process" in events[2].details["process"]


def test_a_worker_killed_from_outside_is_replaced(backend: RayBackend, tmp_path: Path) -> None:
    pids = {pid for _, (pid, _) in backend.map(faulty.says_where, TASKS)}
    assert len(pids) == 2
    victim = min(pids)
    threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
    threading.Timer(0.8, (tmp_path / "go").touch).start()
    survivors = {pid for _, pid in backend.map(partial(faulty.waits, str(tmp_path / "go")), TASKS)}
    assert victim not in survivors
    assert backend.usage().workers_lost == 1
    assert done(backend, faulty.squares) == SQUARES


def test_a_task_that_always_takes_its_worker_along_ends_the_run_with_its_number(backend: RayBackend) -> None:
    with pytest.raises(ComputeError, match="task 5 of a generation lost their worker 4 times") as caught:
        done(backend, faulty.always_killed)
    assert caught.value.task == 5


def test_closing_ends_the_workers_but_not_a_session_of_someone_else(backend: RayBackend) -> None:
    pids = {pid for _, (pid, _) in backend.map(faulty.says_where, TASKS)}
    backend.close()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert done(RayBackend(ComputeSpec(backend="ray", workers=1)), faulty.squares) == SQUARES


def test_a_worker_that_eats_all_memory_is_ended_by_ray_and_replaced(tmp_path: Path) -> None:
    result = outside(EATS, tmp_path, RAY_memory_monitor_refresh_ms="100", RAY_memory_usage_threshold=f"{_room():.4f}")
    assert result.returncode == 0, result.stderr
    outcome, lost = result.stdout.splitlines()[-1].split()
    assert outcome == "same"
    assert int(lost) >= 1


EATS = """
import sys
from functools import partial
from distributed.ray_backend import RayBackend
from distributed.spec import ComputeSpec
from tests.kits.faulty_work import eats_memory_once
from tests.kits.fake_fleet import Numbers
backend = RayBackend(ComputeSpec(backend="ray", workers=2, chunk=4))
parts = dict(backend.map(partial(eats_memory_once, sys.argv[1] + "/marker"), Numbers(tuple(range(24)))))
flat = [value for start in sorted(parts) for value in parts[start]]
print("same" if flat == [i * i for i in range(24)] else flat, backend.usage().workers_lost)
backend.close()
"""


def _room() -> float:
    """A share of the machine's memory that is reached 1.5 GB from now."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    sizes = {line.split(":")[0]: 1024 * int(line.split()[1]) for line in lines}
    return (sizes["MemTotal"] - sizes["MemAvailable"] + 1.5e9) / sizes["MemTotal"]


def outside(code: str, *arguments: Any, **env: str) -> subprocess.CompletedProcess[str]:
    """`code` in a process of its own, with a Ray of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    options: Any = {"capture_output": True, "text": True, "timeout": 180}
    return subprocess.run(command, cwd=ROOT, env=environment(env), check=False, **options)
