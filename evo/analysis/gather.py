"""All facts of a report, from a run directory and the rows it learned from.

The one place that reads and counts; what is shown is made from the value it returns. The rows are those in memory when
a run ends, and are read again through the stored config when a report is asked for later. Where they are not there any
more (or the model is not a formula), what needs them is None and the page does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evo.analysis.baselines import Baselines, baselines, judged_split
from evo.analysis.journals import Clock, Point, clock, curve
from evo.analysis.robustness import Robustness, robustness
from evo.analysis.rules import RuleGroup, rule_groups
from evo.analysis.use import FeatureUse, feature_use
from evo.analysis.wilson import wilson
from evo.models.two_level import Model
from evo.records.runs import read_run
from evo.storage.known import METRICS, RESOLVED, TIMING
from evo.storage.lines import Lines
from evo.storage.run_dir import RunDir
from evo.text.formula import formula_lines
from fitness.data.dataset import Bit, Dataset, Task


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy on one split: decisions (rows, times outputs) that are right, of how many, and the 95 % interval."""

    split: str
    right: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and what its rows say of it; None what needs rows that are not there."""

    model: Model
    task: Task
    bits: tuple[Bit, ...]
    lines: tuple[str, ...]
    rules: tuple[RuleGroup, ...]
    use: tuple[FeatureUse, ...]
    baselines: Baselines | None
    robustness: Robustness | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a page about one run shows; run and result are run.json and result.json."""

    run: Mapping[str, Any]
    result: Mapping[str, Any]
    config: str
    scores: tuple[Score, ...]
    curve: tuple[Point, ...]
    clock: Clock | None
    formula: Formula | None
    notes: tuple[str, ...] = ()


def formula_facts(model: Model, task: Task, bits: tuple[Bit, ...], dataset: Dataset | None, seed: int) -> Formula:
    """What can be said of a formula, with rows or without."""
    lines = tuple(formula_lines(model, task, bits))
    if dataset is None:
        return Formula(
            model, task, bits, lines, rule_groups(model, task, bits, {}), feature_use(model, bits, None), None, None
        )
    where = judged_split(dataset)
    noise = robustness(model, task, dataset.splits()[where], where, seed)
    use = feature_use(model, bits, None if noise is None else noise.influences)
    groups = rule_groups(model, task, bits, dataset.splits())
    return Formula(model, task, bits, lines, groups, use, baselines(model, dataset, seed), noise)


def gather(run: RunDir, result: Mapping[str, Any], formula: Formula | None, notes: tuple[str, ...] = ()) -> Facts:
    """The facts of a run that has come to an end.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    metrics, timing = Lines(run, METRICS), Lines(run, TIMING)
    curves, times = curve(metrics), clock(timing, result)
    complaints = tuple(f"{lines.complaint}." for lines in (metrics, timing) if lines.complaint)
    record, config = read_run(run), run.read_text(RESOLVED)
    return Facts(record, result, config, scores_of(result), curves, times, formula, (*notes, *complaints))


def scores_of(result: Mapping[str, Any]) -> tuple[Score, ...]:
    """Accuracy on every split of a result.json."""
    by_split = []
    for split, scores in result["best"]["scores"].items():
        if "confusion" in scores:
            counts = np.array(scores["confusion"])
            right, n = int(np.trace(counts, axis1=-2, axis2=-1).sum()), int(counts.sum())
            by_split.append(Score(split, right, n, *wilson(right, n)))
    return tuple(by_split)
