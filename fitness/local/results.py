"""What local steps tell their algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from genomes.batches import concatenate
from genomes.bits import Words
from genomes.two_level.batch import CoverBatch


@dataclass(frozen=True, slots=True)
class Refinement:
    """What became of P candidates: the covers as they came, and which of them took a step.

    known: bool[P], the step was saved because the semantic hash was known; stepped: bool[P], there was a step; keys:
    uint64[P, 2] of the candidate and of what the step made of it (0 where there was none).
    """

    candidates: CoverBatch
    known: NDArray[np.bool_]
    stepped: NDArray[np.bool_]
    keys: Words

    @classmethod
    def of_unstepped(cls, candidates: CoverBatch) -> Refinement:
        """Of candidates that took no step."""
        none = np.zeros(len(candidates), dtype=np.bool_)
        return cls(candidates, none, none, np.zeros((len(candidates), 2), dtype=np.uint64))

    @classmethod
    def joined(cls, parts: Sequence[Refinement]) -> Refinement:
        """Those of consecutive chunks as one."""
        return cls(
            reduce(concatenate, (part.candidates for part in parts)),
            np.concatenate([part.known for part in parts]),
            np.concatenate([part.stepped for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )
