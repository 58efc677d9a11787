"""Islands against one population at equal evaluations: what their archives are worth, and the CPU seconds of all.

python -m benchmarks.islands [--seeds 0,1,2] [--only NAME,...] [--json FILE] [DATA_FOLDER]

What an archive is worth is its lowest errors + price * (literals + terms), averaged over the six prices that folds
choose from, as a multiple of what one population of the same seed comes to at the end: smaller is better. `quarter`,
`half` and `end` are shares of the evaluations. All islands run in this process, one after the other, so their CPU
seconds are what a cluster would spend, but for what travels. Compilation is not counted. Tables need the folder that
holds heart_cleveland.csv.gz and tic_tac_toe.csv.gz.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.boolean_functions import TASKS as FUNCTIONS
from benchmarks.boolean_functions import multiplexer
from benchmarks.processes import report
from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.smoothed import candidates
from evo.search.loop import Search
from evo.search.pricing import best_at_each
from evo.search.state import State
from fitness.objectives.sizes import description

#: Task: its data (or a file), its algorithm, and how many evaluations everybody has.
TASKS: dict[str, tuple[dict[str, Any] | str, str, int]] = {
    "mux37 / 2,000": (FUNCTIONS["mux37 / 2,000"][0], "memetic", 2400),
    "comparator 6 / 2,000": (
        {"source": "function", "function": "comparator", "bits": 6, "samples": 2000, "split": {"valid": 0.0}},
        "memetic",
        2400,
    ),
    "dnf 5x5 of 40 / 2,000, 10 % noise": (FUNCTIONS["dnf 5x5 of 40 / 2,000, 10 % noise"][0], "memetic", 2400),
    "heart": ("heart_cleveland", "memetic", 2400),
    "tic-tac-toe": ("tic_tac_toe", "memetic", 2400),
    "mux11 / 300, nsga2": (multiplexer(3, 300), "nsga2", 16_000),
}
#: Setting: keys of `search`.
SETTINGS: dict[str, dict[str, Any]] = {
    "one population": {},
    "4 islands": {"islands": {"count": 4}},
    "4 islands, nothing migrates": {"islands": {"count": 4, "topology": "none"}},
    "4 islands of a quarter": {"prices": 3, "population": 50, "islands": {"count": 4}},
}
SHARES = (0.25, 0.5, 1.0)
#: At which fronts are worth something.
PRICES = candidates(2.0)


def run(task: str, setting: str, seed: int, folder: str) -> dict[str, Any]:
    """Figures of one search."""
    data, algorithm, evaluations = TASKS[task]
    if isinstance(data, str):
        data = {"source": "csv", "path": f"{folder}/{data}.csv.gz", "split": {"valid": 0.0, "test": 0.2}}
    search = {"algorithm": algorithm, **SETTINGS[setting]}
    document = {"schema": 1, "seed": seed, "data": data, "search": search, "stop": {"evaluations": evaluations}}
    built = prepare(config_from_dict(document, Path.cwd())).search
    built.step(built.start())  # compiles, and is thrown away
    start, state = time.process_time(), built.start()
    reached: list[float] = []
    while len(reached) < len(SHARES):
        state = built.step(state)
        reached += [worth(built, state) for share in SHARES[len(reached) :] if state.evaluations >= share * evaluations]
    return {"task": task, "setting": setting, "seed": seed, "worth": reached, "cpu": time.process_time() - start}


def worth(search: Search, state: State) -> float:
    """See the module text; in errors."""
    context, archive = search.context, state.archive
    errors = archive.objectives[:, context.error_column] * context.n_errors
    sizes = description(archive.genomes, context.space)
    rows = best_at_each(archive, PRICES, context.n_errors, context.error_column, context.space)
    return float(np.mean(errors[rows] + PRICES * sizes[rows]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default="")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only", help="task names, separated by ;")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    figures: list[dict[str, Any]] = []
    rows: list[list[str]] = []
    for task in arguments.only.split(";") if arguments.only else TASKS:
        if isinstance(TASKS[task][0], str) and not arguments.folder:
            continue
        runs = {setting: [run(task, setting, seed, arguments.folder) for seed in seeds] for setting in SETTINGS}
        ends = [figure["worth"][-1] for figure in runs["one population"]]
        for setting, of_setting in runs.items():
            relative = np.array([figure["worth"] for figure in of_setting]) / np.array(ends)[:, None]
            cpu = statistics.mean(figure["cpu"] for figure in of_setting)
            rows.append([task, setting, *(f"{value:.4f}" for value in relative.mean(axis=0)), f"{cpu:.1f}"])
            figures += of_setting
    report(figures, ["task / rows", "search", "quarter", "half", "end", "CPU s"], rows, arguments.json)


if __name__ == "__main__":
    main()
