"""One evo command in a forked child under limits, and everything that is wrong with how it went.

The parent imports evo once; a child is forked per command, so that hundreds of commands take minutes and a crash, a
hang or an endless allocation ends the child alone. Time is judged by CPU seconds, and by the clock only where a child
waits for something that never comes.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import io
import os
import pkgutil
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fuzz.sandbox import Sandbox

#: Longest line that a message may have.
LINE = 300
#: Control characters (tabs and line ends apart) and characters that turn the direction of text.
RAW = re.compile("[\x00-\x08\x0b-\x0d\x0e-\x1f\x7f\x80-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: Seconds by the clock beyond the CPU seconds allowed, on a machine that others use too.
PATIENCE = 30.0
PACKAGES = ("genomes", "fitness", "distributed", "evo")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may take and how it may end.

    codes: exit codes that are right; seconds: of CPU time; megabytes: of memory beyond what the parent holds; short:
    whether lines on standard output are messages too (a report's or a formula's lines are not).
    """

    codes: frozenset[int]
    seconds: float = 10.0
    megabytes: int = 1024
    short: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command went.

    exit_code: minus the signal's number where a signal ended it; faults: what is wrong, none where all is well.
    """

    command: tuple[str, ...]
    exit_code: int
    seconds: float
    megabytes: float
    stdout: str
    stderr: str
    faults: tuple[str, ...]

    def text(self) -> str:
        """The outcome in a few lines."""
        said = "\n".join(line[:400] for line in (self.stderr or self.stdout).strip().splitlines()[-6:])
        return f"evo {' '.join(self.command)}: {'; '.join(self.faults)} (exit code {self.exit_code})\n{said}"


def import_everything() -> None:
    """Load what commands load, once, in the parent."""
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(("evo.estimators", "evo.__main__")):
                importlib.import_module(module.name)


def attempt(command: Sequence[str | Path], box: Sandbox, limits: Limits) -> Outcome:
    """Run ``evo *command`` in `box`."""
    arguments = tuple(map(str, command))
    before, held = box.seen(), _megabytes_held()
    streams = [box.root / "stdout", box.root / "stderr"]
    child = os.fork()
    if not child:
        _become(arguments, box, limits, streams)
    status, usage, hung = _wait(child, PATIENCE + limits.seconds)
    stdout, stderr = (path.read_bytes().decode("utf-8", "replace") for path in streams)
    outcome = Outcome(
        arguments,
        os.waitstatus_to_exitcode(status),
        usage.ru_utime + usage.ru_stime,
        max(0.0, usage.ru_maxrss / 1024 - held),
        stdout,
        stderr,
        ("waited without end",) if hung else (),
    )
    found = [fault for judge in JUDGES for fault in judge(outcome, limits)]
    found += _touched(box, before)
    return _with(outcome, found)


def _with(outcome: Outcome, faults: Sequence[str]) -> Outcome:
    values = {name: getattr(outcome, name) for name in Outcome.__slots__}
    return Outcome(**values | {"faults": (*outcome.faults, *faults)})


def _megabytes_held() -> float:
    """Memory of its own that this process holds: a forked child starts with as much, and without mapped files."""
    resident, of_files = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split()[1:3])
    return (resident - of_files) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _become(arguments: Sequence[str], box: Sandbox, limits: Limits, streams: Sequence[Path]) -> None:
    """Run the command as a process of its own; never returns."""
    code = 70
    try:
        os.setsid()
        faulthandler.disable()  # a parent's would write the crash that is the finding to the parent's log
        _redirect(streams)
        os.chdir(box.work)
        os.environ |= {"HOME": str(box.home), "TMPDIR": str(box.tmp), "COLUMNS": "120"}
        os.environ.pop("EVO_DEBUG", None)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _limit(limits)
        sys.argv = ["evo", *arguments]
        code = _main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else 70)


def _redirect(streams: Sequence[Path]) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, path in enumerate(streams, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8", errors="strict")
    sys.stderr = io.TextIOWrapper(
        io.FileIO(2, "w", closefd=False), encoding="utf-8", errors="backslashreplace", write_through=True
    )


def _limit(limits: Limits) -> None:
    """CPU seconds, and an address space that ends the child before it ends the machine."""
    cpu = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    space = pages * os.sysconf("SC_PAGE_SIZE") + 3 * limits.megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(arguments: Sequence[str]) -> int:
    from evo.__main__ import main  # noqa: PLC0415 - only the child is evo

    try:
        return main(list(arguments))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        return 1


def _wait(child: int, seconds: float) -> tuple[int, resource.struct_rusage, bool]:
    """The child's status and usage, and whether it had to be killed after `seconds`."""
    end, hung = time.monotonic() + seconds, False
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # whatever it left behind
            return status, usage, hung
        if not hung and time.monotonic() > end:
            hung = True
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)


def _crash(outcome: Outcome, limits: Limits) -> list[str]:
    """Tracebacks, internal errors, signals, exit codes that are not the right ones."""
    faults = []
    if "Traceback (most recent call last)" in outcome.stderr + outcome.stdout:
        faults.append("a traceback")
    if "internal error" in outcome.stderr:
        faults.append("an internal error")
    if outcome.exit_code < 0:
        faults.append(f"ended by {signal.Signals(-outcome.exit_code).name}")
    elif outcome.exit_code not in limits.codes:
        faults.append(f"exit code {outcome.exit_code}, expected one of {sorted(limits.codes)}")
    return faults


def _dear(outcome: Outcome, limits: Limits) -> list[str]:
    faults = []
    if outcome.seconds > limits.seconds:
        faults.append(f"{outcome.seconds:.1f} CPU seconds, at most {limits.seconds:g}")
    if outcome.megabytes > limits.megabytes:
        faults.append(f"{outcome.megabytes:.0f} MB, at most {limits.megabytes}")
    return faults


def _ugly(outcome: Outcome, limits: Limits) -> list[str]:
    """Long lines, and characters that a terminal would act on."""
    faults = []
    messages = outcome.stderr + (outcome.stdout if limits.short else "")
    longest = max((len(line) for line in messages.splitlines()), default=0)
    if longest > LINE:
        faults.append(f"a line of {longest} characters")
    raw = RAW.search(outcome.stderr + outcome.stdout)
    if raw is not None:
        faults.append(f"a raw character U+{ord(raw.group()):04X}")
    return faults


def _touched(box: Sandbox, before: dict[str, str]) -> list[str]:
    """What changed outside; the caches of libraries in HOME may."""
    after = box.seen()
    changed = [path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
    faults = [f"touched {path}" for path in changed if not path.startswith("home/.cache")]
    if box.canary.exists():
        box.canary.unlink()
        faults.append("code from an input was run")
    return faults


JUDGES: tuple[Callable[[Outcome, Limits], list[str]], ...] = (_crash, _dear, _ugly)
