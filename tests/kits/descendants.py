"""What a process has started, and what that listens on."""

from __future__ import annotations

import os
import re
import subprocess
import time

from tests.kits.processes import DEADLINE


def descendants(pid: int) -> dict[int, str]:
    """Names of all processes below `pid`, by process id."""
    out = subprocess.run(["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in out.splitlines()]
    parents = {int(child): int(parent) for child, parent, _ in rows}
    names = {int(child): name for child, _, name in rows}
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return {child: names[child] for child in found - {pid}}
        found |= more


def workers(pid: int) -> list[int]:
    """Ray actors below `pid` that are at work or wait for it."""
    return sorted(child for child, name in descendants(pid).items() if name.startswith("ray::Worker"))


def listening(pids: set[int]) -> set[str]:
    """Addresses that any of `pids` listens on, TCP and UDP, without the port."""
    return {line.split()[4].rpartition(":")[0] for line in _sockets("-tu", pids)}


def unix_listening(pids: set[int]) -> set[str]:
    """Paths of the UNIX sockets that any of `pids` listens on; one without a path begins with @."""
    return {line.split()[4] for line in _sockets("-x", pids)}


def _sockets(kinds: str, pids: set[int]) -> list[str]:
    out = subprocess.run(["ss", "-lnpH", kinds], capture_output=True, text=True, check=True).stdout
    return [line for line in out.splitlines() if {int(pid) for pid in re.findall(r"pid=(\d+)", line)} & pids]


def gone(pids: set[int], seconds: float = DEADLINE) -> bool:
    """Whether all of `pids` end within so many seconds."""
    deadline = time.monotonic() + seconds
    while any(_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
