"""Where the checkout is, and the variables of a process that uses it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's, with the checkout importable from anywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVO_", "PYTHON", "COLUMNS"))}
    return kept | {"PYTHONPATH": str(ROOT)} | dict(extra or {})
