"""Two classes as a vote: one cover per class instead of one formula for the positive class.

The idea. More than two classes vote already: a class scores the number of its true cubes, equal cubes count several
times, so a multiplicity is an integer weight, a vote for the other class is a negative weight and the cube without
literals is a bias. Two classes need no second mechanism: their task is the multi-class task with two classes, its
planes one-hot. Everything that follows a task (evaluator, scores, predictions, exports, the stored encoder) is right
for it as it stands; the classes keep their order, so the positive one is still the second.

Rejected: signed weights as a genome of their own (a second evaluator, second operators, a second file format for the
same functions) and a flag in every place that asks for the kind of a task.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fitness.data.dataset import Dataset, Split, Task, frozen
from fitness.data.load import Loaded
from fitness.errors import DataError


def as_votes(loaded: Loaded) -> Loaded:
    """The data with classes that vote; data of several classes as they are.

    Raises:
        DataError: several outputs, which have no classes to vote for.
    """
    task = loaded.dataset.task
    if task.kind == "multioutput":
        need = "vote needs one output with classes to vote for"
        raise DataError(f"{need}; the data have {len(task.outputs)} outputs", where="genome.output")
    if task.kind == "multiclass":
        return loaded
    voting = replace(task, kind="multiclass")
    return replace(loaded, dataset=_voting(loaded.dataset, voting), encoder=replace(loaded.encoder, task=voting))


def _voting(dataset: Dataset, task: Task) -> Dataset:
    valid, test = (None if split is None else _one_hot(split) for split in (dataset.valid, dataset.test))
    return replace(dataset, task=task, train=_one_hot(dataset.train), valid=valid, test=test)


def _one_hot(split: Split) -> Split:
    """The split with a plane for the negative class before that of the positive one."""
    planes = np.concatenate([split.care & ~split.planes, split.planes])
    return replace(split, planes=frozen(planes))
