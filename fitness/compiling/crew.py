"""Workers that compile modules in an order in which what a module needs comes before it, several at a time."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fitness.compiling import sources
from fitness.compiling.places import stamp
from fitness.machine.cores import cores

WORKER = Path(__file__).resolve().parent / "worker.py"
#: Workers at most: with more, the longest module alone decides when all is done.
MOST = 4
#: Seconds between looks at how far the work is.
TICK = 0.25
#: Libraries that would start a thread per core.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


class CannotCompileError(Exception):
    """A worker did not compile a module; the text says why."""


def compile_modules(names: Sequence[str], folder: Path, look: Callable[[], None]) -> None:
    """Compile `names`, each after those of them that it needs, into `folder`; `look` is called now and then.

    Whatever ends this function, no worker outlives it.

    Raises:
        CannotCompileError: a worker failed; what was done is kept.
    """
    if not sys.executable:
        raise CannotCompileError("no Python to start")
    crew: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(min(cores(), MOST, len(names))):
            crew.append(_worker(folder))
        _work(list(names), folder, crew, look)
    except OSError as problem:
        raise CannotCompileError(str(problem)) from None
    finally:
        for worker in crew:
            worker.kill()
            worker.communicate()


def _worker(folder: Path) -> subprocess.Popen[bytes]:
    """A worker in a session of its own: Ctrl-C in a terminal reaches only the process that waits."""
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    command, environment = [sys.executable, "-I", str(WORKER)], os.environ | THREADS
    worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment, start_new_session=True)
    path = [str(Path(entry).absolute()) for entry in sys.path]
    _say(worker, json.dumps({"path": path, "folder": str(folder)}))
    return worker


def _say(worker: subprocess.Popen[bytes], line: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(f"{line}\n".encode())
    worker.stdin.flush()


def _work(waiting: list[str], folder: Path, crew: list[subprocess.Popen[bytes]], look: Callable[[], None]) -> None:
    """Give idle workers what can be compiled, the longest way to the end first, until all is done."""
    lengths, idle = _ways(waiting), list(crew)
    with selectors.DefaultSelector() as selector:
        for worker in crew:
            assert worker.stdout is not None
            selector.register(worker.stdout, selectors.EVENT_READ, worker)
        while waiting or len(idle) < len(crew):
            possible = _possible(waiting, folder)
            if not possible and len(idle) == len(crew):
                raise CannotCompileError("what was compiled has vanished")
            for name in sorted(possible, key=lambda name: -lengths[name])[: len(idle)]:
                waiting.remove(name)
                _say(idle.pop(), name)
            for key, _ in selector.select(TICK):
                _heard(key.data)
                idle.append(key.data)
            look()


def _heard(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdout is not None
    answer = worker.stdout.readline().decode().strip()
    if not answer.startswith("done "):
        raise CannotCompileError(answer or f"the compiler ended with {worker.wait()}")


def _possible(waiting: Sequence[str], folder: Path) -> list[str]:
    """Those of which everything they need is compiled."""
    return [
        name
        for name in waiting
        if all(stamp(folder, needed).exists() for needed in sources.with_needs(sources.needs(name)))
    ]


def _ways(names: Sequence[str]) -> dict[str, int]:
    """Characters of source from each module to the end of the longest chain of modules that need it."""
    lengths: dict[str, int] = {}
    for name in reversed(names):
        above = [length for other, length in lengths.items() if name in sources.with_needs(sources.needs(other))]
        lengths[name] = len(sources.texts()[name]) + max(above, default=0)
    return lengths
