"""The packed evaluator against plain NumPy Booleans: the same candidates and rows, in one process on one thread.

python -m benchmarks.evaluator [--candidates 200] [--terms 32] [--literals 6] [--rows 10240] [--inputs 64] [--json FILE]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.processes import report
from fitness.data.dataset import Split, Task
from fitness.evaluator import Evaluator
from genomes.batch import CoverBatch
from genomes.bits import pack
from genomes.streams import Role, stream
from genomes.two_level import CoverSpace, cover_from_literals

OPTIONS = {"candidates": 200, "terms": 32, "literals": 6, "rows": 10_240, "inputs": 64}


def random_terms(options: argparse.Namespace) -> list[list[list[int]]]:
    """Signed literals of every term of every candidate."""
    rng = stream(0, Role.INITIAL)
    return [
        [
            [int(i + 1) * int(rng.choice((-1, 1))) for i in rng.choice(options.inputs, options.literals, replace=False)]
            for _ in range(options.terms)
        ]
        for _ in range(options.candidates)
    ]


def booleans(rows: Any, labels: Any, candidates: list[list[list[int]]]) -> list[int]:
    """Right predictions per candidate, one Boolean per row."""
    right = []
    for terms in candidates:
        covered = np.zeros(len(labels), dtype=np.bool_)
        for term in terms:
            index = np.abs(term) - 1
            covered |= (rows[:, index] == (np.array(term) > 0)).all(axis=1)
        right.append(int((covered == labels).sum()))
    return right


def cpu(work: Callable[[], Any], repeat: int) -> tuple[Any, float]:
    """Result and median CPU seconds."""
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return result, statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in OPTIONS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json")
    options = parser.parse_args()
    rng = stream(1, Role.INITIAL)
    rows, labels = rng.random((options.rows, options.inputs)) < 0.5, rng.random(options.rows) < 0.5
    terms = random_terms(options)
    space = CoverSpace("sop", options.inputs, 1, options.terms)
    batch = CoverBatch.of([cover_from_literals([of_one], space) for of_one in terms], space)
    split = Split(options.rows, pack(rows.T.copy()), pack(labels[None]), pack(np.ones((1, options.rows), np.bool_)))
    evaluator = Evaluator.of(Task("binary", ("y",), ("0", "1"), (0, 1)), "sop", split)
    confusion, packed = cpu(lambda: evaluator.confusion(batch), 7)
    right, plain = cpu(lambda: booleans(rows, labels, terms), 1)
    if confusion[:, 0].trace(axis1=1, axis2=2).tolist() != right:
        sys.exit("the two evaluators disagree")
    work = options.candidates * options.terms * options.literals * options.rows
    figures = [{"evaluator": n, "cpu_seconds": s, "literal_samples_per_second": work / s} for n, s in
               (("packed NumPy", packed), ("NumPy Booleans", plain))]  # fmt: skip
    cells = [
        [
            str(f["evaluator"]),
            f"{f['cpu_seconds']:.4f}",
            f"{work / f['cpu_seconds'] / 1e9:.2f}",
            f"{plain / f['cpu_seconds']:.1f}",
        ]
        for f in figures
    ]
    report(figures, ["evaluator", "CPU s", "G literal-samples/s", "ratio"], cells, options.json)


if __name__ == "__main__":
    main()
