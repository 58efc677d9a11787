"""From covers to confusion counts: the one number source of every metric.

`confusion` is int64[genomes, tables, classes, classes] with true classes in rows and predicted ones in columns (as in
scikit-learn): one 2 x 2 table for a binary task, one C x C table for a multi-class task, one 2 x 2 table per output for
a multi-output task. Only samples marked in `Split.care` are counted, so padding and don't-cares never are. Where rows
have weights, what is counted is their units (`fitness.data.row_weights`).

Two implementations give the same integers. Packed NumPy starts at once; the compiled kernels take half a second to
load, some 7 more to compile once per installation, and are some 35 times as fast. They are used where kernels are
loaded already, as in every memetic search, and where one call is large enough to pay for loading them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, Task
from fitness.evaluation.blocks import Blocks
from fitness.evaluation.numpy_packed import ONES, count_rows, cube_rows, literal_rows, or_rows, winners
from fitness.evaluation.semantic_hash import finished, lanes_of
from fitness.layouts.weighted_words import NO_WEIGHTS, WordOrder, arranged, weighed
from genomes.bits import Bools, Words, popcount, unpack
from genomes.two_level.batch import CoverBatch
from genomes.two_level.spec import Kind

#: Words of intermediate rows one call may hold (64 MB); more genomes are evaluated slice by slice.
MEMORY_WORDS = 1 << 23
#: Literals x words of one call from which loading the kernels pays: about a second of packed NumPy.
LOADING_PAYS = 1 << 28


@dataclass(frozen=True)
class Evaluator:
    """Scores covers on one split; holds the split with both polarities of its inputs.

    counted, literals: the samples in the order in which they are counted, that of `split` where all weigh the same, and
    both polarities of their inputs; weights: uint64[W], of the words of `counted`, or of length 0.
    """

    task: Task
    kind: Kind
    split: Split
    counted: Split
    literals: Words
    weights: Words

    @classmethod
    def of(cls, task: Task, kind: Kind, split: Split) -> Evaluator:
        """An evaluator for `split`; costs one complement of its inputs."""
        counted, weights = _by_weight(split)
        return cls(task, kind, split, counted, literal_rows(counted.inputs), weights)

    def __reduce__(self) -> tuple[Callable[..., Evaluator], tuple[Task, Kind, Split]]:
        """What is sent to a worker: not what can be made from the rest."""
        return Evaluator.of, (self.task, self.kind, self.split)

    @cached_property
    def blocks(self) -> Blocks:
        """The split as the compiled kernels read it, made when first asked for and kept."""
        return Blocks.of(self.counted, self.literals, self.weights)

    def confusion(self, batch: CoverBatch) -> NDArray[np.int64]:
        """Confusion counts of every cover: int64[len(batch), tables, classes, classes]."""
        return self.compiled_confusion(batch) if self._pays(batch) else self.packed_confusion(batch)

    def compiled_confusion(self, batch: CoverBatch) -> NDArray[np.int64]:
        """As `confusion`, by the compiled kernels."""
        return self._compiled(batch, hashed=False)[0]

    def packed_confusion(self, batch: CoverBatch) -> NDArray[np.int64]:
        """As `confusion`, by packed NumPy: the reference."""
        parts = [self._packed(batch.slice(a, b)) for a, b in self._slices(batch)]
        return np.concatenate(parts) if parts else np.zeros((0, *self._table_shape()), dtype=np.int64)

    def semantic_hashes(self, batch: CoverBatch) -> Words:
        """A key of what each genome predicts where `Split.care` holds: uint64[len(batch)], see `semantic_hash`.

        Genomes that predict the same have the same key, whatever their terms; loads the compiled kernels.
        """
        return self.confusion_and_hashes(batch)[1]

    def confusion_and_hashes(self, batch: CoverBatch) -> tuple[NDArray[np.int64], Words]:
        """Both in one pass over the samples, 10 to 20 % more than `confusion` alone."""
        tables, lanes = self._compiled(batch, hashed=True)
        return tables, finished(lanes)

    def predictions(self, batch: CoverBatch) -> Words:
        """Predicted planes uint64[len(batch), planes, words]; one class per sample, padding undefined."""
        return self._predictions(batch, self._row_literals)

    def _predictions(self, batch: CoverBatch, literals: Words) -> Words:
        rows = cube_rows(batch.cubes, literals)
        if self.task.kind == "multiclass":
            planes = count_rows(rows, batch.offsets) or [np.zeros((len(batch.offsets) - 1, rows.shape[1]), np.uint64)]
            return winners(planes, batch.n_outputs, self.task.prior, fewest=self.kind == "pos")
        covered = or_rows(rows, batch.offsets).reshape(len(batch), batch.n_outputs, -1)
        return np.asarray(covered ^ np.where(self._complemented(batch), ONES, np.uint64(0))[..., None])

    def row_errors(self, batch: CoverBatch) -> NDArray[np.float64]:
        """Share of each sample's outputs that are wrong: float64[len(batch), n_rows]; don't-cares are right."""
        wrong = (self.predictions(batch) ^ self.split.planes) & self.split.care
        flags = unpack(wrong, self.split.n_rows)
        several = self.task.kind == "multioutput"
        return np.asarray(flags.sum(axis=1) / flags.shape[1] if several else flags.any(axis=1), dtype=np.float64)

    @cached_property
    def _row_literals(self) -> Words:
        """Both polarities of the inputs in the order of the split."""
        return self.literals if self.counted is self.split else literal_rows(self.split.inputs)

    def _complemented(self, batch: CoverBatch) -> Bools:
        """Which outputs are true where their cover is not: bool[len(batch), n_outputs]; pos or inverted, not both."""
        return np.repeat((batch.inverted ^ (self.kind == "pos"))[:, None], batch.n_outputs, axis=1)

    def _pays(self, batch: CoverBatch) -> bool:
        """Whether the compiled kernels are cheaper for this call; no result depends on it."""
        if "fitness.kernels.words" in sys.modules:
            return True
        literals = int(popcount(batch.cubes, axis=(0, 1, 2)))
        return literals * int(self.counted.inputs.shape[1]) >= LOADING_PAYS

    def _packed(self, batch: CoverBatch) -> NDArray[np.int64]:
        predicted, care = self._predictions(batch, self.literals), self.counted.care
        on_sets = self.counted.planes & care
        if self.task.kind == "multiclass":
            return np.stack([self._weighed(predicted & on_set) for on_set in on_sets], axis=1)[:, None]
        return self._output_tables(np.stack([self._weighed(predicted & care), self._weighed(predicted & on_sets)], -1))

    def _weighed(self, words: Words) -> NDArray[np.int64]:
        return weighed(words, self.weights)

    def _compiled(self, batch: CoverBatch, *, hashed: bool) -> tuple[NDArray[np.int64], Words]:
        """Confusion counts, and lanes of the predictions: uint64[genomes, planes, LANES] (undefined unless hashed)."""
        if self.task.kind == "multiclass":
            tables, lanes = self.blocks.votes(batch, self.task.prior, fewest=self.kind == "pos", hashed=hashed)
            return tables[:, None], lanes
        counts, lanes = self.blocks.covers(batch, hashed=hashed)
        flipped = self._complemented(batch)[..., None]
        counts = np.where(flipped, self._totals - counts, counts)
        return self._output_tables(counts), np.where(flipped, self._care_lanes - lanes, lanes) if hashed else lanes

    @cached_property
    def _totals(self) -> NDArray[np.int64]:
        """Samples that count, and the positive ones of them: int64[outputs, 2]."""
        care = np.broadcast_to(self.counted.care, self.counted.planes.shape)
        return np.stack([self._weighed(care), self._weighed(care & self.counted.planes)], axis=-1)

    @cached_property
    def masses(self) -> NDArray[np.int64]:
        """Samples of each class that count, over all outputs, or what they weigh: int64[classes]."""
        if self.task.kind == "multiclass":
            return self._totals[:, 1]
        everything, positives = self._totals.sum(axis=0).tolist()
        return np.array([everything - positives, positives], dtype=np.int64)

    @cached_property
    def _care_lanes(self) -> Words:
        """Lanes of the samples that count: uint64[outputs or 1, LANES]."""
        return lanes_of(self.counted.care)

    def _output_tables(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[genomes, outputs, 2, 2] from int64[genomes, outputs, 2]: predicted positive, and rightly so."""
        n_all, n_positive = self._totals[:, 0], self._totals[:, 1]
        tables = np.empty((*counts.shape, 2), dtype=np.int64)
        tables[..., :, 1] = counts
        tables[..., 0, 1] -= counts[..., 1]
        tables[..., 1, 0] = n_positive - counts[..., 1]
        tables[..., 0, 0] = n_all - n_positive - tables[..., 0, 1]
        return tables

    def _slices(self, batch: CoverBatch) -> list[tuple[int, int]]:
        """Consecutive ranges of genomes whose intermediate rows fit `MEMORY_WORDS`."""
        words = max(1, self.counted.inputs.shape[1])
        rows = np.diff(batch.offsets[:: batch.n_outputs]) + 4 * batch.n_outputs
        group = np.cumsum(rows) // max(1, MEMORY_WORDS // words)
        edges = np.flatnonzero(np.diff(group, prepend=-1))
        return list(zip(edges.tolist(), [*edges[1:].tolist(), len(batch)], strict=True)) if len(batch) else []

    def _table_shape(self) -> tuple[int, int, int]:
        n_classes = len(self.task.classes)
        return (len(self.task.outputs) if self.task.kind == "multioutput" else 1, n_classes, n_classes)


def _by_weight(split: Split) -> tuple[Split, Words]:
    """The samples so that those of a word weigh the same, and what; as they are where there are no weights."""
    if split.weights is None:
        return split, NO_WEIGHTS
    order = WordOrder.of(np.arange(split.n_rows), split.weights.units)
    inputs, planes, care = (arranged(rows, split.n_rows, order) for rows in (split.inputs, split.planes, split.care))
    return Split(len(order.samples), inputs, planes, care), order.weights
