"""Cold caches: places where no kernel is compiled yet, and processes that begin to compile there."""

from __future__ import annotations

from pathlib import Path

from tests.kits.descendants import descendants
from tests.kits.processes import Process, start, wait_until

#: A folder that nobody, root included, can make.
NOWHERE = "/proc/evo"
#: Variables that leave only the temporary folder.
NO_PLACE = {"NUMBA_CACHE_DIR": "", "PYTHONPYCACHEPREFIX": NOWHERE, "XDG_CACHE_HOME": NOWHERE, "HOME": NOWHERE}
#: Brings two small modules, one after the other.
BRING = "from fitness.compiling.ready import bring; bring(['masks.groups'], lambda line: print(line, flush=True))"


def compiling(cache: Path) -> bool:
    """Whether a worker has written its first kernel below `cache`."""
    return any(cache.glob("evo-kernels-*/*.nbc"))


def start_cold(*arguments: str | Path, cache: Path, output: Path | None = None) -> Process:
    """`python ARGUMENTS` with nothing in `cache`, at the moment when the first kernel is there."""
    process = start(*arguments, output=output, env={"NUMBA_CACHE_DIR": str(cache)})
    wait_until(lambda: compiling(cache), process)
    assert process.poll() is None, "it ended before it compiled"
    return process


def workers(process: Process) -> set[int]:
    """The processes that compile for `process`."""
    return {pid for pid, name in descendants(process.pid).items() if "compiling/worker.py" in name}
