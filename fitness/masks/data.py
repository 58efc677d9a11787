"""A config's `data` section to samples of a network: read -> split -> fit on the training rows -> scale."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from fitness.data.dataset import Task, named_splits
from fitness.data.load import encoded_splits, split_tables
from fitness.data.spec import DataSpec
from fitness.data.tables.profile import Columns
from fitness.masks.encoder import MaskEncoder
from fitness.masks.samples import Samples


@dataclass(frozen=True, slots=True)
class MaskData:
    """Samples by split with their meaning; `valid` and `test` are None where there is no such split.

    weights: digest of the network that is pruned.
    """

    task: Task
    n_features: int
    train: Samples
    valid: Samples | None
    test: Samples | None
    weights: str = ""

    @property
    def n_bits(self) -> int:
        """Inputs of the network: values of a sample."""
        return int(self.train.inputs.shape[1])

    def splits(self) -> dict[str, Samples]:
        """The splits that exist, by name, in the order train, valid, test."""
        return named_splits(self.train, self.valid, self.test)

    def class_rows(self) -> dict[str, dict[str, int]]:
        """Rows of each class by split."""
        n = len(self.task.classes)
        return {
            name: dict(zip(self.task.classes, np.bincount(split.labels, minlength=n).tolist(), strict=True))
            for name, split in self.splits().items()
        }

    def sha256(self) -> str:
        """Digest of everything a result depends on."""
        digest = hashlib.sha256(f"{self.task!r} {self.weights}".encode())
        for name, split in self.splits().items():
            digest.update(f"{name}:{split.inputs.shape}".encode())
            digest.update(np.ascontiguousarray(split.inputs, dtype="<f4").tobytes())
            digest.update(np.ascontiguousarray(split.labels, dtype="<i8").tobytes())
        return digest.hexdigest()


def load_samples(spec: DataSpec, seed: int, ends: tuple[float, float] | None) -> tuple[MaskData, MaskEncoder, Columns]:
    """The samples of a run, how further rows become such, and what was understood of columns.

    ends: of the range of inputs, None for the usual one.

    Raises:
        DataError: whatever is wrong with the data, in one line.
    """
    tables = split_tables(spec, seed)
    encoder = MaskEncoder.fit(tables["train"], spec.binarize, ends)
    n_features = len(tables["train"].columns)
    columns = Columns(tables["train"].profiles, tables["train"].notes, encoder.inputs())
    splits = encoded_splits(tables, encoder.encode)
    data = MaskData(encoder.task, n_features, splits["train"], splits.get("valid"), splits.get("test"))
    return data, encoder, columns
