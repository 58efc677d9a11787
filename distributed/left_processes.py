"""Processes of a Ray session: whether it is at work, and the end of those that outlive it.

Its two agents would stay for about a minute after the driver was killed.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
from pathlib import Path

#: Milliseconds that a killed process may take to be gone.
GONE = 5000
#: The titles that Ray gives its processes, or a program of the installed package.
OF_RAY = re.compile(rb"^ray::|-packages/ray/")


def end_processes(folder: Path) -> None:
    """SIGKILL what is left of the Ray session in `folder`: processes of this user and of Ray that write into it.

    Each is held by a descriptor from before it is looked at, so that no later process with its number is meant. Where
    the system has no /proc or no such descriptors, nothing is done: Ray itself ends them later.
    """
    for number in _numbers():
        with contextlib.suppress(OSError):
            process = os.pidfd_open(number)
            try:
                if _belongs(Path(f"/proc/{number}"), folder.resolve()):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
                    poll = select.poll()
                    poll.register(process, select.POLLIN)
                    poll.poll(GONE)
            finally:
                os.close(process)


def is_at_work(folder: Path, program: str) -> bool:
    """Whether a process runs `program` for the Ray session in `folder`, by its command line."""
    for number in _numbers():
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")  # none of a process that has ended
            if Path(os.fsdecode(words[0])).name == program and any(os.fsencode(folder) in word for word in words):
                return True
    return False


def _numbers() -> list[int]:
    """Numbers of all processes but this one."""
    try:
        numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    except OSError:
        return []
    return [number for number in numbers if number != os.getpid()]


def _belongs(process: Path, folder: Path) -> bool:
    """Whether it is ours, of Ray by its command line or title, and has a file below `folder` open for writing.

    Reading is not enough: someone may be looking at the session's logs.
    """
    if process.stat().st_uid != os.geteuid():
        return False
    if not OF_RAY.search((process / "cmdline").read_bytes()):
        return False
    return any(_writes_below(folder, process, link) for link in (process / "fd").iterdir())


def _writes_below(folder: Path, process: Path, link: Path) -> bool:
    with contextlib.suppress(OSError):  # it may be closed by now
        if link.readlink().is_relative_to(folder):
            lines = (process / "fdinfo" / link.name).read_text().splitlines()
            flags = next(int(line.split()[1], 8) for line in lines if line.startswith("flags:"))
            return flags & os.O_ACCMODE != os.O_RDONLY
    return False
