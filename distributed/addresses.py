"""Whether a Ray head answers at an address, in a second or so: Ray itself would try for minutes and not say why."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

from distributed.errors import ComputeError

WHERE = "compute.address"
TIMEOUT = 3.0
#: How an HTTP/2 client begins, with an empty SETTINGS frame; a gRPC server answers with SETTINGS (RFC 9113, 3.4).
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
SETTINGS = 4


def resolve(address: str) -> tuple[str, int]:
    """Host and port of `address`: host:port, or auto for that of RAY_ADDRESS.

    Raises:
        ComputeError: it is neither.
    """
    text = os.environ.get("RAY_ADDRESS", "") if address == "auto" else address
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        if address == "auto":
            need = "auto needs RAY_ADDRESS=host:port in the environment, as in a Ray job"
            raise ComputeError(f"{need}; it is {text!r}" if text else f"{need}; it is not set", where=WHERE)
        raise ComputeError(f"must be host:port of a Ray head, e.g. 10.0.0.1:6379, got {text!r}", where=WHERE)
    return host.strip("[]"), int(port)


def check(address: str) -> tuple[str, int]:
    """Host and port of the Ray head at `address`.

    Raises:
        ComputeError: there is none, or it refuses us.
    """
    host, port = resolve(address)
    check_head(host, port)
    check_token(host, port)
    return host, port


def check_head(host: str, port: int) -> None:
    """Whether something that speaks gRPC listens there.

    Raises:
        ComputeError: nothing does, or something else does.
    """
    place = f"{host}:{port}"
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            connection.settimeout(TIMEOUT)
            connection.sendall(PREFACE)
            answer = connection.recv(9)
    except TimeoutError as problem:
        raise ComputeError(
            f"no answer from {place} within {TIMEOUT:.0f} s; is it the head's port?", where=WHERE
        ) from problem
    except OSError as problem:
        text = f"cannot connect to {place} ({problem.strerror or problem}); start a head there with: ray start --head"
        raise ComputeError(text, where=WHERE) from problem
    if len(answer) < 9 or answer[3] != SETTINGS:
        raise ComputeError(f"what answers at {place} is not a Ray head; use the port of ray start --head", where=WHERE)


def check_token(host: str, port: int) -> None:
    """Whether the head takes this process's token.

    Raises:
        ComputeError: it does not.
    """
    with _silent_stderr():
        _ask(host, port)


def _ask(host: str, port: int) -> None:
    from ray._raylet import GcsClient  # type: ignore[attr-defined] # noqa: PLC0415 - Ray has no public way to ask

    try:
        GcsClient(address=f"{host}:{port}").internal_kv_get(b"evo", None, timeout=TIMEOUT)
    except Exception as problem:
        if type(problem).__name__ == "AuthenticationError":
            need = "set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN to the cluster's token"
            raise ComputeError(f"the Ray head at {host}:{port} refuses this token; {need}", where=WHERE) from problem
        raise ComputeError(f"the Ray head at {host}:{port} does not answer ({problem})", where=WHERE) from problem


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Ray's core writes what it thinks of an answer to the file descriptor itself."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
