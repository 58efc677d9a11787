"""Running one command as a whole process and measuring it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Measured:
    """One finished process: its output, wall and CPU seconds, and peak memory in MB."""

    stdout: str
    wall_seconds: float
    cpu_seconds: float
    megabytes: float


def measure(arguments: Sequence[str]) -> Measured:
    """Run ``python *arguments`` to its end; raises if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD
    ) as process:
        stdout, _ = process.communicate()
    wall = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)}: exit code {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(stdout, wall, cpu, after.ru_maxrss / 1024)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned Markdown."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def report(
    figures: list[dict[str, Any]], header: Sequence[str], rows: Sequence[Sequence[str]], path: str | None
) -> None:
    """Print the table; write the figures to `path` if given."""
    sys.stdout.write(table(header, rows) + "\n")
    if path:
        Path(path).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
