"""Evaluation of covers, one thread of one process: the same candidates and rows, and equal counts from every way.

python -m benchmarks.kernels [--candidates 200] [--terms 32] [--literals 6] [--rows 10240] [--inputs 64] [--rounds 9]
                             [--json FILE]

A round runs every way once (the fast ones several times), so that a neighbour's noise meets them alike; figures are
medians over rounds, in CPU seconds per evaluation of all candidates.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import ONE_THREAD, table

os.environ.update(ONE_THREAD)  # before NumPy and numba are loaded

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fitness.data.dataset import Split, Task
from fitness.evaluation.evaluator import Evaluator
from genomes.bits import pack
from genomes.streams import Role, stream
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace, cover_from_literals

OPTIONS = {"candidates": 200, "terms": 32, "literals": 6, "rows": 10_240, "inputs": 64, "rounds": 9}
Way = Callable[[], Any]


@dataclass(frozen=True)
class Table:
    """One table: what it is about, its cells as text, and its figures for --json."""

    title: str
    header: tuple[str, ...]
    cells: list[list[str]]
    figures: list[dict[str, Any]]


@dataclass(frozen=True)
class Material:
    """Random candidates on random rows: as lists and Booleans, and packed."""

    candidates: list[list[list[int]]]
    rows: NDArray[np.bool_]
    labels: NDArray[np.bool_]
    batch: CoverBatch
    evaluator: Evaluator

    @classmethod
    def of(cls, options: argparse.Namespace) -> Material:
        """Terms of different inputs drawn with either sign; fair coins as rows and labels."""
        rng = stream(0, Role.INITIAL)
        candidates = [[_term(rng, options) for _ in range(options.terms)] for _ in range(options.candidates)]
        rows, labels = rng.random((options.rows, options.inputs)) < 0.5, rng.random(options.rows) < 0.5
        space = CoverSpace("sop", options.inputs, 1, options.terms)
        batch = CoverBatch.of([cover_from_literals([terms], space) for terms in candidates], space)
        counted = pack(np.ones((1, options.rows), np.bool_))
        split = Split(options.rows, pack(rows.T.copy()), pack(labels[None]), counted)
        evaluator = Evaluator.of(Task("binary", ("y",), ("0", "1"), (0, 1)), "sop", split)
        return cls(candidates, rows, labels, batch, evaluator)


def _term(rng: np.random.Generator, options: argparse.Namespace) -> list[int]:
    chosen = rng.choice(options.inputs, options.literals, replace=False)
    return [int(i + 1) * int(rng.choice((-1, 1))) for i in chosen]


def booleans(material: Material) -> list[int]:
    """Right predictions per candidate, one Boolean per row."""
    right = []
    for terms in material.candidates:
        covered = np.zeros(len(material.labels), dtype=np.bool_)
        for term in terms:
            index = np.abs(term) - 1
            covered |= (material.rows[:, index] == (np.array(term) > 0)).all(axis=1)
        right.append(int((covered == material.labels).sum()))
    return right


@njit
def _simple_loop(literals, numbers, labels, right):  # type: ignore[no-untyped-def]
    """What one writes first: literals[2n, words], numbers[candidates, terms, literals]; whole words only."""
    for c in range(len(numbers)):
        for w in range(literals.shape[1]):
            covered = np.uint64(0)
            for t in range(numbers.shape[1]):
                truth = ~np.uint64(0)
                for number in numbers[c, t]:
                    truth &= literals[number, w]
                covered |= truth
            wrong = covered ^ labels[w]
            while wrong:
                wrong &= wrong - np.uint64(1)
                right[c] -= 1


def simple_loop(material: Material) -> Way:
    """The simple numba loop with literals listed beforehand."""
    split, n = material.evaluator.split, material.rows.shape[1]
    signed = np.array(material.candidates)
    numbers = np.abs(signed) - 1 + n * (signed < 0)

    def run() -> list[int]:
        right = np.full(len(numbers), split.n_rows, dtype=np.int64)
        padding = split.care[0]
        _simple_loop(material.evaluator.literals & padding, numbers, split.planes[0], right)
        return [int(value) for value in right]

    return run


def right_of(confusion: NDArray[np.int64]) -> list[int]:
    """Right predictions per candidate."""
    return [int(value) for value in confusion[:, 0].trace(axis1=1, axis2=2)]


def medians(ways: Mapping[str, tuple[Way, int]], rounds: int) -> dict[str, float]:
    """CPU seconds per call of every way (with its calls per round), each called once beforehand."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way, _ in ways.values():
        way()
    for _ in range(rounds):
        for name, (way, calls) in ways.items():
            start = time.process_time()
            for _ in range(calls):
                way()
            seconds[name].append((time.process_time() - start) / calls)
    return {name: statistics.median(values) for name, values in seconds.items()}


def evaluators(options: argparse.Namespace) -> Table:
    """Confusion counts of all candidates, by every way there is."""
    material = Material.of(options)
    evaluator, batch, loop = material.evaluator, material.batch, simple_loop(material)
    expected = booleans(material)
    for found in (evaluator.compiled_confusion(batch), evaluator.packed_confusion(batch)):
        if right_of(found) != expected:
            sys.exit("the evaluators disagree")
    if loop() != expected:
        sys.exit("the simple loop disagrees")
    ways = {
        "compiled": (lambda: evaluator.compiled_confusion(batch), 50),
        "compiled, with behaviours": (lambda: evaluator.confusion_and_hashes(batch), 50),
        "simple numba loop": (loop, 3),
        "packed NumPy": (lambda: evaluator.packed_confusion(batch), 3),
        "NumPy Booleans": (lambda: booleans(material), 1),
    }
    work = options.candidates * options.terms * options.literals * options.rows
    seconds = medians(ways, options.rounds)
    figures = [
        {
            "table": "evaluators",
            "evaluator": name,
            "cpu_seconds": value,
            "literal_samples_per_second": work / value,
            "times_packed": seconds["packed NumPy"] / value,
            "times_booleans": seconds["NumPy Booleans"] / value,
        }
        for name, value in seconds.items()
    ]
    cells = [
        [
            str(f["evaluator"]),
            f"{1e3 * f['cpu_seconds']:.3f}",
            f"{f['literal_samples_per_second'] / 1e9:.1f}",
            f"{f['times_packed']:.1f}",
            f"{f['times_booleans']:.1f}",
        ]
        for f in figures
    ]
    title = "{candidates} candidates x {terms} terms x {literals} literals x {rows} rows, {inputs} inputs"
    header = ("evaluator", "CPU ms", "G literal-samples/s", "x packed NumPy", "x NumPy Booleans")
    return Table(title.format(**vars(options)), header, cells, figures)


#: Every table of this script, in order.
TABLES: tuple[Callable[[argparse.Namespace], Table], ...] = (evaluators,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in OPTIONS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json")
    options = parser.parse_args()
    tables = [make(options) for make in TABLES]
    sys.stdout.write("\n".join(f"{one.title}\n\n{table(one.header, one.cells)}\n" for one in tables))
    if options.json:
        figures = [figure for one in tables for figure in one.figures]
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
