"""The Ray backend: a pool of actors, started when the first work comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from distributed.backend import Event, Listener, Result, Tasks, Usage, ignore, never
from distributed.pool import Pool
from distributed.spec import ComputeSpec
from fitness.machine.cores import cores


def _place(address: str | None) -> str:
    """Where workers run, in words."""
    if address is None:
        return "this machine"
    from distributed.addresses import resolve  # noqa: PLC0415 - only where there is an address

    host, port = resolve(address)
    return f"{host}:{port}"


class RayBackend:
    """Persistent actors on this machine, or on the cluster at `spec.address`; if `alike`, of this process's units."""

    def __init__(self, spec: ComputeSpec, *, alike: bool = False) -> None:
        self._spec, self._pool, self._tell = spec, None, ignore  # type: tuple[ComputeSpec, Pool | None, Listener]
        self._alike = alike
        self._used = Usage("ray", 0)

    def start(self) -> Pool:
        """The pool; launched when first asked for.

        Raises:
            ComputeError: Ray does not start, or the cluster is not there.
        """
        if self._pool is None:
            from distributed.ray_fleet import RayFleet  # noqa: PLC0415 - Ray loads only where it is used
            from distributed.ray_session import connect  # noqa: PLC0415

            spec, place = self._spec, _place(self._spec.address)
            wanted = cores() if spec.workers == "auto" else spec.workers
            self._tell(Event("ray_starting", f"starting Ray workers on {place}", {"address": spec.address}))
            session = connect(spec.address, wanted)
            size = max(1, session.cpus) if spec.workers == "auto" else wanted
            chunk = None if spec.chunk == "auto" else spec.chunk
            fleet = RayFleet(session, size, alike=self._alike)
            self._pool = Pool(fleet, retries=spec.retries, timeout_s=spec.timeout_s, chunk=chunk)
            self._pool.tell = self._tell
            self._tell(
                Event("ray_started", f"{size} Ray worker{'s' if size > 1 else ''} on {place}", {"workers": size})
            )
        return self._pool

    def map(
        self, work: Callable[[Tasks], Result], tasks: Tasks, interrupted: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Result]]:
        """See `Backend.map`."""
        yield from self.start().map(work, tasks, interrupted)

    def check(self) -> None:
        """See `Backend.check`."""
        if self._spec.address is not None and self._pool is None:
            from distributed.addresses import check  # noqa: PLC0415 - Ray loads only where it is used

            check(self._spec.address)

    def usage(self) -> Usage:
        """What was used so far, also after `close`."""
        return self._pool.usage("ray") if self._pool is not None else self._used

    def listen(self, listener: Listener) -> None:
        """See `Backend.listen`."""
        self._tell = listener
        if self._pool is not None:
            self._pool.tell = listener

    def close(self) -> None:
        """End the workers, and Ray if it is ours."""
        if self._pool is not None:
            self._used = self._pool.usage("ray")
            self._pool.close()
            self._pool = None
