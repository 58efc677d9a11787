"""Starting Ray on this machine, or joining a cluster; quietly, and leaving the process as it was.

What Ray does by itself and is not wanted here: it writes a token to HOME, listens on all interfaces, takes over
SIGTERM, attaches to whatever cluster it finds, prints what its daemons say, and gives up on a dead address only after
minutes. So a cluster of our own lives in a folder that nobody else can enter, listens on loopback only and wants a
random token; the signal handlers are put back; an address is tried before Ray sees it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from distributed.addresses import check
from distributed.errors import ComputeError
from distributed.left_processes import end_processes, is_at_work
from distributed.scratch import scratch_folder

QUIET = {"log_to_driver": False, "logging_level": logging.CRITICAL, "configure_logging": False}
#: Only while Ray starts: no reports home, no warning about accelerators, time for its daemons to find each other, and
#: no worker per core that waits for tasks of a kind which evo never has: those it wants it starts itself.
STARTING = {
    "RAY_enable_worker_prestart": "0",
    "RAY_prestart_worker_first_driver": "0",
    "RAY_agent_register_timeout_ms": "180000",
    "RAY_gcs_rpc_server_connect_timeout_s": "60",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
#: Bytes of the object store; it holds the packed data of one search and its folds.
STORE = 1 << 30
#: Ray's own folder within ours; it makes sockets there, whose paths may have 107 bytes (103 on macOS).
INSIDE = "r"
SOCKET = f"/{INSIDE}/session_2026-01-01_00-00-00_000000_1234567/sockets/plasma_store"
LONGEST = (103 if sys.platform == "darwin" else 107) - len(SOCKET)
#: What starts a daemon that evo has no use for.
UNWANTED = ("start_api_server", "start_monitor", "start_log_monitor")
#: Seconds in which Ray may try to start; its own 30, and the 15 it gives its agents, are too little on a machine that
#: has much else to do; and what it says then.
PATIENCE, TOO_SLOW = 180.0, "timed out during startup"
PACKAGES_ROOT = Path(__file__).resolve().parents[1]


class Session:
    """A connection to Ray. head: host and port; cpus: cores of the cluster; actor_options: what each actor needs."""

    def __init__(
        self,
        head: tuple[str, int],
        cpus: int,
        actor_options: dict[str, Any],
        opened: contextlib.ExitStack | None = None,
    ) -> None:
        self.head, self.cpus, self.actor_options, self._opened = head, cpus, actor_options, opened
        self._open = True

    def close(self) -> None:
        """Leave; a cluster of our own ends with that."""
        if self._open:
            self._open = False
            import ray  # noqa: PLC0415

            with _signals_kept():
                ray.shutdown()
            if self._opened is not None:
                self._opened.close()


class Guest(Session):
    """A connection that someone else made and goes on using."""

    def close(self) -> None:
        """Nothing: it is not ours."""


def connect(address: str | None, workers: int) -> Session:
    """Join the cluster at `address`, or start one on this machine with `workers` cores.

    Raises:
        ComputeError: there is no cluster at the address, it refuses us, or Ray does not start here.
    """
    if "ray" in sys.modules and address is None:
        import ray  # noqa: PLC0415

        if ray.is_initialized():
            return Guest(_head(), int(ray.cluster_resources().get("CPU", 1)), {})
    return _start(workers) if address is None else _join(*check(address))


def _start(workers: int) -> Session:
    import ray  # noqa: F401, PLC0415 - its loading is no part of the time it has

    end = time.monotonic() + PATIENCE
    while True:
        try:
            session = _started(workers)
            break
        except Exception as problem:
            if TOO_SLOW in str(problem) and time.monotonic() < end:
                continue
            text = f"Ray does not start on this machine ({type(problem).__name__}: {_first_line(problem)})"
            raise ComputeError(f"{text}; compute.backend: local works without it") from problem
    if session.head[0] != "127.0.0.1":
        session.close()
        raise ComputeError("this version of Ray would listen on every interface; start it yourself with ray.init")
    return session


def _started(workers: int) -> Session:
    """A Ray of our own; if it does not start, nothing of it stays."""
    with contextlib.ExitStack() as opened:
        folder = opened.enter_context(scratch_folder("evo-ray", longest=LONGEST, end=end_processes))
        opened.callback(end_processes, folder)
        opened.enter_context(_token())
        inside = folder / INSIDE  # Ray opens its folder to everybody: it has one in the folder that lets nobody in
        with _environment(STARTING | _python_path()), _loopback(), _few_daemons(), patience(inside):
            options = {"address": "local", "num_cpus": workers, "include_dashboard": False, "_temp_dir": str(inside)}
            _init(**options, object_store_memory=STORE)
        return Session(_head(), workers, {}, opened.pop_all())


def _join(host: str, port: int) -> Session:
    try:
        with _loopback() if _only_on_loopback(host, port) else contextlib.nullcontext():
            _init(address=f"{host}:{port}")
    except Exception as problem:
        text = f"cannot join the cluster at {host}:{port} ({type(problem).__name__}: {_first_line(problem)})"
        raise ComputeError(
            f"{text}; run evo on one of its machines, or use evo submit", where="compute.address"
        ) from problem
    import ray  # noqa: PLC0415

    path = {} if os.environ.get("RAY_JOB_CONFIG_JSON_ENV_VAR") else _python_path()
    options = {"runtime_env": {"env_vars": path}} if path else {}
    return Session((host, port), int(ray.cluster_resources().get("CPU", 0)), options)


def _init(**options: Any) -> None:
    with _signals_kept():
        import ray  # noqa: PLC0415

        ray.init(**options, **QUIET)
        from ray._private import worker  # noqa: PLC0415

        worker._worker_logs_enabled = False  # else daemons' notes on lost workers are printed between ours


def _head() -> tuple[str, int]:
    import ray  # noqa: PLC0415

    host, _, port = ray.get_runtime_context().gcs_address.rpartition(":")
    return host, int(port)


def _python_path() -> dict[str, str]:
    """PYTHONPATH with these packages, for workers of a checkout; nothing where they are installed."""
    if PACKAGES_ROOT.name in ("site-packages", "dist-packages"):
        return {}
    known = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join([str(PACKAGES_ROOT), *([known] if known else [])])}


def _only_on_loopback(host: str, port: int) -> bool:
    """Whether a head at a loopback address cannot be reached at this machine's other one, which Ray would prefer."""
    if not host.startswith("127.") and host not in ("localhost", "::1"):
        return False
    from ray._private.services import get_node_ip_address  # noqa: PLC0415

    try:
        socket.create_connection((get_node_ip_address(), port), timeout=1.0).close()
    except OSError:
        return True
    return False


