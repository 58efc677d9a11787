"""Scores from confusion counts: one pure function per metric, int64[..., tables, C, C] -> float64[...].

Definitions are scikit-learn's. With several tables (outputs) accuracy and weighted accuracy pool the counts; the
others are the mean over outputs. A score whose denominator is zero is 0, as scikit-learn's `zero_division=0`.
Counts add up as integers, and floats in a fixed order: scores decide which models live, so every bit of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from fitness.objectives.added import Metrics
from genomes.portable import mean, summed

Counts = NDArray[np.int64]
Scores = NDArray[np.float64]
Score = Callable[[Counts, Scores], Scores]


def accuracy(confusion: Counts, class_weights: Scores) -> Scores:
    """Share of right predictions."""
    pooled = confusion.sum(axis=-3)
    return _ratio(np.trace(pooled, axis1=-2, axis2=-1), pooled.sum(axis=(-2, -1)))


def weighted(confusion: Counts, class_weights: Scores) -> Scores:
    """Accuracy with every row weighted by its true class (`class_weights` float64[C])."""
    pooled = confusion.sum(axis=-3)
    right, all_rows = np.diagonal(pooled, axis1=-2, axis2=-1), pooled.sum(axis=-1)
    return _ratio(summed(right * class_weights), summed(all_rows * class_weights))


def balanced_accuracy(confusion: Counts, class_weights: Scores) -> Scores:
    """Mean recall over the classes that occur (Brodersen et al. 2010)."""
    present = confusion.sum(axis=-1)
    recall = _ratio(np.diagonal(confusion, axis1=-2, axis2=-1), present)
    return mean(_ratio(summed(recall), (present > 0).sum(axis=-1)))


def f1(confusion: Counts, class_weights: Scores) -> Scores:
    """F1 of the positive class for two classes; the mean of the classes' F1 (macro) for more."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    per_class = _ratio(2 * right, confusion.sum(axis=-1) + confusion.sum(axis=-2))
    return mean(per_class[..., 1] if confusion.shape[-1] == 2 else _mean_of_present(per_class, confusion))


def mcc(confusion: Counts, class_weights: Scores) -> Scores:
    """Matthews correlation for any number of classes (Gorodkin 2004, R_K), in [-1, 1]."""
    total = confusion.sum(axis=(-2, -1)).astype(np.float64)  # squares of counts may not fit integers
    right = np.trace(confusion, axis1=-2, axis2=-1).astype(np.float64)
    true, predicted = confusion.sum(axis=-1).astype(np.float64), confusion.sum(axis=-2).astype(np.float64)
    covariance = right * total - summed(true * predicted)
    spread = (total * total - summed(predicted * predicted)) * (total * total - summed(true * true))
    return mean(_ratio(covariance, np.sqrt(spread)))


def _mean_of_present(per_class: Scores, confusion: Counts) -> Scores:
    """Mean over classes that are true or predicted somewhere; the others have no score."""
    present = (confusion.sum(axis=-1) + confusion.sum(axis=-2)) > 0
    return _ratio(summed(per_class * present), present.sum(axis=-1))


def _ratio(numerator: NDArray[np.generic], denominator: NDArray[np.generic]) -> Scores:
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom != 0)


#: Of these 1 - score is a share of wrong labels, each as it counts: of one class as of two.
COUNTING = frozenset({"accuracy", "balanced_accuracy", "weighted"})
#: Iterating names evo's own; a look-up also finds those of installed packages.
METRICS: Mapping[str, Score] = Metrics(
    {
        "accuracy": accuracy,
        "balanced_accuracy": balanced_accuracy,
        "f1": f1,
        "mcc": mcc,
        "weighted": weighted,
    }
)
