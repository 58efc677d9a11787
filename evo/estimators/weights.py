"""Weights of rows and classes, exactly or not at all.

The search counts samples, so a row of weight 3 is three equal rows: whole weights are exact, and others are refused
rather than rounded. Weights of classes are the metric `weighted`, which every step of the search prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.estimators.tables import without_mask
from fitness.containers.contiguous import laid_out
from fitness.spec import FormulaFitnessSpec, Selection

#: Rows after repetition, at most: they are held in memory as they are.
MOST_ROWS = 50_000_000


def repeats(sample_weight: Any, n_rows: int) -> NDArray[np.intp] | None:
    """How often each row counts: intp[n_rows]; None for once each.

    Raises:
        ValueError: another shape, a weight that is no whole number >= 0, nothing but zeros, or too many rows.
    """
    if sample_weight is None:
        return None
    weights = laid_out(np.asarray(without_mask(sample_weight, "sample_weight")), np.float64)
    weights = np.full(n_rows, float(weights)) if weights.ndim == 0 else weights
    if weights.shape != (n_rows,):
        raise ValueError(f"sample_weight must have shape ({n_rows},), got {weights.shape}")
    if not (np.isfinite(weights) & (weights >= 0) & (weights == np.round(weights))).all():
        raise ValueError("sample_weight must hold whole numbers >= 0: a row of weight 3 counts as three equal rows")
    if not weights.any():
        raise ValueError("sample_weight must contain at least one non-zero number, got only zeros")
    if weights.sum() > MOST_ROWS:
        raise ValueError(f"sample_weight adds up to {weights.sum():.0f} rows, at most {MOST_ROWS}; make it smaller")
    return weights.astype(np.intp)


def fitness_of(
    class_weight: Any, classes: Sequence[Any], texts: Sequence[str], selection: Selection, price: float
) -> FormulaFitnessSpec:
    """The objective: accuracy, or accuracy weighted by class; `texts` are the classes' names.

    Raises:
        ValueError: neither None, "balanced" nor a mapping from class to weight >= 0.
    """
    if class_weight is None:
        return FormulaFitnessSpec(selection=selection, price=price)
    if isinstance(class_weight, str) and class_weight == "balanced":
        return FormulaFitnessSpec(metric="weighted", class_weight="balanced", selection=selection, price=price)
    if not isinstance(class_weight, Mapping):
        raise ValueError(f"class_weight must be None, 'balanced' or a mapping, got {class_weight!r}")
    text_of = dict(zip(classes, texts, strict=True))
    weights: dict[str, float] = {}
    for label, weight in class_weight.items():
        if not (np.isfinite(weight) and weight >= 0):
            raise ValueError(f"class_weight must be numbers >= 0, got {weight!r} for class {label!r}")
        if label in text_of:  # as in scikit-learn, classes that the data do not have are ignored
            weights[text_of[label]] = float(weight)
    if not any(weights.get(text, 1.0) for text in texts):
        raise ValueError("class_weight must not be 0 for every class")
    return FormulaFitnessSpec(metric="weighted", class_weight=weights, selection=selection, price=price)
