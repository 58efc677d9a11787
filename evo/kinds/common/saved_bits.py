"""A run directory whose models read bits: what formulas and networks make of it alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from evo.kinds.common.saved import SavedRun, unpack_limit
from evo.records.encoders import read_encoder
from evo.storage.run_dir import RunDir, open_run
from fitness.data.blanks import Rows
from fitness.data.dataset import Split, Task
from fitness.data.encoder import Encoder


@dataclass(frozen=True, slots=True)
class SavedBits(SavedRun):
    """A run directory with its fitted encoder."""

    run: RunDir
    encoder: Encoder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a run directory.

        Raises:
            UsageError: not a run directory. CheckpointError: its encoder is damaged.
        """
        run = open_run(path)
        return cls(run, read_encoder(run))

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.encoder.task

    def rows(self, data: Path, *, labels: bool) -> Rows[Split]:
        """The rows of a file, and what is odd about them."""
        return self.encoder.read_rows(data, labels=labels, limit=unpack_limit(self.run))

    def labels(self, codes: NDArray[np.integer[Any]]) -> list[Any]:
        """A label per row from codes[outputs, rows]; for several outputs a tuple of 0 and 1 per row."""
        if self.task.kind == "multioutput":
            return [tuple(row) for row in codes.T.tolist()]
        return [self.task.classes[code] for code in codes[0].tolist()]

    def header(self) -> list[str]:
        """Column names of a file of predictions."""
        outputs = self.task.outputs
        return list(outputs) if self.task.kind == "multioutput" else [f"predicted_{outputs[0]}"]
