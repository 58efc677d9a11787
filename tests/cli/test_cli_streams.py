"""Commands whose streams are closed, full, narrow or short of characters: they work, or say one line and why."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from evo.api import Result
from tests.kits.fork_server import fork
from tests.kits.processes import DEADLINE, environment

CONFIG = """\
schema: 1
data: {source: function, function: multiplexer, address_bits: 2}
search: {algorithm: nsga2, population: 8}
local: {kind: none}
fitness: {selection: holdout}
stop: {generations: 2}
compute: {backend: local}
output: {report: [md]}
"""


def shell(line: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """A line of bash in which `evo` is this one."""
    script = f'evo() {{ "{sys.executable}" -m evo "$@"; }}; {line}'
    command = ["bash", "-c", script]
    return subprocess.run(command, cwd=cwd, env=environment(env), capture_output=True, timeout=DEADLINE, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(CONFIG)
    return tmp_path


FULL = (">/dev/full", "cannot be written (No space left on device)")
CLOSED = (">&-", "is closed; nothing could be written")


@pytest.mark.parametrize(
    ("command", "redirected", "reason"),
    [
        ("--help", *FULL),
        ("--help", *CLOSED),
        ("--version", *CLOSED),
        ("run --help", *FULL),
        ("schema", *CLOSED),
        ("check c.yaml", *FULL),
        ("check c.yaml", *CLOSED),
    ],
)
def test_output_that_cannot_be_written_is_a_line_and_exit_code_1(
    command: str, redirected: str, reason: str, folder: Path
) -> None:
    """Both ways for argparse's own words and for ours; one for each of the other commands."""
    done = shell(f"evo {command} {redirected}", folder)
    assert (done.returncode, done.stderr.decode()) == (1, f"standard output: {reason}\n")


@pytest.mark.parametrize("redirected", ["2>/dev/full", "2>&-", "<&-", "<&- 2>&-"])
def test_other_streams_may_be_missing(redirected: str, folder: Path) -> None:
    done = shell(f"evo check c.yaml {redirected}", folder)
    assert done.returncode == 0 and done.stdout.endswith(b"c.yaml: ok\n") and done.stderr == b""


@pytest.mark.parametrize("redirected", ["2>/dev/full", "2>&-", ">&- 2>&- <&-"])
def test_an_error_that_nobody_hears_keeps_its_exit_code(redirected: str, folder: Path) -> None:
    done = shell(f"evo check missing.yaml {redirected}", folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


@pytest.mark.parametrize(
    ("redirected", "said"),
    [
        (">&-", ""),
        (">&- 2>&- <&-", ""),
        (">/dev/full", "warning: standard output cannot be written (No space left on device); nothing of the run"),
        ("| head -c 1 >/dev/null; exit ${PIPESTATUS[0]}", ""),
    ],
)  # fmt: skip
def test_a_run_that_nobody_watches_is_a_whole_run(redirected: str, said: str, folder: Path) -> None:
    done = shell(f"evo run c.yaml --run-dir r --plain {redirected}", folder)
    assert done.returncode == 0 and done.stderr.decode().startswith(said) and (not said) == (not done.stderr)
    assert (folder / "r" / "result.json").exists() and (folder / "r" / "report.md").exists()


def test_a_result_that_cannot_be_written_is_not_a_success(folder: Path) -> None:
    done = shell("evo run c.yaml --run-dir r --quiet --json >/dev/full", folder)
    assert (done.returncode, done.stderr) == (1, b"standard output: cannot be written (No space left on device)\n")
    assert (folder / "r" / "result.json").exists()


def test_who_stops_reading_has_what_he_wanted(folder: Path) -> None:
    done = shell("evo schema | head -1; exit ${PIPESTATUS[0]}", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"{\n", b"")


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_characters_that_an_encoding_lacks_are_escaped(env: Mapping[str, str], folder: Path) -> None:
    done = shell("evo check ふ.yaml; evo check c.yaml -o name=ふ", folder, env)
    assert b"\\u3075.yaml: no such file" in done.stderr or b"\\udce3\\udc81\\udcb5.yaml: no such file" in done.stderr
    assert done.stderr.count(b"\n") == 4 and done.returncode == 2


def test_files_on_standard_output_are_utf_8_in_any_locale(
    flowers_csv: Path, three_classes: Result, tmp_path: Path
) -> None:
    run = str(three_classes.run_dir)
    shell(f"evo predict {run} {flowers_csv} -o file.csv", tmp_path)
    done = shell(f"evo predict {run} {flowers_csv}", tmp_path, {"PYTHONIOENCODING": "ascii"})
    assert done.stdout == (tmp_path / "file.csv").read_bytes()


@pytest.mark.parametrize("columns", ["0", "1", "-5", "1000000000000", "²", "x"])
def test_any_width_is_survived(columns: str, folder: Path) -> None:
    done = shell("evo run --help && evo check c.yaml", folder, {"COLUMNS": columns, "LINES": columns})
    assert done.returncode == 0 and done.stderr == b""


def on_terminal(command: list[str], rows: int, columns: int, cwd: Path, env: Mapping[str, str]) -> tuple[int, bytes]:
    """A command on a terminal of that size: exit code and all that it shows."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = fork(command, cwd, {**environment(env), **env}, slave, slave, into=slave)
    os.close(slave)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says the end of a terminal so
        while chunk := os.read(master, 65536):
            shown += chunk
    os.close(master)
    return process.wait(DEADLINE), shown


@pytest.mark.parametrize(
    ("rows", "columns", "env"),
    [
        (1, 1, {"TERM": "xterm"}),
        (24, 80, {"TERM": "dumb"}),
        (24, 80, {"TERM": ""}),
        (0, 0, {"TERM": "xterm"}),
        (24, 80, {"TERM": "xterm", "COLUMNS": "1000000000000"}),
        (24, 80, {"TERM": "xterm", "COLUMNS": "²"}),
    ],
)
def test_a_run_and_its_report_on_any_terminal(rows: int, columns: int, env: Mapping[str, str], folder: Path) -> None:
    code, shown = on_terminal(["run", "c.yaml", "--run-dir", "r"], rows, columns, folder, env)
    assert code == 0 and b"Traceback" not in shown and b"panel:" not in shown
    code, shown = on_terminal(["report", "r"], rows, columns, folder, env)
    assert code == 0 and b"Traceback" not in shown and len(shown) < 200_000


def test_a_binary_model_is_not_for_a_terminal(two_classes: Result, tmp_path: Path) -> None:
    command = ["export", str(two_classes.run_dir), "--format", "aig"]
    code, shown = on_terminal(command, 24, 80, tmp_path, {"TERM": "xterm"})
    assert code == 2 and b"binary" in shown and b"-o" in shown and b"aig " not in shown


def test_a_library_call_needs_no_standard_error(folder: Path) -> None:
    script = "import sys, evo; sys.stderr = None; evo.run('c.yaml', run_dir='r', display='plain')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment(),
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0 and (folder / "r" / "result.json").exists()
