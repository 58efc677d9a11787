"""Exact recovery of Boolean functions: CPU seconds of the search alone, one core, default settings but `terms`.

python -m benchmarks.boolean_functions [--seeds 0,1,2] [--only NAME,...] [--json FILE]

Rows are drawn from the seed; held-out rows are others and are read once, at the end, by the benchmark. Without noise a
run ends when the training rows are all right and the best model did not change for 10 generations, and the model with
the lowest training error is reported, ties to fewer literals. Under noise a run has 8 generations and its model is
picked by five inner folds (`fitness.selection: cross_validation`). `first` is the CPU time at which the reported model
entered the archive, `CPU s` that of the whole search and selection; kernels are compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.processes import report
from evo.config.load import config_from_dict
from evo.kinds.common.job import Job
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.model_selection import choose_by_folds
from evo.kinds.two_level.scorer import test_scores
from evo.search.state import State

STABLE = 10
MOST_GENERATIONS = 200
NOISY_GENERATIONS = 8


def multiplexer(address_bits: int, samples: int, noise: float = 0.0) -> dict[str, Any]:
    """The data section of a multiplexer task."""
    held_out = 1000 if address_bits == 3 else 10_000
    return {
        "source": "function", "function": "multiplexer", "address_bits": address_bits, "samples": samples,
        "test_samples": held_out, "noise": noise, "split": {"valid": 0.0},
    }  # fmt: skip


TASKS: dict[str, tuple[dict[str, Any], int]] = {
    "mux11 / 300": (multiplexer(3, 300), 64),
    "mux20 / 600": (multiplexer(4, 600), 64),
    "mux37 / 2,000": (multiplexer(5, 2000), 64),
    "mux70 / 6,000": (multiplexer(6, 6000), 128),
    "mux135 / 40,000": (multiplexer(7, 40_000), 256),
    "mux20 / 4,000, 5 % noise": (multiplexer(4, 4000, 0.05), 64),
    "mux20 / 4,000, 10 % noise": (multiplexer(4, 4000, 0.1), 64),
    "mux20 / 4,000, 20 % noise": (multiplexer(4, 4000, 0.2), 64),
    "dnf 5x5 of 40 / 2,000, 10 % noise": (
        {
            "source": "function", "function": "random_dnf", "inputs": 40, "terms": 5, "literals": 5, "samples": 2000,
            "test_samples": 10_000, "noise": 0.1, "split": {"valid": 0.0},
        },
        64,
    ),
}  # fmt: skip


def run(name: str, seed: int) -> dict[str, Any]:
    """Figures of one search."""
    data, terms = TASKS[name]
    noisy = data["noise"] > 0
    selection = "cross_validation" if noisy else "holdout"
    document = {
        "schema": 1,
        "seed": seed,
        "data": data,
        "genome": {"terms": terms},
        "fitness": {"selection": selection},
    }
    job = prepare(config_from_dict(document, Path.cwd()))
    job.search.step(job.search.start())  # compiles, and is thrown away
    start, state, seen = time.process_time(), job.search.start(), dict[str, float]()
    while not done(state, noisy):
        state = job.search.step(state)
        clock = time.process_time() - start
        seen |= {member: clock for member in state.archive.ids() if member not in seen}
    member = picked(job, state) if noisy else state.archive.ids()[0]
    total = time.process_time() - start
    pick = next(row for row in job.scorer.rows(state.archive) if row.id == member)
    scores = test_scores(job.search.problem, job.dataset, "sop", state.archive.genomes)
    held_out = scores[state.archive.ids().index(pick.id)]["accuracy"]
    return {
        "task": name, "seed": seed, "held_out": held_out, "terms": pick.terms, "literals": pick.literals,
        "first_seconds": seen[pick.id], "cpu_seconds": total, "generations": state.generation,
    }  # fmt: skip


def picked(job: Job, state: State) -> str:
    """The member that cross-validation chooses."""
    return choose_by_folds(job, state, lambda search, inner, fold: search.step(inner)).member


def done(state: State, noisy: bool) -> bool:
    """See the module text."""
    if noisy:
        return state.generation >= NOISY_GENERATIONS
    exact = len(state.archive) > 0 and state.archive.objectives[0, 0] == 0
    return (exact and state.stalled >= STABLE) or state.generation >= MOST_GENERATIONS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only", help="task names, separated by ;")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    figures, rows = [], []
    for name in arguments.only.split(";") if arguments.only else TASKS:
        runs = [run(name, seed) for seed in seeds]
        figures += runs
        exact = sum(figure["held_out"] == 1.0 for figure in runs)
        columns = [
            spread([figure[key] for figure in runs]) for key in ("terms", "literals", "first_seconds", "cpu_seconds")
        ]
        held_out = f"{100 * statistics.mean(f['held_out'] for f in runs):.2f}"
        rows.append([name, f"{exact} of {len(runs)}", held_out, *columns])
    report(
        figures, ["task / rows", "exact", "held-out %", "terms", "literals", "first s", "CPU s"], rows, arguments.json
    )


def spread(values: list[float]) -> str:
    """Median (lowest to highest)."""
    shown = [f"{value:.3g}" for value in (statistics.median(values), min(values), max(values))]
    return shown[0] if shown[1] == shown[2] else f"{shown[0]} ({shown[1]} to {shown[2]})"


if __name__ == "__main__":
    main()
