"""Outside tools for exports: found on the PATH, else the test is skipped and says what to install."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

DEBIAN = {"gcc": "gcc", "iverilog": "iverilog", "vvp": "iverilog", "yosys": "yosys", "berkeley-abc": "berkeley-abc"}


def needs(*names: str) -> pytest.MarkDecorator:
    """Skip unless all of these programs (or the module z3) are installed."""
    absent = [name for name in names if not _there(name)]
    packages = sorted({DEBIAN.get(name, "z3-solver (pip)") for name in absent})
    return pytest.mark.skipif(bool(absent), reason=f"needs {' '.join(absent)}; install {' '.join(packages)}")


def _there(name: str) -> bool:
    return importlib.util.find_spec("z3") is not None if name == "z3" else shutil.which(name) is not None


def run(command: Sequence[str | Path], folder: Path, *, text: str = "") -> str:
    """What the program prints; anything but success is an error with what it said."""
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout
