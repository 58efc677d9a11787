"""Whether a model is of any use: what to say first of one that answers a constant, or scores no better than that.

Shares are of rows, the score is the configured metric; the rows are held-out ones where there are some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.text.measures import Measure
from evo.text.numbers import percent
from fitness.objectives.metrics import METRICS
from genomes.text.quoting import quoted

#: Metrics that price what a rare class loses.
FAIR = ("balanced_accuracy", "f1", "mcc", "weighted")
#: Times its even share that the largest class has, at least, where classes count as imbalanced; shares shown.
UNEVEN, MOST_SHARES = 1.3, 3
#: What a score must lie below that of a constant by, to be called worse.
LEAST = 1e-9


def useless(
    confusion: Any, classes: Sequence[str], metric: str, weights: NDArray[np.float64] | None = None, *, hint: str
) -> str | None:
    """A sentence on a model that is a constant or worse than one; None for any other, and for several outputs.

    Args:
        confusion: int[tables, classes, classes], true classes in rows.
        classes: their names.
        metric: the configured one.
        weights: float64[classes], for the metric weighted; without them it is not compared.
        hint: the settings to try, for a metric that ignores rare classes.
    """
    counts = np.asarray(confusion, dtype=np.int64)
    if len(counts) != 1 or not counts.any():
        return None
    table = counts[0]
    rows, answered = table.sum(axis=1), np.flatnonzero(table.sum(axis=0))
    shares = " to ".join(f"{percent(n / rows.sum())} %" for n in sorted(rows.tolist(), reverse=True)[:MOST_SHARES])
    several = f" and {len(rows) - MOST_SHARES} more" if len(rows) > MOST_SHARES else ""
    uneven = len(rows) * rows.max() >= UNEVEN * rows.sum()
    try_ = f" Try {hint}." if uneven and metric not in FAIR else ""
    if len(answered) == 1:
        said = f"The model predicts {quoted(classes[answered[0]])} for every row"
        return f"{said}: the classes are {shares}{several}.{try_}"
    if metric == "weighted" and weights is None:
        return None
    of_classes = np.ones(len(rows)) if weights is None else weights
    constant, ours = _always(rows, int(rows.argmax())), float(METRICS[metric](counts, of_classes))
    theirs = float(METRICS[metric](constant[None], of_classes))
    if ours >= theirs - LEAST:
        return None
    text = f"The model is worse than always {quoted(classes[int(rows.argmax())])}: {Measure(metric).name} "
    return f"{text}{ours:.3f} against {theirs:.3f}; the classes are {shares}{several}.{try_}"


def of_result(result: Mapping[str, Any]) -> str | None:
    """The same of a result.json, on the rows that judge its model."""
    best = result["best"]
    split = next((name for name in ("test", "valid", "train") if "confusion" in best["scores"].get(name, {})), None)
    if split is None:
        return None
    hint = "fitness.metric: balanced_accuracy, or weighted with fitness.class_weight: balanced"
    return useless(best["scores"][split]["confusion"], result["data"]["classes"], best["metric"], hint=hint)


def _always(rows: NDArray[np.int64], answer: int) -> NDArray[np.int64]:
    """The confusion counts of a constant answer."""
    table = np.zeros((len(rows), len(rows)), dtype=np.int64)
    table[:, answer] = rows
    return table
