"""Starting Ray on this machine, or joining a cluster; quietly, and leaving the process as it was.

What Ray does by itself and is not wanted here: it writes a token to HOME, listens on all interfaces, takes over
SIGTERM, attaches to whatever cluster it finds, prints what its daemons say, and gives up on a dead address only after
minutes. So a cluster of our own lives in a temporary folder, listens on loopback only and wants a random token; the
signal handlers are put back; an address is tried before Ray sees it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from distributed.addresses import check_head, check_token, resolve
from distributed.errors import ComputeError

QUIET = {"log_to_driver": False, "logging_level": logging.CRITICAL, "configure_logging": False}
#: Only while Ray loads and starts: loopback alone, no reports home, no warning about accelerators.
STARTING = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
#: Bytes of the object store; it holds the packed data of one search and its folds.
STORE = 1 << 30
PACKAGES_ROOT = Path(__file__).resolve().parents[1]


class Session:
    """A connection to Ray. head: host and port; cpus: cores of the cluster; actor_options: what each actor needs."""

    def __init__(self, head: tuple[str, int], cpus: int, actor_options: dict[str, Any], folder: Path | None) -> None:
        self.head, self.cpus, self.actor_options, self._folder = head, cpus, actor_options, folder
        self._open = True

    def close(self) -> None:
        """Leave; a cluster of our own ends with that."""
        if self._open:
            self._open = False
            import ray  # noqa: PLC0415

            with _signals_kept():
                ray.shutdown()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)


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
            return Guest(_head(), int(ray.cluster_resources().get("CPU", 1)), {}, None)
    return _start(workers) if address is None else _join(*resolve(address))


def _start(workers: int) -> Session:
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # one for the process: Ray reads it only once
    folder = Path(tempfile.mkdtemp(prefix="evo-ray-"))
    try:
        with _environment(STARTING | _python_path()):
            options = {"address": "local", "num_cpus": workers, "include_dashboard": False, "_temp_dir": str(folder)}
            _init(**options, object_store_memory=STORE)
    except Exception as problem:
        shutil.rmtree(folder, ignore_errors=True)
        text = f"Ray does not start on this machine ({type(problem).__name__}: {_first_line(problem)})"
        raise ComputeError(f"{text}; compute.backend: local works without it") from problem
    session = Session(_head(), workers, {}, folder)
    if session.head[0] != "127.0.0.1":
        session.close()
        text = "Ray was imported before evo and would listen on every interface; import evo first"
        raise ComputeError(f"{text}, or start Ray yourself with ray.init")
    return session


def _join(host: str, port: int) -> Session:
    check_head(host, port)
    check_token(host, port)
    try:
        _init(address=f"{host}:{port}")
    except Exception as problem:
        text = f"cannot join the cluster at {host}:{port} ({type(problem).__name__}: {_first_line(problem)})"
        raise ComputeError(
            f"{text}; run evo on one of its machines, or use evo submit", where="compute.address"
        ) from problem
    import ray  # noqa: PLC0415

    path = {} if os.environ.get("RAY_JOB_CONFIG_JSON_ENV_VAR") else _python_path()
    options = {"runtime_env": {"env_vars": path}} if path else {}
    return Session((host, port), int(ray.cluster_resources().get("CPU", 0)), options, None)


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
