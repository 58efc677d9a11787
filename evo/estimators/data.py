"""Rows and labels as the dataset a search learns from.

Rows are put in one order (by their bits, then their label, then their weight), so a model depends on which rows there
are and not on how they came: shuffled rows, and rows that are repeated instead of weighted, give the same model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.kinds.two_level.build import transposed
from fitness.data.binarize import Binarizer
from fitness.data.checks import number_text
from fitness.data.cuts import numbers_of, taken
from fitness.data.dataset import Dataset, Task
from fitness.data.encoder import Encoder
from fitness.data.load import Loaded
from fitness.data.row_weights import RowWeights
from fitness.data.spec import BinarizeSpec
from fitness.data.table import Table, Target
from fitness.data.task import MAX_CLASSES


def label_texts(classes: NDArray[Any]) -> tuple[str, ...]:
    """A name for each label.

    Raises:
        ValueError: fewer than two or too many classes, or two that read the same.
    """
    if len(classes) < 2:
        raise ValueError("y has one class only; at least two classes are needed to learn a formula")
    if len(classes) > MAX_CLASSES:
        raise ValueError(f"y has {len(classes)} different values, at most {MAX_CLASSES} classes")
    texts = tuple(number_text(c) if isinstance(c, float) else str(c) for c in classes.tolist())
    if len(set(texts)) < len(texts):
        raise ValueError("two classes of y read the same as text; rename them")
    return texts


def load_rows(
    table: Table,
    codes: NDArray[np.intp],
    texts: Sequence[str],
    name: str,
    thresholds: int,
    weights: RowWeights | None = None,
    *,
    refine: bool,
) -> tuple[Loaded, NDArray[np.intp]]:
    """The training rows packed, with their encoder, and the class of each row as it is packed.

    Args:
        table: the columns that may be used, without target.
        codes: intp[rows], the class of each row.
        texts: names of the classes, in the order of their codes.
        name: the target's name.
        thresholds: bits per numeric column, at most; they are those of the rows, whatever these weigh.
        weights: of the rows; None where all weigh the same.
        refine: whether the numbers are kept, so that other cuts can be made.

    Raises:
        DataError: every column is constant.
    """
    units = np.ones(len(codes), dtype=np.int64) if weights is None else weights.units
    counts = np.bincount(codes, weights=units, minlength=len(texts))  # exact: all units add up to 2^40, about
    prior = tuple(np.argsort(-counts, kind="stable").tolist())
    task = Task("binary" if len(texts) == 2 else "multiclass", (name,), tuple(texts), prior)
    encoder = Encoder(task, Binarizer.fit(table, BinarizeSpec(bits=thresholds)))
    labels = np.array(texts, dtype=object)[codes]
    split = replace(encoder.encode(replace(table, target=Target((name,), labels))), weights=weights)
    rows = transposed(split.inputs, split.n_rows)
    kept = numbers_of(table, encoder.binarizer.bits) if refine else ()
    order = _ordered([*rows.T[::-1], codes, units], [column.values for column in kept])
    n_features = len(table.columns)
    dataset = Dataset(task, encoder.binarizer.bits, n_features, split.take(order), None, None)
    return Loaded(dataset, encoder, numbers={"train": taken(kept, order)}), codes[order]


def _ordered(first: Sequence[NDArray[Any]], then: Sequence[NDArray[Any]]) -> NDArray[np.intp]:
    """intp[rows]: rows sorted by arrays [rows], the most important one first; by `then` where `first` says nothing."""
    order = np.lexsort(first[::-1])
    alike = np.ones(len(order) - 1, dtype=np.bool_)
    for key in first:
        alike &= key[order[1:]] == key[order[:-1]]
    if then and alike.any():
        group = np.concatenate([[0], np.cumsum(~alike)])
        tied = np.flatnonzero(np.concatenate([alike, [False]]) | np.concatenate([[False], alike]))
        rows = order[tied]
        order[tied] = rows[np.lexsort([*(key[rows] for key in then), group[tied]])]
    return order
