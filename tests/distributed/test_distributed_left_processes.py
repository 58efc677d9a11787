"""Which processes belong to a dead session of Ray, and are ended with its folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from distributed.left_processes import end_processes, is_at_work

#: Opens the file it is given for what it is told to, says so, and waits.
HOLDS = "import sys; file = open(sys.argv[1], sys.argv[2]); print('ready', flush=True); sys.stdin.read()"
Start = Callable[[Path, str, str], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """A process that has a file open for reading or appending, and a word of its command line."""
    processes: list[subprocess.Popen[bytes]] = []

    def run(path: Path, how: str, word: str) -> int:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen([sys.executable, "-c", HOLDS, str(path), how, word], **pipes)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process.pid

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_processes_of_ray_that_write_into_the_folder_end_and_no_others(start: Start, tmp_path: Path) -> None:
    folder, beside, word = tmp_path / "evo-ray-x", tmp_path / "evo-ray-xy", "lib/site-packages/ray/agent.py"
    for name in (folder, beside):
        (name / "logs").mkdir(parents=True)
        (name / "logs" / "out").touch()
    agent = start(folder / "logs" / "out", "a", word)
    reader = start(folder / "logs" / "out", "r", word)
    editor = start(folder / "logs" / "out", "a", "notes")
    another = start(beside / "logs" / "out", "a", word)
    end_processes(folder)
    assert [alive(pid) for pid in (agent, reader, editor, another)] == [False, True, True, True]


def test_a_folder_reached_through_a_link_is_the_same_folder(start: Start, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    agent = start(tmp_path / "real" / "out", "w", "lib/site-packages/ray/agent.py")
    end_processes(tmp_path / "link")
    assert not alive(agent)


def test_a_program_of_a_session_is_at_work_until_it_ends(start: Start, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    pid, program = start(tmp_path / "out", "r", "x"), Path(sys.executable).name
    assert is_at_work(tmp_path, program)
    assert not is_at_work(tmp_path, "raylet")
    assert not is_at_work(tmp_path / "another", program)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert not is_at_work(tmp_path, program)
