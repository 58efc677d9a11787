"""Weights of rows and classes.

Whole weights are counts: a row of weight 3 is three equal rows, and a factor that all weights have in common counts for
nothing. While rows so repeated are few they are repeated, so the model is that of the repeated rows to the byte. Above
that, and where weights are not whole, rows stay single and kernels weigh them (`fitness.data.row_weights`). Weights
that are not whole, differ from class to class alone, or add up to more rows than anyone has counted, are relative:
their scale is no matter, and a price of one error means an error on rows as informative as these, sum w^2 / sum w (Kish
1965), where a few rows that carry nearly everything are not asked. Weights of classes are the metric `weighted`, which
every step of the search prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.estimators.tables import without_mask
from fitness.containers.contiguous import laid_out
from fitness.data.row_weights import RowWeights, in_units, levelled
from fitness.spec import FormulaFitnessSpec, Metric, Selection
from genomes import portable

#: Whole weights are repeated rows while these are no more than so many, or times as many as the rows.
REPEATED_ROWS, REPEATED_TIMES = 4096, 4
#: Whole weights are counts while they add up to no more than so many rows, or times as many as the rows.
COUNTED_ROWS, COUNTED_TIMES = 65536, 16
#: Up to here floats hold every whole number.
MOST_WHOLE = 2.0**53
#: Share of the rows that may be set aside when the typical weight is asked for, and of the weight that they must carry.
FEW, NEARLY_ALL = 0.1, 0.9


def weighted_rows(
    sample_weight: Any, n_rows: int, labels: NDArray[Any] | None = None
) -> tuple[NDArray[np.intp], RowWeights | None]:
    """Rows that count, some of them several times, and what each weighs; None for rows that weigh the same.

    labels: [n_rows]; weights that are the same within every class are those of classes, and no counts of rows.

    Raises:
        ValueError: another shape, a weight that is no number >= 0, or nothing but zeros.
    """
    if sample_weight is None:
        return np.arange(n_rows), None
    weights = _checked(sample_weight, n_rows)
    rows = np.flatnonzero(weights)
    weights = weights[rows]
    if weights.min() == weights.max():
        return rows, None
    counts = None if labels is not None and _of_classes(weights, labels[rows]) else _counts(weights)
    if counts is not None and counts.sum() <= max(REPEATED_ROWS, REPEATED_TIMES * len(rows)):
        return np.repeat(rows, counts), None
    relative = weights / weights.max() if counts is None else counts.astype(np.float64)
    one = typical(relative) if counts is None else 1.0
    units, one = in_units(levelled(relative), one, counts=counts is not None)
    heavy = units > 0
    return rows[heavy], RowWeights(units[heavy], one)


def typical(weights: NDArray[np.float64]) -> float:
    """The mean weight that a unit of weight meets, sum w^2 / sum w; a few of nearly all the weight count less.

    The heaviest rows weigh no more than the next while they are at most a tenth of all rows and carry over nine tenths
    of the weight.
    """
    ranked = np.sort(weights)[::-1]
    few = int(FEW * len(ranked))
    rest = portable.summed(ranked) - np.cumsum(ranked)[:few]
    kept = np.arange(1, few + 1) * ranked[:few] * (1 - NEARLY_ALL) <= NEARLY_ALL * rest
    most = ranked[int(np.argmax(kept)) if kept.any() else few]
    capped = np.minimum(weights, most)
    return float(portable.summed(capped * capped) / portable.summed(capped))


def _of_classes(weights: NDArray[np.float64], labels: NDArray[Any]) -> bool:
    """Whether weights [rows] differ from class to class alone, and each of several classes has several rows."""
    codes = np.unique(labels, return_inverse=True)[1]
    one = np.zeros(codes.max() + 1)
    one[codes] = weights
    return bool((weights == one[codes]).all() and np.bincount(codes).min() > 1)


def _counts(weights: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Whole weights without what they have in common: int64[rows]; None where they are no counts of rows."""
    if weights.max() > MOST_WHOLE or (weights != np.rint(weights)).any():
        return None
    counts = weights.astype(np.int64)
    counts //= np.gcd.reduce(counts)
    return counts if counts.sum() <= max(COUNTED_ROWS, COUNTED_TIMES * len(counts)) else None


