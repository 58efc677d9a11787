"""The full one-flip gradient of a cover against one evaluation of it: the same cover and rows, one process, one thread.

python -m benchmarks.gradient [--terms 32] [--literals 6] [--rows 10240] [--inputs 64] [--repeat 41] [--json FILE]

The gradient is every addition, removal, negation and drop. One evaluation is that of the compiled kernel, alone (its
lists made before) and as `Evaluator.confusion` gives it per cover of a batch of 200. Medians over `repeat` rounds, in
which all candidates take turns, so that a busy machine slows all of them; the fastest round stands beside them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.kernels import Material
from benchmarks.processes import report
from fitness.gradient.cover import CoverProblem, gradient, swaps
from fitness.kernels.two_level.evaluate import count_covers
from genomes.two_level.term_lists import TermList

OPTIONS = {"terms": 32, "literals": 6, "rows": 10_240, "inputs": 64, "repeat": 41}
BATCH = 200
#: Calls per round: long against the clock's step.
CALLS = 50


def works(options: argparse.Namespace) -> dict[str, tuple[Callable[[], Any], int]]:
    """What is measured: a call, and how many covers it handles."""
    material = Material.of(argparse.Namespace(**vars(options), candidates=BATCH))
    evaluator, batch = material.evaluator, material.batch
    blocks, one = evaluator.blocks, batch.slice(0, 1)
    listed, counted, lanes = blocks._listed(one), np.zeros((1, 2), np.int64), np.zeros((1, 2), np.uint64)
    packed, terms = CoverProblem.of(evaluator.split, 0, "sop"), TermList.of_cubes(batch[0].cubes[0], options.inputs)

    def evaluate() -> None:
        count_covers(
            blocks.literals, blocks.planes, blocks.keys, blocks.n_literals, blocks.n_cares, blocks.n_planes,
            *listed, False, counted, lanes,
        )  # fmt: skip

    return {
        "evaluation, kernel alone": (evaluate, 1),
        f"evaluation, of a batch of {BATCH}": (lambda: evaluator.compiled_confusion(batch), BATCH),
        "evaluation, one cover by itself": (lambda: evaluator.compiled_confusion(one), 1),
        "gradient": (lambda: gradient(packed, terms), 1),
        "gradient, kappa 8": (lambda: gradient(packed, terms, 1.0, 8.0), 1),
        "swaps of one term": (lambda: swaps(packed, terms, 0), 1),
    }


def measure(chosen: dict[str, tuple[Callable[[], Any], int]], repeat: int) -> dict[str, list[float]]:
    """CPU microseconds per cover, one per round."""
    seconds: dict[str, list[float]] = {name: [] for name in chosen}
    for _ in range(repeat):
        for name, (work, covers) in chosen.items():
            calls = max(1, CALLS // covers)
            start = time.process_time()
            for _ in range(calls):
                work()
            seconds[name].append((time.process_time() - start) / calls / covers * 1e6)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in OPTIONS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json")
    options = parser.parse_args()
    measured = measure(works(options), options.repeat)
    base = next(iter(measured.values()))
    figures = [
        {
            "work": name,
            "cpu_us": statistics.median(values),
            "least_us": min(values),
            "ratio": statistics.median(value / one for value, one in zip(values, base, strict=True)),
        }
        for name, values in measured.items()
    ]
    cells = [[str(f["work"]), f"{f['cpu_us']:.1f}", f"{f['least_us']:.1f}", f"{f['ratio']:.1f}"] for f in figures]
    report(figures, ["work", "CPU us", "least", "ratio"], cells, options.json)


if __name__ == "__main__":
    main()
