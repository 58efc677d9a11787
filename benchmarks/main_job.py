"""`evo run` with default settings on real data: accuracy, size, CPU seconds, peak memory.

python -m benchmarks.main_job DATA_FOLDER [--seeds 0,1,2] [--json FILE]
DATA_FOLDER holds tabular/*.csv.gz (target in the last column; monk*: split column `split`) and iwls2020/*.pla.gz.
Peak memory is the largest of the processes run so far, so it is an upper bound for all but the largest.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.processes import measure, report

TABLES = ("monk1", "monk3", "tic_tac_toe", "mushroom", "adult")
SCORES = ("train_accuracy", "valid_accuracy", "test_accuracy")


def configs(folder: Path) -> dict[str, dict[str, Any]]:
    """The data section of every task."""
    tasks: dict[str, dict[str, Any]] = {"breast_cancer": {"source": "sklearn", "name": "breast_cancer"}}
    for name in TABLES:
        tasks[name] = {"source": "csv", "path": str((folder / "tabular" / f"{name}.csv.gz").resolve())}
        if name.startswith("monk"):
            tasks[name]["split"] = {"column": "split"}
    files = {part: str((folder / "iwls2020" / f"ex50.{part}.pla.gz").resolve()) for part in ("train", "valid")}
    tasks["ex50"] = {"source": "pla", "path": files["train"], "valid_path": files["valid"]}
    tasks["ex50"]["split"] = {"valid": 0.0, "test": 0.15}
    return tasks


def run(name: str, data: dict[str, Any], seed: int, scratch: Path) -> dict[str, Any]:
    """Figures of one run."""
    config = scratch / f"{name}.yaml"
    config.write_text(json.dumps({"schema": 1, "name": name, "seed": seed, "data": data}), encoding="utf-8")
    target = scratch / f"{name}-{seed}"
    done = measure(["-m", "evo", "run", str(config), "--run-dir", str(target), "--quiet", "--json"])
    best = json.loads(done.stdout)["best"]
    sizes = {key: best[key] for key in (*SCORES, "literals", "terms")}
    return {"task": name, "seed": seed, **sizes, "cpu_seconds": done.cpu_seconds, "megabytes": done.megabytes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    figures: list[dict[str, Any]] = []
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, data in configs(arguments.folder).items():
            runs = [run(name, data, seed, Path(scratch)) for seed in seeds]
            figures += runs
            rows.append(
                [name, *(spread(runs, key) for key in (*SCORES, "literals", "terms", "cpu_seconds", "megabytes"))]
            )
    report(figures, ["task", "train %", "valid %", "test %", "literals", "terms", "CPU s", "MB"], rows, arguments.json)


def spread(runs: list[dict[str, Any]], key: str) -> str:
    """Median (lowest to highest) over seeds; accuracies in percent."""
    values = [run[key] * (100 if key in SCORES else 1) for run in runs if run[key] is not None]
    if not values:
        return "-"
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


if __name__ == "__main__":
    main()
