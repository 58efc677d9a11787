"""The training rows that covers get wrong: the cases of lexicase selection."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fitness.evaluation.evaluator import Evaluator
from genomes.bits import Words
from genomes.deadline import looking
from genomes.two_level.batch import CoverBatch


def wrong_rows(evaluator: Evaluator, batch: CoverBatch) -> Words:
    """uint64[len(batch), words]: rows of `evaluator.split` that a cover gets wrong, packed.

    Several outputs follow one another, so that every output of every row is a case of its own; a row of a multi-class
    task is one case. Rows that do not count, and padding, are right.
    """
    split = evaluator.split
    parts = [(planes ^ split.planes) & split.care for planes in _predictions(evaluator, batch)]
    wrong = np.concatenate(parts) if parts else np.zeros((0, *split.planes.shape), dtype=np.uint64)
    if evaluator.task.kind == "multiclass":
        return np.asarray(np.bitwise_or.reduce(wrong, axis=1), dtype=np.uint64)
    return wrong.reshape(len(wrong), -1)


def _predictions(evaluator: Evaluator, batch: CoverBatch) -> Iterator[Words]:
    """Predicted planes uint64[at most grain, planes, words], slice by slice: bounds the intermediate rows."""
    for start in looking(range(0, len(batch), batch.grain)):
        yield evaluator.predictions(batch.slice(start, min(start + batch.grain, len(batch))))
