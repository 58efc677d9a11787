"""From covers to confusion counts: the one number source of every metric.

`confusion` is int64[genomes, tables, classes, classes] with true classes in rows and predicted ones in columns (as in
scikit-learn): one 2 x 2 table for a binary task, one C x C table for a multi-class task, one 2 x 2 table per output for
a multi-output task. Only samples marked in `Split.care` are counted, so padding and don't-cares never are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, Task
from fitness.kernels.numpy_packed import count_rows, cube_rows, literal_rows, or_rows, winners
from genomes.batch import CoverBatch
from genomes.bits import Words, popcount, unpack
from genomes.spec import Kind

#: Words of intermediate rows one call may hold (64 MB); more genomes are evaluated slice by slice.
MEMORY_WORDS = 1 << 23


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Scores covers on one split; holds the split with both polarities of its inputs."""

    task: Task
    kind: Kind
    split: Split
    literals: Words

    @classmethod
    def of(cls, task: Task, kind: Kind, split: Split) -> Evaluator:
        """An evaluator for `split`; costs one complement of its inputs."""
        return cls(task, kind, split, literal_rows(split.inputs))

    def confusion(self, batch: CoverBatch) -> NDArray[np.int64]:
        """Confusion counts of every cover: int64[len(batch), tables, classes, classes]."""
        parts = [self._confusion(batch.slice(a, b)) for a, b in self._slices(batch)]
        return np.concatenate(parts) if parts else np.zeros((0, *self._table_shape()), dtype=np.int64)

    def predictions(self, batch: CoverBatch) -> Words:
        """Predicted planes uint64[len(batch), planes, words]; one class per sample, padding undefined."""
        rows = cube_rows(batch.cubes, self.literals)
        if self.task.kind == "multiclass":
            planes = count_rows(rows, batch.offsets) or [np.zeros((len(batch.offsets) - 1, rows.shape[1]), np.uint64)]
            return winners(planes, batch.n_outputs, self.task.prior, fewest=self.kind == "pos")
        covered = or_rows(rows, batch.offsets).reshape(len(batch), batch.n_outputs, -1)
        complemented = batch.inverted ^ (self.kind == "pos")
        return np.where(complemented[:, None, None], ~covered, covered)

    def row_errors(self, batch: CoverBatch) -> NDArray[np.float64]:
        """Share of each sample's outputs that are wrong: float64[len(batch), n_rows]; don't-cares are right."""
        wrong = (self.predictions(batch) ^ self.split.planes) & self.split.care
        flags = unpack(wrong, self.split.n_rows)
        several = self.task.kind == "multioutput"
        return np.asarray(flags.mean(axis=1) if several else flags.any(axis=1), dtype=np.float64)

    def _confusion(self, batch: CoverBatch) -> NDArray[np.int64]:
        predicted = self.predictions(batch)
        if self.task.kind == "multiclass":
            return _class_table(predicted, self.split)[:, None]
        return _output_tables(predicted, self.split)

    def _slices(self, batch: CoverBatch) -> list[tuple[int, int]]:
        """Consecutive ranges of genomes whose intermediate rows fit `MEMORY_WORDS`."""
        words = max(1, self.split.inputs.shape[1])
        rows = np.diff(batch.offsets[:: batch.n_outputs]) + 4 * batch.n_outputs
        group = np.cumsum(rows) // max(1, MEMORY_WORDS // words)
        edges = np.flatnonzero(np.diff(group, prepend=-1))
        return list(zip(edges.tolist(), [*edges[1:].tolist(), len(batch)], strict=True)) if len(batch) else []

    def _table_shape(self) -> tuple[int, int, int]:
        n_classes = len(self.task.classes)
        return (len(self.task.outputs) if self.task.kind == "multioutput" else 1, n_classes, n_classes)


def _output_tables(predicted: Words, split: Split) -> NDArray[np.int64]:
    """int64[genomes, outputs, 2, 2] from predicted planes uint64[genomes, outputs, words]."""
    positive = split.planes & split.care
    true_positive = popcount(predicted & positive)
    predicted_positive = popcount(predicted & split.care)
    n_positive, n_all = popcount(positive), popcount(split.care)
    false_positive = predicted_positive - true_positive
    false_negative = n_positive - true_positive
    true_negative = (n_all - n_positive) - false_positive
    flat = np.stack([true_negative, false_positive, false_negative, true_positive], axis=-1)
    return flat.reshape(*flat.shape[:-1], 2, 2)


def _class_table(predicted: Words, split: Split) -> NDArray[np.int64]:
    """int64[genomes, classes, classes] from one-hot predicted planes uint64[genomes, classes, words]."""
    true = split.planes & split.care
    return np.stack([popcount(predicted & row) for row in true], axis=1)
