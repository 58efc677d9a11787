"""Several runs side by side, with the median and spread over the seeds of one config."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evo.kinds.registry import kind_of
from evo.report.markdown import table
from evo.report.tables import percent
from evo.text.measures import SPLITS, measure_of

Table = tuple[list[str], list[list[str]]]
Runs = Sequence[tuple[dict[str, Any], dict[str, Any]]]

#: Above the table of `spread_table`.
SPREAD = "Median (lowest to highest) over seeds"


def comparison(runs: Runs) -> str:
    """Markdown for pairs of (run.json, result.json)."""
    parts = ["# Comparison", table(*run_table(runs))]
    spread = spread_table(runs)
    if spread[1]:
        parts += [f"## {SPREAD}", table(*spread)]
    return "\n\n".join(parts) + "\n"


def run_table(runs: Runs) -> Table:
    """Header and one row per run."""
    results = [result for _, result in runs]
    sizes, scores = _sizes(results), _scores(results)
    header = ["run", "seed", *scores.header, *sizes, "generations", "seconds"]
    return header, [_row(run, result, sizes, scores) for run, result in runs]


def spread_table(runs: Runs) -> Table:
    """Header and one row per config that runs with several seeds share; runs with the same seed are one run."""
    groups: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    for run, result in runs:
        groups.setdefault((run["name"], _config(run)), {}).setdefault(run["seed"], result)
    several = [(name, [*by_seed.values()]) for (name, _), by_seed in groups.items() if len(by_seed) > 1]
    every = [result for _, results in several for result in results]
    sizes, scores = _sizes(every), _scores(every)
    header = ["name", "seeds", *scores.header, *sizes, "seconds"]
    return header, [_spread(name, results, sizes, scores) for name, results in several]


def _sizes(results: Sequence[dict[str, Any]]) -> list[str]:
    """The first two size columns of every kind of genome among them."""
    columns = (column.name for result in results for column in kind_of(result["genome"]).sizes[:2])
    return list(dict.fromkeys(columns))


def _config(run: dict[str, Any]) -> str:
    """What makes the run what it is, but for the seed."""
    return json.dumps({key: value for key, value in run["identity"].items() if key != "seed"}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class _Scores:
    """The columns of scores: the metric's where any run has another than accuracy, and those of accuracy.

    named: whether a column names the metric, as runs have several.
    """

    header: list[str]
    own: bool
    named: bool

    def of(self, bests: Sequence[dict[str, Any]], show: Callable[[list[Any], Callable[[Any], str]], str]) -> list[str]:
        """The cells of some picks that have one metric; show: values, and how one is written, as a cell."""
        measure = measure_of(bests[0])
        values = [[measure.of_best(best, split) for best in bests] for split in SPLITS] if self.own else []
        first = [*([measure.name] if self.named else []), *(show(of_split, measure.text) for of_split in values)]
        return [*first, *(show([best[f"{split}_accuracy"] for best in bests], percent) for split in SPLITS)]


def _scores(results: Sequence[dict[str, Any]]) -> _Scores:
    measures = list(dict.fromkeys(measure_of(result["best"]) for result in results))
    if not any(measure.beside_accuracy for measure in measures):
        return _Scores(list(SPLITS), own=False, named=False)
    named = len(measures) > 1
    word = "score" if named else measures[0].name
    columns = [f"{first} {split}" for first in (word, "accuracy") for split in SPLITS]
    return _Scores([*(["metric"] if named else []), *columns], own=True, named=named)


def _row(run: dict[str, Any], result: dict[str, Any], sizes: Sequence[str], scores: _Scores) -> list[str]:
    best = result["best"]
    return [
        f"{run['name']}/{result['run_id']}",
        str(run["seed"]),
        *scores.of([best], lambda values, write: write(values[0])),
        *(str(best.get(name, "-")) for name in sizes),
        f"{result['generations']:,}",
        f"{result['seconds']:.1f}",
    ]


def _spread(name: str, results: list[dict[str, Any]], sizes: Sequence[str], scores: _Scores) -> list[str]:
    cells = scores.of([result["best"] for result in results], _range)
    counts = [_range([r["best"].get(key) for r in results], lambda v: f"{v:g}") for key in sizes]
    seconds = _range([r["seconds"] for r in results], lambda v: f"{v:.1f}")
    return [name, str(len(results)), *cells, *counts, seconds]


def _range(values: list[Any], show: Any) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    return f"{show(statistics.median(known))} ({show(min(known))} to {show(max(known))})"
