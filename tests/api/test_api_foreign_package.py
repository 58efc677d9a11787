"""Another project's package under one of our names is noticed at once, in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]


@pytest.fixture
def foreign(tmp_path: Path) -> dict[str, str]:
    """An environment where `distributed` is not ours."""
    (tmp_path / "distributed").mkdir()
    (tmp_path / "distributed" / "__init__.py").write_text("raise SystemExit('the foreign package was imported')")
    return dict(os.environ, PYTHONPATH=os.pathsep.join([str(tmp_path), str(HOME)]))


def python(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [["--version"], ["check", "x.yaml"]], ids=["version", "check"])
def test_every_command_prints_one_line_and_exits_1(foreign: dict[str, str], tmp_path: Path, command: list[str]) -> None:
    done = python(foreign, tmp_path, "-m", "evo", *command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"evo: package 'distributed' must be evo's own ({HOME / 'distributed'}) but Python finds "
        f"{tmp_path / 'distributed'}; install evo in a virtual environment of its own "
        "(Dask also has a package called 'distributed')\n"
    )


def test_from_python_it_is_an_import_error_on_first_use(foreign: dict[str, str], tmp_path: Path) -> None:
    program = """
import evo
print(evo.__version__)
for name in ("run", "resume", "Result", "RunConfig"):
    try:
        getattr(evo, name)
    except ImportError as problem:
        print(name, str(problem).startswith("package 'distributed' must be evo's own"))
"""
    done = python(foreign, tmp_path, "-c", program)
    assert done.stderr == ""
    assert done.stdout.split() == ["0.1.0", "run", "True", "resume", "True", "Result", "True", "RunConfig", "True"]
