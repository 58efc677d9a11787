"""Real workers that really die: what was lost is done again, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from distributed.backend import Event
from distributed.errors import ComputeError
from distributed.ray_backend import RayBackend
from distributed.spec import ComputeSpec
from tests.kits import faulty_work as faulty
from tests.kits.descendants import gone
from tests.kits.fake_fleet import Numbers
from tests.kits.processes import DEADLINE, ROOT, environment

TASKS = Numbers(tuple(range(24)))
SQUARES = [value * value for value in TASKS.values]
FAULTS = {
    "killed": faulty.killed_once,
    "exits": faulty.exits_once,
    "segfault": faulty.segfaults_once,
    "MemoryError": faulty.out_of_memory_once,
}


pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def backend() -> Iterator[RayBackend]:
    with closing(RayBackend(ComputeSpec(backend="ray", workers=2, chunk=4))) as backend:
        yield backend


@pytest.fixture
def impatient() -> Iterator[RayBackend]:
    """One that gives a worker up which does not answer."""
    with closing(RayBackend(ComputeSpec(backend="ray", workers=2, chunk=4, timeout_s=10.0))) as backend:
        yield backend


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


def test_what_a_worker_hangs_on_is_done_again(impatient: RayBackend, tmp_path: Path) -> None:
    assert done(impatient, partial(faulty.hangs_once, str(tmp_path / "marker"))) == SQUARES
    assert impatient.usage().workers_lost == 1
    assert impatient.usage().retries == 1


def test_a_worker_killed_from_outside_is_replaced(backend: RayBackend, tmp_path: Path) -> None:
    go, victims = tmp_path / "go", list[int]()

    def conduct() -> bool:
        """Kill one of two workers in the middle of their work, and let work end once the loss was noticed."""
        at_work = [int(path.name) for path in tmp_path.glob("[0-9]*")]
        if not victims and len(at_work) == 2:
            victims.append(min(at_work))
            os.kill(victims[0], signal.SIGKILL)
        if backend.usage().workers_lost:
            go.touch()
        return False

    survivors = {pid for _, pid in backend.map(partial(faulty.waits, str(go)), TASKS, conduct)}
    assert victims
    assert victims[0] not in survivors
    assert backend.usage().workers_lost == 1
    assert done(backend, faulty.squares) == SQUARES


def test_a_task_that_always_takes_its_worker_along_ends_the_run_with_its_number(backend: RayBackend) -> None:
    with pytest.raises(ComputeError, match="task 5 of a generation lost their worker 4 times") as caught:
        done(backend, faulty.always_killed)
    assert caught.value.task == 5


def test_closing_ends_the_workers_but_not_a_session_of_someone_else(backend: RayBackend) -> None:
    pids = {pid for _, pid in backend.map(faulty.says_who, TASKS)}
    backend.close()
    assert pids
    assert gone(pids)
    with closing(RayBackend(ComputeSpec(backend="ray", workers=1))) as another:
        assert done(another, faulty.squares) == SQUARES


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
    """A share of the machine's memory that is reached some gigabytes from now, of which Ray itself takes one."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    sizes = {line.split(":")[0]: 1024 * int(line.split()[1]) for line in lines}
    return (sizes["MemTotal"] - sizes["MemAvailable"] + min(4e9, sizes["MemAvailable"] / 2)) / sizes["MemTotal"]


def outside(code: str, *arguments: Any, **env: str) -> subprocess.CompletedProcess[str]:
    """`code` in a process of its own, with a Ray of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    options: Any = {"capture_output": True, "text": True, "timeout": DEADLINE}
    return subprocess.run(command, cwd=ROOT, env=environment(env), check=False, **options)
