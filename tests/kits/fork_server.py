"""Commands of evo as processes of their own, forked from one that has loaded everything but Ray, kernels included.

A run of a second spends four on loading: a process that has loaded everything once starts the others. They are real
processes, with their own signals, files, links and deaths; only what is read before Python starts, or while modules
load, cannot be theirs: commands that need other such variables (`SET_ONCE`) are started as usual.

The server forks a keeper per command, which forks the command, waits for it, and tells pid and exit code.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.fuzz.harness import import_everything
from tests.kits.environment import ROOT, environment

#: Variables that count only when a process starts: those of Python, the libraries that it has loaded, the terminal's
#: alphabet and places. Ray reads its own when it is loaded, which the command does itself.
SET_ONCE = (
    *("PYTHON", "NUMBA", "NPY_", "OPENBLAS", "OMP_", "MKL_", "BLIS_", "GOTO", "VECLIB"),
    *("LC_", "LANG", "LD_", "MALLOC", "XDG_", "HOME", "PATH", "TZ"),
)
LARGEST = 1 << 20


class ForkedProcess:
    """What a test wants of a process: `subprocess.Popen`'s names, for one that another process forked."""

    def __init__(self, report: int) -> None:
        self._report = os.fdopen(report, "r", encoding="ascii")
        self.pid = int(self._report.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, minus the signal's number where one ended it; None while it lives."""
        if self.returncode is None and select.select([self._report], [], [], 0)[0]:
            self.returncode = int(self._report.readline())
            self._report.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once there is one."""
        if self.returncode is None and not select.select([self._report], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(["evo"], timeout or 0.0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """As of `subprocess.Popen`: nothing once it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)


def can_fork(env: Mapping[str, str]) -> bool:
    """Whether a process forked from this test's server can have these variables."""
    return _set_once(env) == _server()[1]


def fork(
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    out: int,
    err: int,
    *,
    into: int | None = None,
    code: str = "",
) -> ForkedProcess:
    """`evo ARGUMENTS`, or a program of Python's, with `into` as its standard input, or with nothing there."""
    report, end = os.pipe()
    request = json.dumps({"arguments": list(arguments), "cwd": str(cwd), "env": dict(env), "code": code}).encode()
    assert len(request) < LARGEST
    try:
        socket.send_fds(_server()[0], [request], [out, err, end, *([] if into is None else [into])])
    finally:
        os.close(end)
    return ForkedProcess(report)


@functools.cache
def _server() -> tuple[socket.socket, dict[str, str]]:
    """This process's server, started at the first need, and the variables that its children cannot change."""
    env = environment()
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with there:
        command = [sys.executable, "-m", "tests.kits.fork_server", str(there.fileno())]
        subprocess.Popen(command, cwd=ROOT, env=env, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL)
    return here, _set_once(env)


def _set_once(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(SET_ONCE)}


def _serve(requests: socket.socket) -> None:
    """Fork as asked until nobody can ask any more."""
    while True:
        request, fds, *_ = socket.recv_fds(requests, LARGEST, 4)
        if not request:
            return
        keeper = os.fork()
        if not keeper:
            requests.close()
            _keep(json.loads(request), *fds)
        for descriptor in fds:
            os.close(descriptor)
        os.waitpid(keeper, 0)


def _keep(request: dict[str, object], out: int, err: int, report: int, *into: int) -> None:
    """Start one command and tell how it ends; nobody waits for its keeper, which is a child of a process that ended."""
    if os.fork():
        os._exit(0)
    child = os.fork()
    if not child:
        os.close(report)
        _become(request, out, err, *into)
    for descriptor in (out, err, *into):
        os.close(descriptor)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):  # of a test that has ended
        os.write(report, f"{child}\n".encode())
        os.write(report, f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
    os._exit(0)


def _become(request: dict[str, object], out: int, err: int, *into: int) -> None:
    """Be `python -m evo ARGUMENTS`; never returns."""
    code = 1
    try:
        _settle(request, out, err, *into)
        code = _main(str(request["code"]))
    finally:
        os._exit(code)


def _settle(request: dict[str, object], out: int, err: int, *into: int) -> None:
    for number, descriptor in enumerate((*into, out, err), 1 - len(into)):
        os.dup2(descriptor, number)
    os.closerange(3, max(out, err, *into) + 1)
    for name, number in (("stdout", 1), ("stderr", 2)):
        setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        setattr(sys, f"__{name}__", getattr(sys, name))
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(request["env"])  # type: ignore[call-overload]
    sys.argv = ["evo", *request["arguments"]]  # type: ignore[misc]


def _main(program: str) -> int:
    """Run the command or the program, and what Python runs at its end."""
    from evo.__main__ import main  # noqa: PLC0415

    code: int | None = 0
    try:
        if program:
            exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
        else:
            code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    threading._shutdown()  # type: ignore[attr-defined] # what Python itself does: wait for threads
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return code


def _load() -> None:
    """Load what commands load and the kernels of a search, but not Ray, which starts threads."""
    import_everything()
    _run_once()
    assert "ray" not in sys.modules
    assert threading.active_count() == 1


def _run_once() -> None:
    """A run of two generations, after which the kernels are there: reading them takes a process a second."""
    import evo  # noqa: PLC0415

    config = {
        "schema": 1, "data": {"source": "function", "function": "parity", "bits": 4}, "search": {"prices": 2},
        "stop": {"generations": 2}, "output": {"report": []}, "compute": {"backend": "local"},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        evo.run(config, run_dir=Path(folder) / "run", display="quiet")
    tempfile.tempdir = None  # each command looks for its own


if __name__ == "__main__":
    connection = socket.socket(fileno=int(sys.argv[1]))
    _load()
    _serve(connection)
