"""All facts of a report, from a run directory and the rows it learned from.

The one place that reads and counts; what is shown is made from the value it returns. What is counted of the model on
rows differs between kinds of genomes (`evo.report.reporter`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evo.analysis.journals import Clock, Point, clock, curve
from evo.analysis.missing import missing_line
from evo.analysis.wilson import wilson
from evo.records.encoders import read_columns
from evo.records.runs import read_run
from evo.storage.known import METRICS, RESOLVED, TIMING
from evo.storage.lines import Lines
from evo.storage.run_dir import RunDir


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy on one split: decisions (rows, times outputs) that are right, of how many, and the 95 % interval."""

    split: str
    right: int
    n: int
    low: float
    high: float

    @property
    def accuracy(self) -> float:
        """The share that is right; 0 of none."""
        return self.right / max(1, self.n)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a page about one run shows; run and result are run.json and result.json.

    findings: what the kind of genome counted of its model, for its own parts of the page; missing: see `missing_line`.
    """

    run: Mapping[str, Any]
    result: Mapping[str, Any]
    config: str
    scores: tuple[Score, ...]
    curve: tuple[Point, ...]
    clock: Clock | None
    findings: Any
    notes: tuple[str, ...] = ()
    missing: str = ""


def gather(run: RunDir, result: Mapping[str, Any], findings: Any, notes: tuple[str, ...] = ()) -> Facts:
    """The facts of a run that has come to an end.

    Raises:
        CheckpointError: a file of the run is missing or damaged.
    """
    metrics, timing = Lines(run, METRICS), Lines(run, TIMING)
    curves, times = curve(metrics, result["best"]["metric"]), clock(timing, result)
    complaints = tuple(f"{lines.complaint}." for lines in (metrics, timing) if lines.complaint)
    record, config = read_run(run), run.read_text(RESOLVED)
    missing, scores = missing_line(read_columns(run)), scores_of(result)
    return Facts(record, result, config, scores, curves, times, findings, (*notes, *complaints), missing)


def scores_of(result: Mapping[str, Any]) -> tuple[Score, ...]:
    """Accuracy on every split of a result.json."""
    by_split = []
    for split, scores in result["best"]["scores"].items():
        if "confusion" in scores:
            counts = np.array(scores["confusion"])
            right, n = int(np.trace(counts, axis1=-2, axis2=-1).sum()), int(counts.sum())
            by_split.append(Score(split, right, n, *wilson(right, n)))
    return tuple(by_split)
