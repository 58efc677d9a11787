"""Rows of a front, whatever the members are: their scores as plain values, and the member that a user means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evo.errors import UsageError
from evo.kinds.common.scorer import Scores
from evo.monitor import FrontRow
from fitness.objectives.metrics import METRICS


def metric_table(
    confusion: NDArray[np.int64], class_weights: NDArray[np.float64], metric: str = "accuracy"
) -> list[Scores]:
    """Every metric of evo, that of the run, and the confusion counts per genome, as plain values."""
    names = dict.fromkeys((*METRICS, metric))
    columns = {name: METRICS[name](confusion, class_weights).tolist() for name in names}
    tables = confusion.tolist()
    return [
        {name: values[index] for name, values in columns.items()} | {"confusion": table}
        for index, table in enumerate(tables)
    ]


def model_scores(confusion: NDArray[np.int64], n_classes: int, metric: str = "accuracy") -> Scores:
    """The metrics and confusion counts of one model without class weights, so without `weighted`, which is accuracy."""
    scores = metric_table(confusion, np.ones(n_classes), metric)[0]
    return {name: value for name, value in scores.items() if name != "weighted"}


def with_test(rows: tuple[FrontRow, ...], scores: Mapping[str, Scores], metric: str) -> tuple[FrontRow, ...]:
    """The rows with their test accuracies filled in, and the metric where it is another; scores: by id."""

    def tested(row: FrontRow) -> FrontRow:
        known = scores.get(row.id, {})
        own = None if metric == "accuracy" else known.get(metric)
        return replace(row, test_accuracy=known.get("accuracy"), test_score=own)

    return tuple(map(tested, rows))


def knee(rows: tuple[FrontRow, ...], best_id: str) -> FrontRow:
    """Of the members no larger than the pick, the one farthest below the line between the ends of (error, size).

    Both are scaled to [0, 1]; errors are those on validation rows, on training rows where there are none.
    """
    most = next(row.size for row in rows if row.id == best_id)
    rows = tuple(row for row in rows if row.size <= most)
    points = np.array([[_held_out_error(row), row.size] for row in rows], dtype=np.float64)
    span = np.ptp(points, axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1.0)
    return rows[int(np.argmin(scaled.sum(axis=1)))]


def _held_out_error(row: FrontRow) -> float:
    score = row.valid_score if row.valid_score is not None else row.valid_accuracy
    return row.error if score is None else 1.0 - score


def choose(rows: tuple[FrontRow, ...], pick: str, best_id: str) -> str:
    """The id meant by ``--pick``: best, knee or a member's id.

    Raises:
        UsageError: no such member.
    """
    if pick == "best":
        return best_id
    if pick == "knee":
        return knee(rows, best_id).id
    if pick not in {row.id for row in rows}:
        raise UsageError(no_member(rows, "best, knee"), where=f"--pick {pick}")
    return pick


def no_member(rows: tuple[FrontRow, ...], others: str) -> str:
    """What there is instead of a member of the front that is none; others: what may be said beside ids."""
    known = ", ".join(row.id for row in rows[:8]) + (", ..." if len(rows) > 8 else "")
    return f"no such member of the front; expected {others} or one of {known}"
