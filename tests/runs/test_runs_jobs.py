"""Runs as jobs of a real job server on loopback."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import evo as api
from tests.kits.cluster import LoopbackCluster, loopback_cluster
from tests.kits.processes import DEADLINE, evo, generations, go_on_with, pause, products, start

#: Without kernels, which every job's own copy of the packages would compile.
CONFIG = """\
schema: 1
name: job
seed: 5
data: {source: function, function: multiplexer, address_bits: 3, samples: 400, test_samples: 200, split: {valid: 0.2}}
genome: {terms: 16}
search: {algorithm: nsga2, population: 60}
local: {kind: none}
stop: {generations: 60, exact: null}
checkpoint: {every: 1000}
output: {report: [md]}
"""
STOP = """
import sys
from distributed.jobs import Jobs
jobs = Jobs.at(sys.argv[1])
jobs.client.stop_job(sys.argv[2])
while jobs.status(sys.argv[2]) not in ("STOPPED", "SUCCEEDED", "FAILED"):
    pass
print(jobs.status(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[LoopbackCluster]:
    """A head with two cores and a job server."""
    pytest.importorskip("aiohttp", reason="jobs need ray[default]")
    with loopback_cluster(1, 2, jobs=True) as cluster:
        yield cluster


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "job.yaml"
    path.write_text(CONFIG)
    return path


def test_a_job_stopped_in_the_middle_and_submitted_again_comes_to_the_bytes_of_an_uninterrupted_run(
    cluster: LoopbackCluster, config: Path, tmp_path: Path
) -> None:
    straight = api.run(config, run_dir=tmp_path / "straight", display="quiet").run_dir
    run, place = tmp_path / "run", ["--address", cluster.jobs, "--python", sys.executable]
    first = evo("submit", config, "--run-dir", run, *place, env=cluster.env)
    assert (first.returncode, first.stderr) == (0, "")
    lines = dict(line.split(": ", 1) for line in first.stdout.splitlines())
    assert lines["run directory"] == str(run)
    deadline = time.monotonic() + DEADLINE
    while generations(run) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    pid = pause(run)
    stopping = start("-c", STOP, cluster.jobs, lines["job"], output=tmp_path / "said", env=cluster.env)
    go_on_with(pid, signal.SIGTERM)
    assert stopping.wait(DEADLINE) == 0
    assert (tmp_path / "said").read_text().strip() == "STOPPED"
    at = generations(run)
    assert at < 60
    assert json.loads((run / "run.json").read_text())["stop_reason"] == "SIGTERM"
    assert (run / "checkpoints" / f"gen_{at:06d}.npz").exists()
    assert "terminated" in evo("status", run).stdout
    again = evo("submit", run, *place, "--follow", env=cluster.env)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"resuming from gen_{at:06d}" in again.stdout
    assert again.stdout.splitlines()[-1].endswith(": succeeded")
    assert products(run) == products(straight)


@pytest.mark.parametrize("what", ["wrong token", "no server", "the port of the head", "no url"])
def test_a_job_server_that_cannot_be_used_is_one_line_and_nothing_is_written(
    what: str, cluster: LoopbackCluster, config: Path, tmp_path: Path
) -> None:
    address, said = {
        "wrong token": (cluster.jobs, f"the job server at {cluster.jobs} refuses this token"),
        "no server": ("http://127.0.0.1:9", "no job server at http://127.0.0.1:9 (Connection refused)"),
        "the port of the head": (f"http://{cluster.address}", f"what answers at http://{cluster.address} is not"),
        "no url": (cluster.address, "must be http://HEAD:8265, the address of Ray's job server"),
    }[what]
    env = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "b" * 64}
    ended = evo("submit", config, "--run-dir", tmp_path / "run", "--address", address, env=env)
    assert (ended.returncode, ended.stdout) == (5, "")
    assert ended.stderr.startswith(f"--address: {said}")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()
