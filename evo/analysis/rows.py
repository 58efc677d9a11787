"""Packed rows as a report counts them: true and predicted classes, samples of rows, a model cut down to its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evo.models.learned import Learned
from fitness.data.dataset import Split, Task
from genomes.bits import Bools, Words, unpack
from genomes.streams import Role, stream

#: Rows looked at where a number needs many passes over them.
MOST_ROWS = 10_000

Codes = NDArray[np.intp]
Model = TypeVar("Model", bound=Learned)


@dataclass(frozen=True, slots=True)
class Labels:
    """What is decided: codes intp[tables, rows] are class numbers, care bool[tables, rows] the decisions that count.

    There is one table of decisions, or one per output where there are several.
    """

    codes: Codes
    care: Bools


def labels(task: Task, split: Split) -> Labels:
    """The true classes of a split."""
    care = np.broadcast_to(unpack(split.care, split.n_rows), (_tables(task), split.n_rows))
    return Labels(codes_of(task, split.planes, split.n_rows), care)


def codes_of(task: Task, planes: Words, n_rows: int) -> Codes:
    """Class numbers intp[tables, rows] of planes uint64[planes, words]."""
    flags = unpack(planes, n_rows)
    return flags.argmax(axis=0)[None] if task.kind == "multiclass" else flags.astype(np.intp)


def predicted(model: Learned, task: Task, split: Split) -> Codes:
    """The classes a model predicts: intp[tables, rows]."""
    return predicts(model, task)(split)


def predicts(model: Learned, task: Task) -> Callable[[Split], Codes]:
    """The same for many splits."""
    predict = model.predictor(task)
    return lambda split: codes_of(task, predict(split), split.n_rows)


def share(flags: Bools, care: Bools) -> float:
    """Share of the decisions that count for which `flags` is set; 0 where none counts."""
    return float((flags & care).sum() / max(1, int(care.sum())))


def sampled(split: Split, seed: int, slot: int, most: int = MOST_ROWS) -> Split:
    """At most `most` rows of a split, drawn from the run's seed, in their order."""
    if split.n_rows <= most:
        return split
    rows = stream(seed, Role.REPORT, slot=slot).permutation(split.n_rows)[:most]
    return split.take(np.sort(rows))


def cut_down(model: Model, split: Split) -> tuple[Model, Split, list[int]]:
    """The model on the inputs it uses alone, the split with these rows, and their numbers (from 1)."""
    used = model.used
    inputs = split.inputs[[number - 1 for number in used]]
    return model.cut_down(), replace(split, inputs=inputs), used


def _tables(task: Task) -> int:
    return len(task.outputs) if task.kind == "multioutput" else 1
