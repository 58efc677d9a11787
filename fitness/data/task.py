"""From labels to a task, and from labels to packed target planes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import number_text, quoted
from fitness.data.dataset import Task
from fitness.data.table import Target
from fitness.data.tables.cells import PLAIN_NUMBER
from fitness.errors import DataError
from genomes.bits import Words, pack, valid_words

#: One cover is evolved per class; a target with more values is a quantity, not a class.
MAX_CLASSES = 1024


def in_order(texts: Iterable[str]) -> tuple[str, ...]:
    """Distinct texts sorted, as numbers where all of them are numbers."""
    distinct = sorted(set(texts))
    try:
        by_value = sorted(distinct, key=float)
    except ValueError:
        return tuple(distinct)
    return tuple(by_value if all(math.isfinite(float(text)) for text in distinct) else distinct)


def make_task(target: Target, where: str = "") -> Task:
    """What the training labels ask for: binary for two classes, multiclass for more, or multioutput.

    Raises:
        DataError: a single class, or more than `MAX_CLASSES`.
    """
    if target.several:
        return Task("multioutput", target.names, ("0", "1"), ())
    counts = Counter(target.values.tolist())
    classes = in_order(counts)
    if len(classes) == 1:
        raise DataError(f"the training rows have one class only, {classes[0]!r}; nothing to learn", where=where)
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"target {target.names[0]!r} has {len(classes)} different values, at most {MAX_CLASSES} classes; "
            "choose another target or group its values",
            where=where,
        )
    prior = sorted(range(len(classes)), key=lambda index: -counts[classes[index]])
    return Task("binary" if len(classes) == 2 else "multiclass", target.names, classes, tuple(prior))


def pack_target(task: Task, target: Target, where: str) -> tuple[Words, Words]:
    """Packed planes uint64[n_covers, words] and care uint64[n_covers or 1, words] of some rows' labels.

    Raises:
        DataError: labels that the training rows did not have.
    """
    if task.kind == "multioutput":
        outputs = target.values.T
        return pack(outputs == 1), pack(outputs >= 0)
    which = label_codes(task, target, where)
    wanted = [1] if task.kind == "binary" else range(len(task.classes))
    return np.stack([pack(which == i) for i in wanted]), valid_words(len(which))[None, :]


def label_codes(task: Task, target: Target, where: str) -> NDArray[np.int16]:
    """int16[rows]: the class of each row of a target with one output, as its place in `task.classes`.

    Raises:
        DataError: labels that the training rows did not have.
    """
    index = {label: i for i, label in enumerate(task.classes)}
    unseen = [
        label for label in in_order(set(target.values.tolist()) - set(index)) if not _other_spelling(label, index)
    ]
    if unseen:
        raise DataError(f"labels {quoted(unseen)} are not among the training rows' {quoted(task.classes)}", where=where)
    return np.array([index[label] for label in target.values], dtype=np.int16)


def _other_spelling(label: str, index: dict[str, int]) -> bool:
    """Whether a label is a class in other words, the same number or in other case; it is then put into `index`."""
    number = number_text(float(label)) if PLAIN_NUMBER.fullmatch(label) else None
    same = [
        name
        for name in index
        if number is not None and PLAIN_NUMBER.fullmatch(name) and number_text(float(name)) == number
    ]
    same = same or [name for name in index if name.lower() == label.lower()]
    if len({index[name] for name in same}) != 1:
        return False
    index[label] = index[same[0]]
    return True


def no_labels(task: Task, n_rows: int) -> tuple[Words, Words]:
    """Planes and care of rows without labels: all zero, and every row counts."""
    care = np.repeat(valid_words(n_rows)[None, :], task.n_covers if task.kind == "multioutput" else 1, axis=0)
    return np.zeros((task.n_covers, care.shape[1]), dtype=np.uint64), care
