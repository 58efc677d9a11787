"""What a process has started, and what that listens on."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator


def descendants(pid: int) -> dict[int, str]:
    """Names of all processes below `pid`, by process id."""
    out = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
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


def gone(pids: set[int], seconds: float = 30.0) -> bool:
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


@contextlib.contextmanager
def killing_at(moments: Callable[[], int], pid: int) -> Iterator[list[int]]:
    """SIGKILL one worker below `pid` whenever `moments()` has grown; the process ids of those killed."""
    stop, killed = threading.Event(), list[int]()

    def run() -> None:
        seen = 0
        while not stop.wait(0.002):
            if moments() > seen:
                victims = workers(pid)
                if victims:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(victims[len(killed) % len(victims)], signal.SIGKILL)
                        killed.append(victims[len(killed) % len(victims)])
                seen = moments()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join()
