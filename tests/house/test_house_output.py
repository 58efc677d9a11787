"""One file of the command line writes to the terminal, so that what it writes is made printable in one place."""

from __future__ import annotations

import ast
from pathlib import Path

COMMANDS = Path(__file__).resolve().parents[2] / "evo" / "cli"


def test_commands_write_through_one_file_only() -> None:
    writers = [path.name for path in sorted(COMMANDS.glob("*.py")) if _writes(path)]
    assert writers == ["output.py"]


def _writes(path: Path) -> bool:
    """Whether a file names the write method or the buffer of a standard stream."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    named = (node for node in nodes if isinstance(node, ast.Attribute) and node.attr in ("write", "buffer"))
    return any("sys.std" in ast.unparse(node) for node in named)
