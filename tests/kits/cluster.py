"""A Ray cluster of several nodes on loopback, in a process of its own, whose nodes can be killed and frozen.

python -m tests.kits.cluster NODES CPUS JOBS starts one, says where it is in one line of JSON, and ends with its
standard input; JOBS is 1 for a job server at the head.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from distributed.ray_session import STARTING, patience
from tests.kits.processes import DEADLINE, ROOT, environment

#: A lost node is noticed at once and a frozen one in seconds, but none is given up that a busy machine keeps waiting;
#: loopback alone; no file in HOME.
SETTINGS = STARTING | {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "2000",
    "RAY_health_check_failure_threshold": "5",
    "RAY_USAGE_STATS_ENABLED": "0",
}


@dataclass(frozen=True)
class LoopbackCluster:
    """address: of the head; env: what a client needs; raylets: process ids, the head's first; gcs: that of the head;
    jobs: address of the job server, if there is one."""

    address: str
    env: dict[str, str]
    raylets: list[int]
    gcs: int
    jobs: str

    def lose(self, node: int) -> None:
        """A node with all its workers is gone at once."""
        for pid in [*_children(self.raylets[node]), self.raylets[node]]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def freeze(self, node: int) -> None:
        """A node that is there and does nothing any more, and neither do its workers."""
        for pid in [self.raylets[node], *_children(self.raylets[node])]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def lose_head(self) -> None:
        """The head's store of what there is in the cluster."""
        os.kill(self.gcs, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    out = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(child) for child, parent in (line.split() for line in out.splitlines()) if int(parent) == pid]


@contextlib.contextmanager
def loopback_cluster(nodes: int, cpus: int = 1, *, jobs: bool = False) -> Iterator[LoopbackCluster]:
    """A cluster of `nodes` nodes with `cpus` each; gone afterwards, whatever happened to it."""
    env = SETTINGS | {"RAY_AUTH_TOKEN": secrets.token_hex(32)}
    command = [sys.executable, "-m", "tests.kits.cluster", str(nodes), str(cpus), str(int(jobs))]
    options: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment(env), start_new_session=True, **options)
    assert process.stdout is not None
    assert process.stdin is not None
    pids: list[int] = []
    try:
        said = json.loads(process.stdout.readline())
        pids = said.pop("all")
        yield LoopbackCluster(env={"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": env["RAY_AUTH_TOKEN"]}, **said)
    finally:
        everything = [*pids, *(child for pid in pids for child in _children(pid))]
        process.kill()
        process.wait()
        for pid in everything:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def main(nodes: int, cpus: int, jobs: bool) -> None:
    """Start the cluster, say where it is, wait for the end of the standard input."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - only in the cluster's own process

    head = {"num_cpus": cpus, "include_dashboard": jobs, "dashboard_host": "127.0.0.1", "dashboard_port": 0}
    head["dashboard_agent_listen_port"] = 0  # else 52365, and beside another cluster this one has no agent to run jobs
    with patience():
        cluster = Cluster(initialize_head=True, head_node_args=head)
        made = [cluster.head_node, *(cluster.add_node(num_cpus=cpus) for _ in range(nodes - 1))]
        cluster.wait_for_nodes(DEADLINE)
    processes = [{name: infos[0].process.pid for name, infos in node.all_processes.items()} for node in made]
    everything = [pid for named in processes for pid in named.values()]
    raylets = [named["raylet"] for named in processes]
    said = {"address": cluster.address, "raylets": raylets, "gcs": processes[0]["gcs_server"], "all": everything}
    said["jobs"] = f"http://{cluster.webui_url}" if jobs else ""
    print(json.dumps(said), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1")
