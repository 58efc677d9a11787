"""The actor: keeps the work it was sent (with the packed data in it) and applies it to one piece after the other."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fitness.machine.vector_units import vector_units

#: Works kept: that of the search and that of the fold under way.
KEPT = 2
#: Each worker has one core; libraries must be told before they load.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Greeting:
    """A worker's process and machine in words; its vector units where the driver asked for them."""

    name: str
    units: str | None


class Worker:
    """Runs in a process of its own. What goes wrong in the work comes back as text, because a type may not travel."""

    def __init__(self) -> None:
        os.environ.update(dict.fromkeys(THREADS, "1"))
        self._works: dict[int, Callable[[Any], Any]] = {}

    def greet(self, with_units: bool) -> Greeting:
        """Who this is, and what it computes with if that is asked for."""
        name = f"process {os.getpid()} on {os.uname().nodename}"
        return Greeting(name, vector_units() if with_units else None)

    def run(self, key: int, holder: list[Any], tasks: Any) -> tuple[str, Any, float, float]:
        """("done", result) or ("failed", text), and CPU and wall seconds; holder: [reference of the work]."""
        cpu, wall = time.process_time(), time.monotonic()
        try:
            outcome = ("done", self._work(key, holder)(tasks))
        except MemoryError:
            os._exit(1)  # as if the system had ended it: another worker may have the room
        except Exception as problem:
            outcome = ("failed", "".join(traceback.format_exception(problem)))
        return (*outcome, time.process_time() - cpu, time.monotonic() - wall)

    def _work(self, key: int, holder: list[Any]) -> Callable[[Any], Any]:
        if key not in self._works:
            import ray  # noqa: PLC0415 - there is no Ray where this module is only looked at

            work = ray.get(holder[0])  # reading it loads its kernels, which one worker of a node compiles for all
            self._works = dict([*self._works.items(), (key, work)][-KEPT:])
        return self._works[key]
