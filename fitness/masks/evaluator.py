"""What masks predict: confusion counts and losses of many masks on one set of samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from fitness.errors import DataError
from fitness.masks.loss import cross_entropy
from fitness.masks.networks import Floats, Network
from fitness.masks.passes import logits_of
from fitness.masks.samples import Samples
from genomes.masks.batch import MaskBatch
from genomes.masks.space import Genes, MaskSpace


@dataclass(frozen=True, slots=True)
class MaskEvaluator:
    """A network whose masks are judged, on one thread so that rounding is the same everywhere."""

    network: Network
    space: MaskSpace

    def logits(self, genes: Genes, inputs: Floats) -> Floats:
        """float32[N, classes].

        Raises:
            DataError: weights or inputs so large that they overflow.
        """
        with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"):
            logits = logits_of(self.network, self.space.weight_masks(genes), inputs)
        if not np.isfinite(logits).all():
            text = "outputs of this network overflow float32: its weights or the inputs are too large"
            raise DataError(text, where="genome.network")
        return logits

    def predictions(self, genes: Genes, inputs: Floats) -> NDArray[np.intp]:
        """intp[N]: the class of each sample, the first of equal ones."""
        return np.asarray(self.logits(genes, inputs).argmax(axis=1), dtype=np.intp)

    def confusion(self, batch: MaskBatch, samples: Samples) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """int64[masks, 1, C, C], true classes in rows, and the losses float64[masks]."""
        n = self.network.n_outputs
        tables, losses = np.zeros((len(batch), 1, n, n), dtype=np.int64), np.zeros(len(batch))
        for row, genes in enumerate(batch):
            logits = self.logits(genes, samples.inputs)
            np.add.at(tables[row, 0], (samples.labels, logits.argmax(axis=1)), 1)
            losses[row] = cross_entropy(logits, samples.labels, self.network.scale)
        return tables, losses
