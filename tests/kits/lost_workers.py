"""Workers that are lost in the middle of their work, once for every call of a backend: no clock decides when."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from distributed.backend import never
from distributed.ray_backend import RayBackend


@dataclass(frozen=True)
class Deadly:
    """`work`, which ends its process with kill -9 if it finds `armed` there: the first that removes it dies of it."""

    work: Callable[[Any], Any]
    armed: str

    def __call__(self, tasks: Any) -> Any:
        """The work's own result, in all processes but that one."""
        with contextlib.suppress(FileNotFoundError):
            Path(self.armed).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.work(tasks)


@contextlib.contextmanager
def one_lost_in_every_call(folder: Path) -> Iterator[list[int]]:
    """Each call of a Ray backend made here costs a worker; tasks of each call."""
    armed, calls, deadly = folder / "armed", list[int](), list[Deadly]()
    whole = RayBackend.map

    def map_(self: RayBackend, work: Any, tasks: Any, interrupted: Callable[[], bool] = never) -> Any:
        known = next((one for one in deadly if one.work is work), None) or Deadly(work, str(armed))
        if known not in deadly:
            deadly.append(known)  # one object for one work, so that workers get it once
        armed.touch()
        calls.append(len(tasks))
        return whole(self, known, tasks, interrupted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RayBackend, "map", map_)
        yield calls
    assert not armed.exists(), "nobody died of the last call"
