"""Several runs side by side, with the median and spread over the seeds of one config."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from typing import Any

from evo.kinds.registry import kind_of
from evo.report.markdown import table
from evo.report.tables import percent

ACCURACIES = ("train_accuracy", "valid_accuracy", "test_accuracy")


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
    sizes = _sizes([result for _, result in runs])
    header = ["run", "seed", "train", "valid", "test", *sizes, "generations", "seconds"]
    return header, [_row(run, result, sizes) for run, result in runs]


def spread_table(runs: Runs) -> Table:
    """Header and one row per config that several runs share, but for the seed."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for run, result in runs:
        groups.setdefault((run["name"], _config(run)), []).append(result)
    several = [(name, results) for (name, _), results in groups.items() if len(results) > 1]
    sizes = _sizes([result for _, results in several for result in results])
    header = ["name", "runs", "train", "valid", "test", *sizes, "seconds"]
    return header, [_spread(name, results, sizes) for name, results in several]


def _sizes(results: Sequence[dict[str, Any]]) -> list[str]:
    """The first two size columns of every kind of genome among them."""
    columns = (column.name for result in results for column in kind_of(result["genome"]).sizes[:2])
    return list(dict.fromkeys(columns))


def _config(run: dict[str, Any]) -> str:
    """What makes the run what it is, but for the seed."""
    return json.dumps({key: value for key, value in run["identity"].items() if key != "seed"}, sort_keys=True)


def _row(run: dict[str, Any], result: dict[str, Any], sizes: Sequence[str]) -> list[str]:
    best = result["best"]
    return [
        f"{run['name']}/{result['run_id']}",
        str(run["seed"]),
        *(percent(best[name]) for name in ACCURACIES),
        *(str(best.get(name, "-")) for name in sizes),
        f"{result['generations']:,}",
        f"{result['seconds']:.1f}",
    ]


def _spread(name: str, results: list[dict[str, Any]], sizes: Sequence[str]) -> list[str]:
    accuracies = [_range([r["best"][key] for r in results], percent) for key in ACCURACIES]
    counts = [_range([r["best"].get(key) for r in results], lambda v: f"{v:g}") for key in sizes]
    seconds = _range([r["seconds"] for r in results], lambda v: f"{v:.1f}")
    return [name, str(len(results)), *accuracies, *counts, seconds]


def _range(values: list[Any], show: Any) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    return f"{show(statistics.median(known))} ({show(min(known))} to {show(max(known))})"
