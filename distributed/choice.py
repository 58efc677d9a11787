"""Which backend a run gets, and the one that decides while it runs.

Starting Ray costs some 5 CPU seconds and as many of the user's time, so short work stays here. How long work will be is
not known beforehand, but how long it has been is: `auto` works in this process until it has done WORTH seconds, a few
times what Ray costs, and goes on with workers then (the rent-or-buy rule: at most a constant factor is ever wasted).
Seconds are those of the processor: work that is slow because the machine has much else to do is not sped up by workers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from distributed.backend import Backend, Event, Listener, Result, Tasks, Usage, ignore, never
from distributed.errors import ComputeError
from distributed.local import LocalBackend
from distributed.ray_backend import RayBackend
from distributed.spec import ComputeSpec
from fitness.machine.cores import cores

#: CPU seconds of work in this process after which workers are worth starting.
WORTH = 20.0
#: CPU seconds a call must take for workers to be of use in it: sending a piece costs 2 ms.
LONG = 0.02
#: Seconds since some moment.
Clock = Callable[[], float]


def make_backend(spec: ComputeSpec, *, alike: bool = False) -> Backend:
    """The backend that `spec` asks for; nothing is started before work comes.

    With `alike` the results depend on vector units, and workers must have this process's unless `spec` allows others.
    """
    alike = alike and spec.vector_units == "same"
    local = LocalBackend(None if spec.chunk == "auto" else spec.chunk)
    if spec.backend == "local":
        return local
    if spec.backend == "ray" or spec.address is not None:
        return RayBackend(spec, alike=alike)
    alone = spec.workers == 1 or (spec.workers == "auto" and cores() == 1)
    return local if alone else AutoBackend(local, RayBackend(spec, alike=alike))


class AutoBackend:
    """See the module text; if Ray does not start, work stays here."""

    def __init__(self, local: LocalBackend, workers: RayBackend, clock: Clock = time.process_time) -> None:
        self._local, self._workers, self._clock = local, workers, clock
        self._seconds, self._calls, self._moved, self._alone = 0.0, 0, False, False
        self._tell: Listener = ignore

    def map(
        self, work: Callable[[Tasks], Result], tasks: Tasks, interrupted: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Result]]:
        """See `Backend.map`."""
        if self._worth_it() and not self._moved:
            self._move()
        if self._moved:
            yield from self._workers.map(work, tasks, interrupted)
            return
        self._calls += 1
        begin = self._clock()
        for part in self._local.map(work, tasks, interrupted):
            self._seconds += self._clock() - begin
            yield part
            begin = self._clock()

    def _worth_it(self) -> bool:
        return not self._alone and self._seconds >= WORTH and self._seconds >= LONG * self._calls

    def _move(self) -> None:
        try:
            self._workers.start()
            self._moved = True
        except ComputeError as problem:
            self._alone = True
            self._tell(Event("ray_failed", f"{problem.message}; work stays in this process", {}))

    def check(self) -> None:
        """Nothing to reach: work begins in this process."""

    def usage(self) -> Usage:
        """That of the workers once work has moved to them."""
        return self._workers.usage() if self._moved else self._local.usage()

    def listen(self, listener: Listener) -> None:
        """See `Backend.listen`."""
        self._tell = listener
        self._workers.listen(listener)

    def close(self) -> None:
        """See `Backend.close`."""
        self._workers.close()
