"""How much memory this machine lets one process have: no file may ask for more, whatever it says of itself."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

from fitness.errors import DataError

#: Assumed where the system does not say.
USUAL = 4 * 2**30
CGROUPS = Path("/sys/fs/cgroup")


def memory() -> int:
    """Bytes of memory: the machine's, or less where its control group or `ulimit -v` allow less."""
    return min([_physical(), *_of_cgroups(), *_of_process()])


def require_memory(n_bytes: int, what: str, where: str) -> None:
    """Raise DataError where `what` would take more than all memory: a line is better than a killed process."""
    most = memory()
    if n_bytes > most:
        raise DataError(f"{what} need about {size(n_bytes)}, this machine has {size(most)}", where=where)


def size(n_bytes: int) -> str:
    """``800 bytes``, ``12 kB``, ``6.3 GB``."""
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)):
        if n_bytes >= 10**power:
            number = n_bytes / 10**power
            return f"{number:.1f} {unit}" if number < 10 else f"{number:,.0f} {unit}"
    return f"{n_bytes} bytes"


def _physical() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return USUAL


def _of_process() -> Iterator[int]:
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        yield soft


def _of_cgroups() -> Iterator[int]:
    """The limits of this process's control group and of those above it (versions 1 and 2)."""
    for line in _lines(Path("/proc/self/cgroup")):
        number, controllers, path = line.split(":", 2)
        if number == "0":
            yield from _limits(CGROUPS, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits(CGROUPS / "memory", path, "memory.limit_in_bytes")


def _limits(root: Path, path: str, name: str) -> Iterator[int]:
    inner = root / path.lstrip("/")
    for folder in (inner, *inner.parents):
        if folder.is_relative_to(root):
            yield from (int(line) for line in _lines(folder / name) if line.isdecimal())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
