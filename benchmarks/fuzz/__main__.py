"""Fuzz evo at full size: configs (500), data files (500), run directories (1,000), in that order or as named.

python -m benchmarks.fuzz [configs] [data] [folders] [--cases N] [--first N] [--seed S] [--json FILE]

Prints every fault with its case, then a table; the exit code is 1 where there was a fault. A case is made again by
its seed and number: ``python -m benchmarks.fuzz folders --seed 1 --first 417 --cases 1``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.fuzz.cases import Fuzzer, fuzz
from benchmarks.fuzz.harness import import_everything
from benchmarks.fuzz.sandbox import Sandbox
from benchmarks.processes import ONE_THREAD, report

#: Where each fuzzer is, and how many cases are its full size.
FUZZERS = {
    "configs": ("configs:configs", 500),
    "data": ("data_files:data_files", 500),
    "folders": ("run_folders:run_folders", 1000),
}
HEADER = ("fuzzer", "cases", "commands", "cases with faults", "most CPU s", "most MB")


def load(name: str) -> Fuzzer:
    """A fuzzer by its name."""
    module, function = FUZZERS[name][0].split(":")
    fuzzer: Fuzzer = getattr(import_module(f"benchmarks.fuzz.{module}"), function)
    return fuzzer


def measured(name: str, numbers: range, seed: int) -> dict[str, Any]:
    """Run one fuzzer, showing faults as they come; its figures."""
    commands, faults, seconds, megabytes = 0, 0, 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="evo-fuzz-") as folder:
        box = Sandbox.make(Path(folder) / "box")
        for finding in fuzz(load(name), box, seed, numbers):
            commands += len(finding.outcomes)
            seconds = max([seconds, *(outcome.seconds for outcome in finding.outcomes)])
            megabytes = max([megabytes, *(outcome.megabytes for outcome in finding.outcomes)])
            if finding.faulty:
                faults += 1
                sys.stdout.write(f"{name} {finding.text()}\n\n")
                sys.stdout.flush()
            if finding.number % 50 == 49:
                sys.stderr.write(f"{name}: {finding.number + 1} cases, {faults} with faults\n")
        box.clear()
    counts = {"cases": len(numbers), "commands": commands, "faults": faults}
    return {"fuzzer": name, "seed": seed, **counts, "cpu_seconds": seconds, "megabytes": megabytes}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fuzzers", nargs="*", metavar="FUZZER", help=f"{', '.join(FUZZERS)}; all where none is named")
    parser.add_argument("--cases", type=int, help="how many of each")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    os.environ |= ONE_THREAD  # a process with threads cannot be forked safely
    import_everything()
    figures = []
    for name in arguments.fuzzers or FUZZERS:
        last = arguments.first + (arguments.cases or FUZZERS[name][1])
        figures.append(measured(name, range(arguments.first, last), arguments.seed))
    names = ("fuzzer", "cases", "commands", "faults", "cpu_seconds", "megabytes")
    rows = [
        [f"{value:.1f}" if isinstance(value, float) else str(value) for value in map(f.get, names)] for f in figures
    ]
    report(figures, HEADER, rows, arguments.json)
    return int(any(f["faults"] for f in figures))


if __name__ == "__main__":
    sys.exit(main())
