"""What came of a chunk of candidates: objectives, failures, and what the work has to tell the algorithm besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Generic, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from genomes.batches import Genomes, concatenate


class Payload(Protocol):
    """What some work tells its algorithm beside objectives, e.g. which terms a round has learned."""

    @classmethod
    def joined(cls, parts: Sequence[Self], /) -> Self:
        """The payloads of consecutive chunks as one."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The work raised on one task, of which the candidate at `row` is the first; `reason` is the traceback."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Results(Generic[Genomes]):
    """What came of a chunk: the candidates with objectives float64[genomes, objectives] (smaller is better).

    failed: bool[genomes]; raised: the tasks on which the work raised; payload: a `Payload` of the work's own, or None;
    the same type for all chunks of a generation.
    """

    genomes: Genomes
    objectives: NDArray[np.float64]
    failed: NDArray[np.bool_]
    raised: tuple[Raised, ...] = ()
    payload: Any = None

    @classmethod
    def of_failed(cls, genomes: Genomes, n_objectives: int, reason: str) -> Results[Genomes]:
        """What stands in for the results of one task on which the work raised: the worst objectives."""
        worst = np.full((len(genomes), n_objectives), np.inf)
        return cls(genomes, worst, np.ones(len(genomes), dtype=np.bool_), (Raised(0, reason),))

    @classmethod
    def joined(cls, parts: Sequence[Results[Genomes]]) -> Results[Genomes]:
        """The results of consecutive chunks as one."""
        firsts = np.cumsum([0, *(len(part.genomes) for part in parts)]).tolist()
        raised = (
            replace(r, row=r.row + first) for part, first in zip(parts, firsts, strict=False) for r in part.raised
        )
        payload = parts[0].payload
        return cls(
            reduce(concatenate, (part.genomes for part in parts)),
            np.concatenate([part.objectives for part in parts]),
            np.concatenate([part.failed for part in parts]),
            tuple(raised),
            None if payload is None else payload.joined([part.payload for part in parts]),
        )
