"""The first start, with no kernel compiled: CPU and wall seconds of it, and how soon Ctrl-C ends it.

python -m benchmarks.first_start [--repeat 3] [--json FILE]

Each command runs with an empty cache (NUMBA_CACHE_DIR) and one generation; then again, warm; then Ctrl-C comes to the
whole group of processes, as from a terminal, while it compiles.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.processes import report

#: Examples with overrides of their own.
CONFIGS = {"multiplexer": (), "breast_cancer_vote": (), "mask_digits": ("-o", "output.controls=0")}
SHORT = ("-o", "stop.generations=1", "-o", "compute.backend=local")


def start(config: str, folder: Path, **options: Any) -> subprocess.Popen[bytes]:
    """A run in a folder of its own, with the cache in it."""
    run = folder / f"run-{time.monotonic_ns()}"
    command = [sys.executable, "-m", "evo", "run", f"examples/{config}.yaml", "--plain", "--run-dir", str(run)]
    command += [*SHORT, *CONFIGS[config]]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder / "cache")}
    return subprocess.Popen(command, env=environment, start_new_session=True, **options)


def whole(config: str, folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of a run to its end, with all processes it started."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    if start(config, folder, stdout=subprocess.DEVNULL).wait():
        raise SystemExit(f"{config}: failed")
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def interrupted(config: str, folder: Path, seconds: float) -> float:
    """Seconds from Ctrl-C, so many after the first line on compiling, to the end."""
    process = start(config, folder, stdout=subprocess.PIPE)
    assert process.stdout is not None
    while b"compiling" not in process.stdout.readline():
        pass
    time.sleep(seconds)
    begin = time.perf_counter()
    os.killpg(process.pid, signal.SIGINT)
    code = process.wait()
    if code != 130:
        raise SystemExit(f"{config}: exit code {code} after Ctrl-C")
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    figures, rows = [], []
    for config in CONFIGS:
        ends = []
        for number in range(arguments.repeat):
            with tempfile.TemporaryDirectory() as folder:
                ends.append(interrupted(config, Path(folder), 0.5 + 2 * number))
        with tempfile.TemporaryDirectory() as folder:
            cold, warm = whole(config, Path(folder)), whole(config, Path(folder))
        figures.append({"config": config, "cold": cold, "warm": warm, "interrupted_seconds": ends})
        cells = [f"{value:.1f}" for value in (*cold, *warm)]
        rows.append([config, *cells, " ".join(f"{seconds:.2f}" for seconds in ends)])
    header = ["example", "cold: wall s", "CPU s", "warm: wall s", "CPU s", "Ctrl-C to the end, s"]
    report(figures, header, rows, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