def _checked(sample_weight: Any, n_rows: int) -> NDArray[np.float64]:
    weights = laid_out(np.asarray(without_mask(sample_weight, "sample_weight")), np.float64)
    weights = np.full(n_rows, float(weights)) if weights.ndim == 0 else weights
    if weights.shape != (n_rows,):
        raise ValueError(f"sample_weight must have shape ({n_rows},), got {weights.shape}")
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(wrong):
        raise ValueError(f"sample_weight must hold numbers >= 0, got {weights[wrong[0]]} for row {wrong[0]}")
    if not weights.any():
        raise ValueError("sample_weight must contain at least one non-zero number, got only zeros")
    return weights


def fitness_of(
    class_weight: Any,
    classes: Sequence[Any],
    texts: Sequence[str],
    selection: Selection,
    price: float | None,
    metric: Metric = "accuracy",
) -> FormulaFitnessSpec:
    """The objective: the metric, or accuracy weighted by class; `texts` are the classes' names.

    Raises:
        ValueError: neither None, "balanced" nor a mapping from class to weight >= 0; weights and another metric than
            accuracy; or see `refuse_unknown`.
    """
    if class_weight is None:
        return FormulaFitnessSpec(metric=metric, selection=selection, price=price)
    if metric != "accuracy":
        raise ValueError(
            f"class_weight weighs accuracy; leave metric at 'accuracy' or class_weight out, got {metric!r}"
        )
    if isinstance(class_weight, str) and class_weight == "balanced":
        return FormulaFitnessSpec(metric="weighted", class_weight="balanced", selection=selection, price=price)
    weights = _weights_by_class(class_weight, classes, texts)
    return FormulaFitnessSpec(metric="weighted", class_weight=weights, selection=selection, price=price)


def _weights_by_class(class_weight: Any, classes: Sequence[Any], texts: Sequence[str]) -> dict[str, float]:
    if not isinstance(class_weight, Mapping):
        raise ValueError(f"class_weight must be None, 'balanced' or a mapping, got {class_weight!r}")
    text_of = dict(zip(classes, texts, strict=True))
    weights: dict[str, float] = {}
    for label, weight in class_weight.items():
        if not (np.isfinite(weight) and weight >= 0):
            raise ValueError(f"class_weight must be numbers >= 0, got {weight!r} for class {label!r}")
        if label in text_of:
            weights[text_of[label]] = float(weight)
    refuse_unknown(class_weight, classes)
    if not any(weights.get(text, 1.0) for text in texts):
        raise ValueError("class_weight must not be 0 for every class")
    return weights


def refuse_unknown(class_weight: Mapping[Any, Any], classes: Sequence[Any]) -> None:
    """As scikit-learn: a key may be a class that these rows lack, as in a fold, while every class has a weight.

    Raises:
        ValueError: a key that names no class, and a class without a key: one may be the other, misspelt.
    """
    unknown = [label for label in class_weight if label not in classes]
    unweighted = [label for label in classes if label not in class_weight]
    if not unknown or not unweighted:
        return
    texts = {_read(label): label for label in unweighted}
    near = get_close_matches(_read(unknown[0]), texts, n=1)
    meant = f"did you mean {texts[near[0]]!r}?" if near else "give every class a weight if some rows lack one"
    known = ", ".join(map(repr, classes))
    raise ValueError(f"class_weight: {unknown[0]!r} is no class of y; the classes are {known}; {meant}")


def _read(label: Any) -> str:
    """A label as people see it: without case and blanks, 1.0 like 1."""
    return "".join(str(label).casefold().split()).removesuffix(".0")
