"""Runs on a cluster of loopback nodes, of which one is lost, one freezes, and at last the head goes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kits.cluster import LoopbackCluster, loopback_cluster
from tests.kits.processes import evo, go_on, paused_at, products, reached
from tests.kits.whole_fleet import whole_fleet_paused_at


@pytest.fixture(scope="module")
def cluster() -> Iterator[LoopbackCluster]:
    """Three nodes with a core each; every test that harms one takes another."""
    with loopback_cluster(3) as cluster:
        yield cluster


def events(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]


def test_a_run_on_a_cluster_uses_all_its_cores(
    cluster: LoopbackCluster, mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    ended = evo("run", mux, "--run-dir", run, "--quiet", "--address", cluster.address, env=cluster.env)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert products(run) == expected
    backend = json.loads((run / "result.json").read_text())["backend"]
    assert backend == {"kind": "ray", "workers": 3, "workers_lost": 0, "retries": 0}


@pytest.mark.parametrize("what", ["wrong token", "no head", "another server", "no address"])
def test_an_address_that_does_not_work_is_one_line_before_ray_sees_it_and_nothing_is_written(
    what: str, cluster: LoopbackCluster, mux: Path, tmp_path: Path
) -> None:
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert server.stdout is not None
    port = server.stdout.readline().split("port ")[1].split()[0]
    address, said = {
        "wrong token": (cluster.address, f"the Ray head at {cluster.address} refuses this token; set RAY_AUTH_MODE"),
        "no head": ("127.0.0.1:9", "cannot connect to 127.0.0.1:9 (Connection refused); start a head there"),
        "another server": (f"127.0.0.1:{port}", f"what answers at 127.0.0.1:{port} is not a Ray head"),
        "no address": ("here", "must be host:port of a Ray head, e.g. 10.0.0.1:6379, got 'here'"),
    }[what]
    env = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "b" * 64}
    ended = evo("run", mux, "--run-dir", tmp_path / "run", "--address", address, env=env)
    server.kill()
    assert (ended.returncode, ended.stdout) == (5, "")
    assert ended.stderr.startswith(f"compute.address: {said}")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("harm", ["lose", "freeze"])
def test_a_node_that_goes_in_the_middle_of_a_generation_changes_no_byte(
    harm: str, cluster: LoopbackCluster, mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    arguments = ("run", mux, "--run-dir", run, "--address", cluster.address)
    process = whole_fleet_paused_at(reached(run, 2), *arguments, env=cluster.env)
    getattr(cluster, harm)({"lose": 2, "freeze": 1}[harm])
    assert go_on(process) == 0
    assert products(run) == expected
    assert "worker_lost" in [event["event"] for event in events(run)]


def test_a_lost_head_ends_the_run_with_a_checkpoint_and_it_resumes_elsewhere_to_the_same_bytes(
    cluster: LoopbackCluster, mux: Path, tmp_path: Path
) -> None:
    run, said, longer = tmp_path / "run", tmp_path / "said", ("-o", "stop.generations=200")  # it takes 3 s to notice
    arguments = ("run", mux, "--run-dir", run, "--address", cluster.address, *longer)
    process = paused_at(reached(run, 2), *arguments, output=said, env=cluster.env)
    cluster.lose_head()
    assert go_on(process) == 5
    lines = said.read_text().splitlines()
    lost = f"the head of the Ray cluster at {cluster.address} is lost (Connection refused)"
    assert sum(lost in line for line in lines) == 1
    assert lines[-1] == f"to resume: evo resume {run}"
    assert evo("resume", run, "--quiet", "-o", "compute.address=null").returncode == 0
    straight = tmp_path / "straight"
    assert evo("run", mux, "--run-dir", straight, "--quiet", *longer).returncode == 0
    assert products(run) == products(straight)
