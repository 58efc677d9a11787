"""What came of a chunk of candidates: objectives, failures, and what rounds and local steps did besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from genomes.batches import Genomes, concatenate
from genomes.bits import Words
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover
from genomes.two_level.term_lists import TermList


@dataclass(frozen=True, slots=True)
class ImprovedCovers:
    """What a memetic round did for one task.

    value: objective of its covers; learned: terms per output for the pool; origin: the cover before its descent;
    keys: uint64[n], what was descended (see `MemeticTasks.known`); descents: those made; skipped:
    those not made because they were known.
    """

    value: float
    learned: tuple[TermList, ...]
    origin: Cover
    keys: Words
    descents: int
    skipped: int


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
    def joined(cls, parts: Sequence[Refinement]) -> Refinement:
        """Those of consecutive chunks as one."""
        candidates = parts[0].candidates
        for part in parts[1:]:
            candidates = concatenate(candidates, part.candidates)
        return cls(
            candidates,
            np.concatenate([part.known for part in parts]),
            np.concatenate([part.stepped for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Raised:
    """The work raised on one task, of which the candidate at `row` is the first; `reason` is the traceback."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Results(Generic[Genomes]):
    """What came of a chunk: the candidates with objectives float64[genomes, objectives] (smaller is better).

    failed: bool[genomes]; improved: one entry per task where the work was a round and not only an evaluation;
    refinement: what local steps did, where there were any; raised: the tasks on which the work raised; notes: further
    arrays with an entry per task, which the algorithm asked for.
    """

    genomes: Genomes
    objectives: NDArray[np.float64]
    failed: NDArray[np.bool_]
    improved: tuple[ImprovedCovers, ...] = ()
    refinement: Refinement | None = None
    raised: tuple[Raised, ...] = ()
    notes: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: Sequence[Results[Genomes]]) -> Results[Genomes]:
        """The results of consecutive chunks as one."""
        genomes = parts[0].genomes
        firsts = np.cumsum([0, *(len(part.genomes) for part in parts)]).tolist()
        steps = [part.refinement for part in parts if part.refinement is not None]
        for part in parts[1:]:
            genomes = concatenate(genomes, part.genomes)
        return cls(
            genomes,
            np.concatenate([part.objectives for part in parts]),
            np.concatenate([part.failed for part in parts]),
            tuple(improved for part in parts for improved in part.improved),
            Refinement.joined(steps) if steps else None,
            tuple(
                replace(r, row=r.row + first) for part, first in zip(parts, firsts, strict=False) for r in part.raised
            ),
            {name: np.concatenate([part.notes[name] for part in parts]) for name in parts[0].notes},
        )
