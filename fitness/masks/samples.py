"""Samples that a mask is judged on: real inputs and class numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.containers.contiguous import laid_out
from fitness.errors import DataError
from fitness.masks.networks import Floats


@dataclass(frozen=True, slots=True)
class Samples:
    """inputs: float32[N, features]; labels: int64[N], class numbers from 0."""

    inputs: Floats
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def n_rows(self) -> int:
        """The number of samples."""
        return len(self.labels)

    @classmethod
    def of(cls, inputs: NDArray[Any], labels: NDArray[Any]) -> Samples:
        """Checked samples.

        Raises:
            DataError: no samples, shapes that do not match, labels that are no class numbers, values not finite.
        """
        if inputs.ndim != 2 or 0 in inputs.shape or labels.shape != (len(inputs),):
            shapes = f"inputs {list(inputs.shape)} and labels {list(labels.shape)}"
            raise DataError(f"expected inputs [samples, features] and labels [samples], got {shapes}")
        if labels.dtype.kind not in "iu" or labels.min() < 0:
            raise DataError(f"expected labels to be class numbers from 0, got {labels.dtype} from {labels.min()}")
        values = laid_out(inputs, np.float32)
        if not np.isfinite(values).all():
            raise DataError("an input is not finite; masks need a number in every cell")
        return cls(values, laid_out(labels, np.int64))

    def take(self, rows: NDArray[np.intp]) -> Samples:
        """The samples at `rows` intp[n], in that order (copied)."""
        return Samples(self.inputs[rows], self.labels[rows])
