"""From networks to predictions and confusion counts: all networks of a batch are one graph, simulated once.

Equal gates of different networks are one node of that graph (structural hashing), so a population that shares units
evaluates each of them once. Votes of classes are decided by gates too, so predictions are planes whatever the task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, Task
from genomes.bits import Words, unpack, valid_words
from genomes.networks.batch import NetworkBatch
from genomes.networks.space import NetworkSpace

Counts = NDArray[np.int64]


def space_of(task: Task, n_inputs: int, gate_limit: int = 5000, depth_limit: int | None = None) -> NetworkSpace:
    """The space of networks for a task: a head per output, or one per class where they vote."""
    prior = task.prior if task.kind == "multiclass" else ()
    return NetworkSpace(n_inputs, task.n_covers, prior, gate_limit, depth_limit)


@dataclass(frozen=True)
class NetworkEvaluator:
    """Scores networks of a space on one split."""

    task: Task
    split: Split
    space: NetworkSpace

    @classmethod
    def of(cls, task: Task, split: Split, space: NetworkSpace) -> NetworkEvaluator:
        """An evaluator for `split`."""
        return cls(task, split, space)

    def __reduce__(self) -> tuple[Callable[..., NetworkEvaluator], tuple[Task, Split, NetworkSpace]]:
        """What is sent to a worker: not what can be made from the rest."""
        return NetworkEvaluator.of, (self.task, self.split, self.space)

    def predictions(self, batch: NetworkBatch) -> Words:
        """Predicted planes uint64[len(batch), planes, W], padding zero; of classes one holds for every row."""
        valid = valid_words(self.split.n_rows)
        from fitness.networks.population import decisions, with_first  # noqa: PLC0415 - kernels load when needed

        return with_first(decisions(batch, self.space, self.split.inputs, valid), self.space, valid)

    def codes(self, batch: NetworkBatch) -> NDArray[np.int64]:
        """int64[len(batch), outputs, rows]: the predicted class of each row, or the value of each output."""
        flags = unpack(self.predictions(batch), self.split.n_rows)
        return flags.argmax(axis=1)[:, None].astype(np.int64) if self.space.votes else flags.astype(np.int64)

    def right(self, batch: NetworkBatch) -> NDArray[np.bool_]:
        """bool[len(batch), outputs, rows]: what is predicted rightly; what does not count is right."""
        return np.asarray((self.codes(batch) == self.truth) | (self.weights == 0))

    def confusion(self, batch: NetworkBatch, rows: NDArray[np.intp] | None = None) -> Counts:
        """int64[len(batch), tables, classes, classes], true classes in rows, of `rows` alone where these are given."""
        some = slice(None) if rows is None else rows
        tables = [self.confusion_of(codes[:, some], rows) for codes in self.codes(batch)]
        n = len(self.task.classes)
        return np.stack(tables) if tables else np.zeros((0, len(self.truth), n, n), dtype=np.int64)

    def confusion_of(self, codes: NDArray[np.int64], rows: NDArray[np.intp] | None = None) -> Counts:
        """int64[tables, classes, classes] of predictions int64[outputs, rows]; rows: which, by default all."""
        some = slice(None) if rows is None else rows
        n = len(self.task.classes)
        cells = n * self.truth[:, some] + codes
        counted = [
            np.bincount(cell, weights=weight, minlength=n * n)  # whole numbers below 2**53: exact in any order
            for cell, weight in zip(cells, self.weights[:, some], strict=True)
        ]
        return np.array(counted).astype(np.int64).reshape(-1, n, n)

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """int64[outputs, rows]."""
        flags = unpack(self.split.planes, self.split.n_rows)
        return flags.argmax(axis=0)[None].astype(np.int64) if self.space.votes else flags.astype(np.int64)

    @cached_property
    def masses(self) -> NDArray[np.int64]:
        """Rows of each class that count, over all outputs, or what they weigh: int64[classes]."""
        n = len(self.task.classes)
        counted = np.bincount(self.truth.ravel(), weights=self.weights.ravel(), minlength=n)
        return counted.astype(np.int64)

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """int64[outputs, rows]: 0 where nothing is wanted."""
        return row_weights(self.split, len(self.truth))


def row_weights(split: Split, n_outputs: int) -> NDArray[np.int64]:
    """int64[outputs, rows]: what rows count for, 0 where a value is not cared for."""
    care = unpack(split.care, split.n_rows).astype(np.int64)
    units = np.ones(split.n_rows, dtype=np.int64) if split.weights is None else split.weights.units
    return np.broadcast_to(care * units, (n_outputs, split.n_rows))
