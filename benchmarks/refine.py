"""Thresholds refined: a planted rule over normal columns, with `data.refine` on and off.

python -m benchmarks.refine [--rows 100000] [--seeds 0,1,2] [--csv] [-o KEY=VALUE ...]

20 normal columns rounded to 3 digits and one of four categories; the label is an OR of three rules with 7 comparisons,
5 % of the labels are wrong. A line per seed and setting: test accuracy, literals and terms of the model that `evo run`
picks, CPU seconds of the whole process. Rows are read from an npz file, or with --csv from a CSV file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import measure, table
from genomes.streams import Role, stream


def planted(rows: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Numbers float64[rows, 20], categories int64[rows] of 0 to 3, labels int64[rows]."""
    rng = stream(seed, Role.SPLIT)
    x = np.round(rng.normal(size=(rows, 20)), 3)
    category = rng.integers(0, 4, size=rows)
    first = (x[:, 0] > 0.437) & (x[:, 3] <= -0.218)
    second = (x[:, 5] > 1.006) & (category == 2)
    third = (x[:, 7] <= -0.641) & (x[:, 11] > 0.155) & (x[:, 2] <= 0.72)
    return x, category, (first | second | third) ^ (rng.random(rows) < 0.05)


def write(path: Path, rows: int, seed: int) -> None:
    """The rows as a file, its format told by its name."""
    x, category, labels = planted(rows, seed)
    names = [f"x{i}" for i in range(x.shape[1])] + ["kind"]
    if path.suffix == ".npz":
        np.savez(path, X=np.column_stack([x, category]), y=labels.astype(np.int64), feature_names=np.array(names))
        return
    cells = [np.char.mod("%.3f", column) for column in x.T] + [np.array(["a", "b", "c", "d"])[category]]
    cells.append(labels.astype(np.int64).astype(str))
    lines = map(",".join, zip(*(column.tolist() for column in cells), strict=True))
    path.write_text("\n".join([",".join([*names, "y"]), *lines]) + "\n", encoding="utf-8")


def figures(data: Path, seed: int, refine: bool, further: list[str], scratch: Path) -> list[str]:
    """A line of one run."""
    section: dict[str, object] = {"source": data.suffix[1:], "path": str(data), "refine": refine}
    if data.suffix == ".npz":
        section["categorical"] = ["kind"]
    config = scratch / "config.yaml"
    config.write_text(json.dumps({"schema": 1, "name": "refine", "seed": seed, "data": section}), encoding="utf-8")
    target = scratch / f"run-{seed}-{refine}"
    options = [part for option in further for part in ("-o", option)]
    done = measure(["-m", "evo", "run", str(config), "--run-dir", str(target), "--quiet", "--json", *options])
    result = json.loads(done.stdout)
    best = result["best"]
    accuracies = [f"{100 * best[f'{split}_accuracy']:.2f}" for split in ("train", "valid", "test")]
    sizes = [str(best["literals"]), str(best["terms"]), str(result["generations"])]
    return [str(seed), "on" if refine else "off", *accuracies, *sizes, f"{done.cpu_seconds:.1f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("-o", dest="further", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for seed in map(int, options.seeds.split(",")):
            data = scratch / f"rows{seed}.{'csv' if options.csv else 'npz'}"
            write(data, options.rows, seed)
            lines += [figures(data, seed, refine, options.further, scratch) for refine in (False, True)]
    header = ["seed", "refine", "train %", "valid %", "test %", "literals", "terms", "generations", "CPU s"]
    sys.stdout.write(table(header, lines) + "\n")


if __name__ == "__main__":
    main()
