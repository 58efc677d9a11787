"""A fleet of Ray actors.

An actor is never restarted by Ray: one that is gone is known at once (a restarting one keeps its callers waiting), and
the pool launches another where there is room. The work with its data is put into the object store once, and actors get
it from there when they first need it.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Collection, Hashable
from typing import Any

from distributed.errors import ComputeError, WorkFailed
from distributed.fleet import Reply, WorkerLost
from distributed.ray_session import Session
from distributed.ray_worker import KEPT, Greeting, Worker
from fitness.machine.vector_units import differing, vector_units

#: Seconds without an answer from the head after which it counts as lost.
HEAD_LOST = 3.0


class RayFleet:
    """Actors on the cluster of `session`; if `alike`, only those that have this process's vector units."""

    def __init__(self, session: Session, size: int, *, alike: bool = False) -> None:
        import ray  # noqa: PLC0415 - half a second, only where it is used

        self._ray, self._session, self.size = ray, session, size
        self._actor = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Worker)
        self._sent: dict[int, tuple[Callable[[Any], Any], Any]] = {}
        self._units = vector_units() if alike else None
        self._next, self._head_seen, self._actors = 0, time.monotonic(), list[Any]()

    def launch(self) -> Any:
        """An actor, wherever a core is free."""
        actor = self._actor.options(**self._session.actor_options).remote()
        self._actors.append(actor)
        return actor

    def greet(self, worker: Any) -> Hashable:
        """A ticket that is ready once the actor runs, with its name and, if `alike`, its vector units."""
        ticket: Hashable = worker.greet.remote(self._units is not None)
        return ticket

    def send(self, worker: Any, work: Callable[[Any], Any], tasks: Any) -> Hashable:
        """See `Fleet.send`."""
        key, reference = self._put(work)
        ticket: Hashable = worker.run.remote(key, [reference], tasks)
        return ticket

    def _put(self, work: Callable[[Any], Any]) -> tuple[int, Any]:
        """Number and reference of `work`; the oldest works leave the object store."""
        for key, (known, reference) in self._sent.items():
            if known is work:
                return key, reference
        self._next += 1
        self._sent[self._next] = (work, self._ray.put(work))
        self._sent = dict(list(self._sent.items())[-KEPT:])
        return self._next, self._sent[self._next][1]

    def ready(self, tickets: Collection[Hashable], seconds: float) -> set[Hashable]:
        """See `Fleet.ready`."""
        wanted = list(tickets)
        done, _ = self._ray.wait(wanted, num_returns=1, timeout=seconds)
        if done and len(wanted) > 1:
            done, _ = self._ray.wait(wanted, num_returns=len(wanted), timeout=0)
        return set(done)

    def reply(self, ticket: Hashable) -> Reply:
        """See `Fleet.reply`.

        Raises:
            ComputeError: the worker has other vector units, and results depend on them.
        """
        errors = self._ray.exceptions
        try:
            value = self._ray.get(ticket)
        except errors.RayTaskError:
            raise  # the worker itself is broken: a bug
        except errors.RayError as problem:
            raise WorkerLost(_reason(problem)) from problem
        if isinstance(value, Greeting):
            return self._welcomed(value)
        outcome, result, cpu_seconds, seconds = value
        if outcome == "failed":
            raise WorkFailed(result)
        return Reply(result, cpu_seconds, seconds)

    def _welcomed(self, greeting: Greeting) -> Reply:
        if greeting.units != self._units:
            there, here = differing(greeting.units or "unknown", self._units or "unknown")
            text = f"{greeting.name} has the vector units {there}, this process {here}, and masks depend on them"
            raise ComputeError(f"{text}; -o compute.vector_units=any accepts other masks")
        return Reply(greeting.name)

    def end(self, worker: Any) -> None:
        """SIGKILL for the actor's process, at once."""
        self._actors.remove(worker)
        self._ray.kill(worker)

    def check(self) -> None:
        """Whether the head answers: without it calls would wait until Ray ends this process without a word."""
        host, port = self._session.head
        try:
            socket.create_connection((host, port), timeout=1.0).close()
            self._head_seen = time.monotonic()
        except OSError as problem:
            if time.monotonic() - self._head_seen > HEAD_LOST:
                text = f"the head of the Ray cluster at {host}:{port} is lost ({problem.strerror or problem})"
                raise ComputeError(f"{text}; a checkpoint is saved, and evo resume continues") from problem

    def close(self) -> None:
        """End the actors, then the session."""
        for actor in list(self._actors):
            with contextlib.suppress(self._ray.exceptions.RayError):
                self.end(actor)
        self._sent.clear()
        self._session.close()


def _reason(problem: Exception) -> str:
    """One line for what ended a worker."""
    name = type(problem).__name__
    if name == "OutOfMemoryError":
        return "out of memory"
    if name in ("ActorUnavailableError", "NodeDiedError"):
        return "its node does not answer"
    if "node" in str(problem).lower() and "died" in str(problem).lower() and "Owner" not in name:
        return "its process or node died"
    return "its process died" if name in ("ActorDiedError", "RayActorError", "WorkerCrashedError") else name
