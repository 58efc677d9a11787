"""Runs as real processes: start one, wait for a moment of its life, signal it, look at what it left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from tests.kits.environment import ROOT, environment
from tests.kits.fork_server import ForkedProcess, can_fork, fork

Process = subprocess.Popen[bytes] | ForkedProcess
#: Seconds after which something hangs; never what a test measures.
DEADLINE = 300.0

#: The section `search` of MUX, which tests replace by another.
SEARCH = "{population: 40, prices: 3}"
MUX = f"""\
schema: 1
name: mux
seed: 7
data:
  {{source: function, function: multiplexer, address_bits: 3, samples: 400, test_samples: 200, split: {{valid: 0.2}}}}
genome: {{terms: 16}}
search: {SEARCH}
stop: {{generations: 36, exact: null}}
checkpoint: {{every: 3, keep: 3}}
output: {{report: [md]}}
"""


def evo(
    *arguments: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """`evo ARGUMENTS`, to its end; forked from a process that has loaded it where nothing asks for more."""
    wanted = environment(env)
    if options or not can_fork(wanted):
        return python("-m", "evo", *arguments, cwd=cwd, env=env, **options)
    return _forked("", arguments, cwd, wanted)


def altered_evo(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`python -c CODE ARGUMENTS`, to its end; forked like :func:`evo`, so its modules are loaded when it begins."""
    return _forked(code, arguments, ROOT, environment())


def _forked(
    program: str, arguments: Sequence[str | Path], cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    command = list(map(str, arguments))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = fork(command, cwd, env, out.fileno(), err.fileno(), code=program).wait(DEADLINE)
        return subprocess.CompletedProcess(["evo", *command], code, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def python(
    *arguments: str | Path,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    timeout: float = DEADLINE,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """`python ARGUMENTS`, to its end, which must come within `timeout` seconds."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=environment(env), capture_output=True, text=True, timeout=timeout, check=False, **options
    )


def start(*arguments: str | Path, output: Path | None = None, env: Mapping[str, str] | None = None) -> Process:
    """`python ARGUMENTS` in the background; what it says goes to `output`, or nowhere."""
    with Path(output or os.devnull).open("wb") as sink:
        command = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(command, cwd=ROOT, env=environment(env), stdout=sink, stderr=sink)


def start_evo(
    *arguments: str | Path, output: Path | None = None, env: Mapping[str, str] | None = None, code: str = ""
) -> Process:
    """`evo ARGUMENTS`, or `python -c CODE ARGUMENTS`, in the background; forked like :func:`evo`."""
    wanted = environment(env)
    if not can_fork(wanted):
        return start(*(("-c", code) if code else ("-m", "evo")), *arguments, output=output, env=env)
    with Path(output or os.devnull).open("wb") as sink:
        return fork(list(map(str, arguments)), ROOT, wanted, sink.fileno(), sink.fileno(), code=code)


def wait_until(moment: Callable[[], bool], process: Process) -> None:
    """Return when `moment` has come, or the process ended without it."""
    end = time.monotonic() + DEADLINE
    while process.poll() is None and not moment():
        assert time.monotonic() < end, "the moment never came"
        time.sleep(0.001)


def paused_at(
    moment: Callable[[], bool],
    *arguments: str | Path,
    output: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Process:
    """`evo ARGUMENTS`, stopped like a debugger would at `moment`: alive, holding its lock, doing nothing."""
    return stopped_at(moment, start_evo(*arguments, output=output, env=env))


def stopped_at(moment: Callable[[], bool], process: Process) -> Process:
    """A process that has been started, stopped at `moment`."""
    wait_until(moment, process)
    process.send_signal(signal.SIGSTOP)
    _wait_for_stop(process.pid)
    assert process.poll() is None, "the run ended before the moment came"
    return process


def pause(run: Path) -> int:
    """Stop the process that works on `run`, whoever started it; its process id."""
    pid = int(json.loads((run / "run.json").read_text())["attempts"][-1]["pid"])
    os.kill(pid, signal.SIGSTOP)
    _wait_for_stop(pid)
    return pid


def _wait_for_stop(pid: int) -> None:
    """Return once a process has stopped or ended: one that waits for a disk would take a later signal first."""
    end = time.monotonic() + DEADLINE
    while _state(pid) not in "TZX":
        assert time.monotonic() < end, "the process never stopped"
        time.sleep(0.001)


def _state(pid: int) -> str:
    """The one-letter state of a process, after its name in parentheses."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "X"


def go_on_with(pid: int, number: signal.Signals) -> None:
    """Let a paused process go on once the signal that someone sends it waits for it."""
    end = time.monotonic() + DEADLINE
    while not _pending(pid) >> (number - 1) & 1:
        assert time.monotonic() < end, "the signal never came"
        time.sleep(0.01)
    os.kill(pid, signal.SIGCONT)


def _pending(pid: int) -> int:
    """Signals that wait for a process, one bit each."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    own, shared = (int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd", "ShdPnd")))
    return own | shared


def go_on(process: Process, *signals: signal.Signals) -> int:
    """Deliver `signals` to a paused process and let it go on; its exit code."""
    for number in (*signals, signal.SIGCONT):
        process.send_signal(number)
    return process.wait(DEADLINE)


def kill(process: Process) -> int:
    """kill -9."""
    process.kill()
    return process.wait(DEADLINE)


def generations(run: Path) -> int:
    """Whole lines of metrics.jsonl; 0 while there is none."""
    try:
        return (run / "metrics.jsonl").read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0


def reached(run: Path, generation: int) -> Callable[[], bool]:
    """Whether a run has come as far as `generation`."""
    return lambda: generations(run) >= generation


def products(run: Path) -> dict[str, bytes]:
    """What must not depend on how a run went: metrics.jsonl, front.csv and every file in models/."""
    paths = [run / "metrics.jsonl", run / "front.csv", *sorted((run / "models").iterdir())]
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in paths}


def tree(folder: Path) -> dict[str, bytes]:
    """Every path below `folder`, with the content of files."""
    paths = sorted(folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"" for path in paths}