@contextlib.contextmanager
def _token() -> Iterator[None]:
    """A random token for one cluster: it stays in the environment of its processes and is written nowhere."""
    with _environment({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}):
        _reread_token()
        yield
    _reread_token()


def _reread_token() -> None:
    """Ray reads mode and token once, when it loads."""
    from ray._raylet import AuthenticationTokenLoader, Config  # type: ignore[attr-defined] # noqa: PLC0415

    Config.initialize("")
    AuthenticationTokenLoader.instance().reset_cache()


def _loopback() -> AbstractContextManager[None]:
    """Ray takes 127.0.0.1 for the address of this machine; by itself it looks for one that others can reach."""
    from ray._private import ray_constants  # noqa: PLC0415

    return _replaced(ray_constants, {"ENABLE_RAY_CLUSTER": False})


def _few_daemons() -> AbstractContextManager[None]:
    """Of Ray's daemons, not those that nobody here asks for: dashboard, autoscaler, and the reader of workers' logs.

    They take three of the five CPU seconds of a start, from those that have 15 s to be there, and open ports.
    """
    from ray._private.node import Node  # noqa: PLC0415

    return _replaced(Node, dict.fromkeys(UNWANTED, lambda self, *_, **__: setattr(self, "_webui_url", "")))


def patience(folder: Path | None = None) -> AbstractContextManager[None]:
    """Time for Ray's daemons to start: it asks for a node until its own patience ends, so each question waits itself.

    With `folder`, that of the session, only as long as a raylet is there: it ends where its agents are too slow.
    """
    from ray._private import services  # noqa: PLC0415

    ask, end = services.get_node, time.monotonic() + PATIENCE

    def get_node(*arguments: Any, **options: Any) -> Any:
        while True:
            try:
                return ask(*arguments, **options)
            except RuntimeError:
                if time.monotonic() > end or (folder is not None and not is_at_work(folder, "raylet")):
                    raise
            time.sleep(0.2)

    return _replaced(services, {"get_node": get_node})


@contextlib.contextmanager
def _replaced(owner: Any, values: Mapping[str, Any]) -> Iterator[None]:
    """Those attributes that a module or class of Ray has, replaced for a while."""
    before = {name: vars(owner)[name] for name in values if name in vars(owner)}
    for name in before:
        setattr(owner, name, values[name])
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray installs a handler for SIGTERM of its own; ours is put back."""
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)} if main else {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _first_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [""])[0][:200]
