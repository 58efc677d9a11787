"""NSGA-II with and without local steps, its parents selected by tournament and by lexicase.

python -m benchmarks.genetic_algorithms [--seconds 6] [--seeds 0,1] [--json FILE]

Every search has the same CPU seconds on one core, after one generation that compiles; the model reported is the one
with the lowest training error, ties to fewer literals; held-out rows are read once, at the end, by the benchmark.
`saved` is the share of local steps that a known behaviour made needless.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from benchmarks.boolean_functions import multiplexer, spread
from benchmarks.processes import report
from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.scorer import test_scores
from evo.search.descent_cache import DescentCache

TASKS: dict[str, dict[str, Any]] = {
    "mux11 / 300": multiplexer(3, 300),
    "mux20 / 600": multiplexer(4, 600),
    "monk2": {"source": "function", "function": "monk", "problem": 2, "split": {"valid": 0}},
}
KINDS = ("none", "boolean_gradient")
SELECTIONS = ("tournament", "lexicase")


def run(task: str, kind: str, selection: str, seed: int, seconds: float) -> dict[str, Any]:
    """Figures of one search."""
    search = {"algorithm": "nsga2", "selection": selection}
    document = {"schema": 1, "seed": seed, "data": TASKS[task], "search": search, "local": {"kind": kind}}
    job = prepare(config_from_dict(document, Path.cwd()))
    state = job.search.start()
    job.search.step(job.search.step(state))  # compiles, and is thrown away
    start = time.process_time()
    exact: float | None = None
    while time.process_time() - start < seconds:
        state = job.search.step(state)
        if exact is None and state.archive.objectives[0, 0] == 0:
            exact = time.process_time() - start
    scores = test_scores(job.search.problem, job.dataset, "sop", state.archive.genomes)
    known = DescentCache.of(state.memory)
    return {
        "task": task, "local": kind, "selection": selection, "seed": seed, "generations": state.generation,
        "error": float(state.archive.objectives[0, 0]), "literals": float(state.archive.objectives[0, 1]),
        "held_out": scores[0]["accuracy"], "exact_seconds": exact,
        "saved": known.hits / max(1, known.hits + known.misses),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--seeds", default="0,1")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    figures, rows = [], []
    for task, kind, selection in ((t, k, s) for t in TASKS for k in KINDS for s in SELECTIONS):
        runs = [run(task, kind, selection, seed, arguments.seconds) for seed in seeds]
        figures += runs
        columns = [spread([figure[key] for figure in runs]) for key in ("error", "literals", "held_out")]
        exact = [f"{f['exact_seconds']:.2g}" if f["exact_seconds"] is not None else "-" for f in runs]
        rest = [spread([figure[key] for figure in runs]) for key in ("saved", "generations")]
        rows.append([task, kind, selection, *columns, ", ".join(exact), *rest])
    header = ["task / rows", "local", "selection", "train error", "literals", "held-out", "exact after s", "saved"]
    report(figures, [*header, "generations"], rows, arguments.json)


if __name__ == "__main__":
    main()
