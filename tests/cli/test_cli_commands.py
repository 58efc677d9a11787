"""The command line as a whole: help, version, exit codes, pipes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from evo.api import Result
from evo.cli.parser import build_parser
from tests.kits.commands import Evo

HOME = Path(__file__).parents[2]
COMMANDS = (
    *("check", "run", "resume", "submit", "list", "status", "stop", "replay", "report"),
    *("show", "export", "bench-model", "predict", "evaluate", "schema", "completion"),
)


def test_help_lists_every_command_with_what_it_does(evo_: Evo) -> None:
    said = evo_("--help")
    assert said.code == 0
    listed = re.findall(r"^    ([\w-]+)\s+\S", said.out, re.MULTILINE)
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_handler(evo_: Evo, command: str) -> None:
    said = evo_(command, "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: evo {command} ")
    parser = build_parser()._subparsers._group_actions[0].choices[command]  # type: ignore[union-attr,index]
    module, function = parser.get_default("handler").split(":")
    assert callable(getattr(import_module(module), function))


def test_version_is_one_line(evo_: Evo) -> None:
    said = evo_("--version")
    assert (said.code, said.out, said.err) == (0, "evo 0.1.0\n", "")


@pytest.mark.parametrize("arguments", [["bogus"], [], ["export"], ["check"], ["run", "--bogus", "x"]])
def test_a_command_line_that_makes_no_sense_exits_2(evo_: Evo, arguments: list[str]) -> None:
    said = evo_(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "evo" in said.err.splitlines()[-1]


@pytest.mark.parametrize("command", ["stop", "report", "resume"])
def test_a_path_that_is_no_run_directory_exits_2_in_one_line(evo_: Evo, command: str, tmp_path: Path) -> None:
    assert evo_(command, tmp_path).err == (
        f"{tmp_path}: is not a run directory (it has no run.json); expected a folder that evo run made\n"
    )
    said = evo_(command, tmp_path / "none")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{tmp_path / 'none'}: does not exist; expected a folder that evo run made\n"


def test_status_says_below_its_table_what_is_no_run_directory(evo_: Evo, tmp_path: Path) -> None:
    said = evo_("status", tmp_path)
    assert (said.code, said.err) == (2, "")
    assert said.out.endswith(
        f"{tmp_path}: is not a run directory (it has no run.json); expected a folder that evo run made\n"
    )


def test_help_and_version_import_no_numeric_package() -> None:
    program = (
        "import sys; from evo.cli.main import run_command\ntry: run_command(['--help'])\nexcept SystemExit: pass\n"
    )
    program += "print(sorted({'numpy', 'deap', 'rich', 'pydantic', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def buffered() -> dict[str, str]:
    """An environment in which short output is first written when the command ends."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def test_a_reader_that_leaves_early_ends_a_command_quietly(
    three_classes: Result, tmp_path: Path, buffered: dict[str, str]
) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("height,soil,wet\n" + "3,clay,0\n" * 100_000)
    command = f'set -o pipefail; "{sys.executable}" -m evo predict "{three_classes.run_dir}" "{data}" | head -1'
    done = subprocess.run(["bash", "-c", command], cwd=HOME, env=buffered, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "predicted_kind\n", "")


def test_a_pipe_closed_before_anything_is_written_ends_quietly(three_classes: Result, buffered: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "evo", "status", str(three_classes.run_dir)]
    done = subprocess.run(
        command, cwd=HOME, env=buffered, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
