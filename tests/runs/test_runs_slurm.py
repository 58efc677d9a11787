"""The Slurm example, with commands of Slurm and Ray that only say what they were asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kits.processes import DEADLINE, ROOT, environment, go_on_with, pause, products, reached, wait_until

STUBS = {
    "scontrol": 'echo "scontrol $*" >> "$LOG"; [ "$1" = show ] && printf "node1\\nnode2\\n"; true',
    "srun": 'while [ "${1#-}" != "$1" ]; do [ "$1" = -w ] && shift; shift; done; exec "$@"',
    "hostname": "echo 127.0.0.1",
    "ray": 'echo "ray $*" >> "$LOG"',
    "sleep": "true",
    "evo": f'args=(); while [ $# -gt 0 ]; do if [ "$1" = --address ]; then shift; else args+=("$1"); fi; shift; done; '
    f'exec {sys.executable} -m evo "${{args[@]}}"',
}


@pytest.fixture
def slurm(tmp_path: Path) -> dict[str, str]:
    """An environment with pretended commands first on the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, body in STUBS.items():
        (folder / name).write_text(f"#!/usr/bin/env bash\n{body}\n")
        (folder / name).chmod(0o755)
    job = {
        "SLURM_JOB_NODELIST": "node[1-2]",
        "SLURM_JOB_ID": "77",
        "SLURM_JOB_NUM_NODES": "2",
        "SLURM_CPUS_PER_TASK": "3",
    }
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return environment({"PATH": path, "LOG": str(tmp_path / "log"), **job})


def test_a_job_at_its_time_limit_saves_asks_to_run_again_and_goes_on(
    slurm: dict[str, str], mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run, command = tmp_path / "run", ["bash", str(ROOT / "examples" / "slurm.sh"), str(mux), str(tmp_path / "run")]
    process = subprocess.Popen(command, cwd=ROOT, env=slurm, stdout=subprocess.DEVNULL)
    wait_until(reached(run, 3), process)
    pid = pause(run)
    process.send_signal(signal.SIGTERM)
    go_on_with(pid, signal.SIGTERM)
    assert process.wait(DEADLINE) == 75
    log = (tmp_path / "log").read_text().splitlines()
    assert log[-1] == "scontrol requeue 77"
    assert "ray start --head --port=20077 --num-cpus=3 --include-dashboard=false --block" in log
    assert "ray start --address=127.0.0.1:20077 --num-cpus=3 --block" in log
    assert subprocess.run(command, cwd=ROOT, env=slurm, check=False, stdout=subprocess.DEVNULL).returncode == 0
    assert products(run) == expected
    assert (tmp_path / "log").read_text().count("requeue") == 1


def test_a_missing_argument_is_said(slurm: dict[str, str]) -> None:
    refused = subprocess.run(["bash", str(ROOT / "examples" / "slurm.sh")], env=slurm, capture_output=True, check=False)
    assert b"usage: sbatch slurm.sh CONFIG RUN_DIR" in refused.stderr
