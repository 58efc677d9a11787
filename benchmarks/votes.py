"""Votes against formulas on small tables: test accuracy over five folds, literals, terms, CPU seconds per fold.

python -m benchmarks.votes DATA_FOLDER [--seed 1] [--tasks vote] [--variants or,vote,card]
    [--standard-errors 0] [--json FILE]
DATA_FOLDER holds tabular/*.csv.gz, target in the last column. Folds are scikit-learn's StratifiedKFold(5, shuffle,
random state 0) of the raw rows; evo fits its own thresholds on the training rows of a fold and picks the model by its
inner folds (`fitness.selection: cross_validation`). majority9 learns from 256 of the 512 rows and is tested on the
others, five seeds. CPU seconds are whole processes, so each includes about 1.5 s of start-up.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold

from benchmarks.processes import measure, report

TABLES = ("tic_tac_toe", "heart_cleveland", "vote", "pima_diabetes")
TASKS = ("breast_cancer", *TABLES, "majority9")
GENERATIONS = 6
#: What is compared, as sections of the config; a card is a vote of single comparisons.
VARIANTS: dict[str, dict[str, Any]] = {
    "or": {"genome": {"terms": 20}},
    "vote": {"genome": {"terms": 20, "output": "vote"}},
    "card": {"genome": {"terms": 20, "output": "vote", "term_literals": 1}},
}

Table = tuple[list[str], list[list[str]]]


def breast_cancer() -> Table:
    """scikit-learn's bundled set as text."""
    bunch = load_breast_cancer()
    header = [name.replace(" ", "_") for name in bunch.feature_names] + ["target"]
    labels = bunch.target_names[bunch.target]
    return header, [[*map(repr, row), label] for row, label in zip(bunch.data.tolist(), labels.tolist(), strict=True)]


def table(path: Path) -> Table:
    """A compressed csv file."""
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def folds(header: list[str], rows: list[list[str]], scratch: Path) -> Iterator[dict[str, Any]]:
    """The data section of each fold; its rows are written as csv files."""
    labels = np.array([row[-1] for row in rows])
    splitter = StratifiedKFold(5, shuffle=True, random_state=0)
    for parts in splitter.split(np.zeros((len(rows), 1)), labels):
        paths = []
        for name, chosen in zip(("train", "test"), parts, strict=True):
            paths.append(scratch / f"{name}.csv")
            with paths[-1].open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([header, *(rows[row] for row in chosen)])
        yield {"source": "csv", "path": str(paths[0]), "test_path": str(paths[1]), "split": {"valid": 0, "test": 0}}


def sections(task: str, folder: Path, scratch: Path) -> Iterator[dict[str, Any]]:
    """The data sections of a task, one per fold."""
    if task == "majority9":
        half = {"source": "function", "function": "majority", "bits": 9, "samples": 256, "test_samples": 256}
        yield from (half | {"split": {"valid": 0}} for _ in range(5))
        return
    header, rows = breast_cancer() if task == "breast_cancer" else table(folder / "tabular" / f"{task}.csv.gz")
    yield from folds(header, rows, scratch)


def run(task: str, variant: str, data: dict[str, Any], seed: int, errors: float, scratch: Path) -> dict[str, Any]:
    """Figures of one run."""
    document = {
        "schema": 1, "name": task, "seed": seed, "data": data, **VARIANTS[variant],
        "fitness": {"selection": "cross_validation", "standard_errors": errors}, "stop": {"generations": GENERATIONS},
    }  # fmt: skip
    config = scratch / "config.yaml"
    config.write_text(json.dumps(document), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=scratch) as target:
        command = ["-m", "evo", "run", str(config), "--run-dir", f"{target}/run", "--quiet", "--json"]
        done = measure(command)
    best = json.loads(done.stdout)["best"]
    figures = {name: best[name] for name in ("train_accuracy", "test_accuracy", "literals", "terms")}
    return {"task": task, "variant": variant, "seed": seed, **figures, "cpu_seconds": done.cpu_seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--standard-errors", type=float, default=0.0)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    figures: list[dict[str, Any]] = []
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for task in arguments.tasks.split(","):
            for variant in arguments.variants.split(","):
                parts = enumerate(sections(task, arguments.folder, Path(scratch)))
                errors = arguments.standard_errors
                runs = [run(task, variant, data, arguments.seed + fold, errors, Path(scratch)) for fold, data in parts]
                figures += runs
                rows.append([task, variant, *_means(runs)])
    report(figures, ["task", "variant", "train %", "test %", "literals", "terms", "CPU s"], rows, arguments.json)


def _means(runs: list[dict[str, Any]]) -> list[str]:
    def mean(key: str) -> float:
        return statistics.fmean(run[key] for run in runs)

    accuracies = [f"{100 * mean(f'{split}_accuracy'):.1f}" for split in ("train", "test")]
    return [*accuracies, *(f"{mean(key):.1f}" for key in ("literals", "terms", "cpu_seconds"))]


if __name__ == "__main__":
    main()
