"""Composed networks on functions that no two-level form holds: accuracy on other rows, AND gates, CPU seconds.

python -m benchmarks.networks [--seeds 0,1,2] [--only NAME,...] [--json FILE] [-o KEY=VALUE ...]

Every run is a process of its own on one thread, with the defaults of `genome.kind: network`; CPU seconds are those of
the whole process. Test rows are others than those of training and clean; they are scored once, at the end of a run. The
bit of an addition is that of weight 8 of two numbers of 7 bits; its training labels are wrong in 10 % of the rows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.processes import measure, report
from genomes.streams import Role, stream

ALL = {"valid": 0.0, "test": 0.0}


def function(name: str, **arguments: Any) -> dict[str, Any]:
    """The data section of a built-in function, no row of which is held out of training."""
    return {"source": "function", "function": name, "split": {"valid": 0.0}, **arguments}


TASKS: dict[str, dict[str, Any]] = {
    "parity8, whole table": function("parity", bits=8),
    "parity16, 6,400 rows": function("parity", bits=16, samples=6400, test_samples=59_136),
    "majority9, half the table": function("majority", bits=9, samples=256, test_samples=256),
    "comparator 2 x 16, 3,000 rows": function("comparator", bits=16, samples=3000, test_samples=20_000),
    "bit 3 of 7-bit addition, 10 % noise": {"rows": 6400, "noise": 0.1},
    "multiplier 4 x 4, half the table": function("multiplier", bits=4, samples=128, test_samples=128),
    "adder 2 x 5, half the table": function("adder", bits=5, samples=512, test_samples=512),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only")
    parser.add_argument("--json")
    parser.add_argument("-o", dest="overrides", action="append", default=[])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write(json.dumps(learned(options.one[0], int(options.one[1]), options.overrides)) + "\n")
        return
    chosen = options.only.split(",") if options.only else list(TASKS)
    names = [name for name in TASKS if any(name.startswith(start) for start in chosen)]
    extra = [argument for override in options.overrides for argument in ("-o", override)]
    figures = []
    for name in names:
        for seed in options.seeds.split(","):
            done = measure(["-m", "benchmarks.networks", "--one", name, seed, *extra])
            figures.append({**json.loads(done.stdout.splitlines()[-1]), "task": name, "cpu": done.cpu_seconds})
    report(figures, ["task", "test %", "of outputs whole %", "AND gates", "CPU s"], rows(figures, names), options.json)


def learned(name: str, seed: int, overrides: Sequence[str]) -> dict[str, Any]:
    """Scores on the test rows (of training rows where the whole table is trained on) and sizes of one run."""
    from evo.api import run  # noqa: PLC0415 - only processes that learn load it

    with tempfile.TemporaryDirectory() as scratch:
        data = dict(TASKS[name])
        if "rows" in data:
            data = addition(Path(scratch), data["rows"], data["noise"], seed)
        if "whole table" in name:
            data["split"] = ALL
        config = {
            "schema": 1, "name": "network", "seed": seed, "data": data, "genome": {"kind": "network"},
            "compute": {"backend": "local"}, "output": {"root": scratch},
        }  # fmt: skip
        best = run(config, overrides, display="quiet").details["best"]
    scores = best["scores"].get("test", best["scores"]["train"])
    outputs = [float(np.trace(table) / np.sum(table)) for table in scores["confusion"]]
    return {
        "accuracy": scores["accuracy"],
        "whole": statistics.mean(score == 1 for score in outputs),
        "gates": best["gates"],
    }


def addition(folder: Path, n_rows: int, noise: float, seed: int) -> dict[str, Any]:
    """Files with the bit of weight 8 of a + b: noisy rows to train on, and others to test on, which are clean."""
    rng = stream(seed, Role.FUNCTION)
    pairs = rng.permutation(1 << 14)
    bits = (pairs[:, None] >> np.arange(14)) & 1
    sums = (pairs & 127) + (pairs >> 7)
    labels = sums >> 3 & 1
    wrong = rng.random(n_rows) < noise
    parts = {"train": (bits[:n_rows], labels[:n_rows] ^ wrong), "test": (bits[n_rows:], labels[n_rows:])}
    header = ",".join([*(f"a{i}" for i in range(7)), *(f"b{i}" for i in range(7)), "y"])
    for part, (columns, values) in parts.items():
        lines = (
            ",".join(map(str, [*row, value])) for row, value in zip(columns.tolist(), values.tolist(), strict=True)
        )
        (folder / f"{part}.csv").write_text(header + "\n" + "\n".join(lines) + "\n", encoding="ascii")
    split = {"valid": 0.0}
    return {"source": "table", "path": str(folder / "train.csv"), "test_path": str(folder / "test.csv"), "split": split}


def rows(figures: list[dict[str, Any]], names: Sequence[str]) -> list[list[str]]:
    """A row per task: medians over seeds, and the range where there is one."""
    table = []
    for name in names:
        of = [figure for figure in figures if figure["task"] == name]
        cells = [spread([100 * figure[key] for figure in of], 2) for key in ("accuracy", "whole")]
        table.append([name, *cells, spread([figure["gates"] for figure in of], 0), spread([f["cpu"] for f in of], 1)])
    return table


def spread(values: Sequence[float], digits: int) -> str:
    """``99.9 (99.7 to 100.0)``."""
    median, low, high = statistics.median(values), min(values), max(values)
    text = f"{median:.{digits}f}"
    return text if low == high else f"{text} ({low:.{digits}f} to {high:.{digits}f})"


if __name__ == "__main__":
    main()
