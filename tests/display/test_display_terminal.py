"""The panel on a real pseudo-terminal, in a process of its own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.kits.processes import DEADLINE

ROOT = Path(__file__).parents[2]
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"

START = """
import sys, time
from evo.display import make_display
from evo.monitor import FrontRow, RunInfo, Snapshot, StopProgress
display = make_display("auto", 1.0, sys.stderr)
display.start(RunInfo("tty", "runs/tty/1", "nsga2", "sop", "accuracy", "binary", {"train": 10}, 2, 4, 0))
row = FrontRow("m0", 0.25, {"literals": 4}, 0.5, 0.75, None)
display.update(Snapshot(1, 200, 0.1, (row,), "m0", 0.25, (StopProgress("generations", 0.5, "1 of 2"),)))
"""

ENDINGS = {
    "finish": "display.finish(['all done'])",
    "close": "display.close(); display.close()",
    "error then close": "try:\n    1 / 0\nfinally:\n    display.close()",
    "error without close": "1 / 0",
    "exit without close": "sys.exit(3)",
    "interrupt": "print('ready', file=sys.stderr, flush=True)\ntry:\n    time.sleep(99)\nfinally:\n    display.close()",
}


def _run(script: str, interrupt_at: bytes | None = None) -> tuple[bytes, int]:
    """What `script` writes to a terminal of 80 x 24, and its exit code."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    environment |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment
    )
    os.close(slave)
    output, deadline = b"", time.monotonic() + DEADLINE
    try:
        while time.monotonic() < deadline:
            if not select.select([master], [], [], 1)[0]:
                continue
            # Linux reports the end of a pseudo-terminal as an input/output error.
            chunk = b""
            with contextlib.suppress(OSError):
                chunk = os.read(master, 65536)
            if not chunk:
                break
            output += chunk
            if interrupt_at is not None and interrupt_at in output:
                process.send_signal(signal.SIGINT)
                interrupt_at = None
        return output, process.wait(DEADLINE)
    finally:
        process.kill()
        process.wait()
        os.close(master)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_cursor_is_shown_again_however_the_run_ends(ending: str) -> None:
    output, _ = _run(START + ENDINGS[ending], interrupt_at=b"ready" if ending == "interrupt" else None)
    assert output.count(HIDE) == 1
    assert output.rindex(SHOW) > output.rindex(HIDE)
    assert output.decode().count("100 %") == 0
    assert "generations 1 of 2" in output.decode()


def test_what_is_printed_meanwhile_stands_above_the_panel() -> None:
    output, code = _run(START + "print('stray', file=sys.stderr)\ndisplay.note('noted')\ndisplay.finish(['all done'])")
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output.decode())
    assert code == 0
    assert text.index("stray") < text.index("noted") < text.rindex("─ tty") < text.index("all done")


def test_a_redirected_stdout_is_not_drawn_into(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    script = f"import sys\nsys.stdout = open({str(target)!r}, 'w')\n{START}print('{{}}')\ndisplay.finish([])"
    output, code = _run(script)
    assert (code, target.read_text()) == (0, "{}\n")
    assert b"{}" not in output


def test_a_fast_search_is_drawn_a_few_times_a_second() -> None:
    loop = """
end = time.monotonic() + 1.5
while time.monotonic() < end:
    display.update(Snapshot(2, 400, 0.2, (row,), "m0", 0.25, ()))
display.close()
"""
    output, _ = _run(START + loop)
    assert 2 <= output.count("╭─".encode()) <= 14
