"""What a genome is worth: how often it errs, and how many inputs it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split
from fitness.evaluation.results import Results
from fitness.objectives.metrics import METRICS
from fitness.spec import FitnessSpec
from fitness.tasks.candidates import Candidates
from genomes.bits import unpack
from tests.kits.toy.genome import CountingBatch, CountingSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingFitness(FitnessSpec):
    """What is optimised."""

    objectives: tuple[Literal["error", "inputs"], ...] = ("error", "inputs")
    """To minimise."""
    selection: Literal["auto", "holdout"] = "auto"
    """The pick: by validation rows."""


@dataclass(frozen=True, slots=True)
class CountingProblem:
    """What turns genomes into objectives."""

    space: CountingSpace
    train: Split
    spec: CountingFitness = field(default_factory=CountingFitness)


def predictions(batch: CountingBatch, split: Split) -> NDArray[np.bool_]:
    """bool[genomes, rows]."""
    counts = batch.chosen.astype(np.int64) @ unpack(split.inputs, split.n_rows).astype(np.int64)
    return np.asarray(counts >= batch.need[:, None])


def confusion(batch: CountingBatch, split: Split) -> NDArray[np.int64]:
    """int64[genomes, 1, 2, 2], true classes in rows."""
    truth, tables = unpack(split.planes, split.n_rows)[0], np.zeros((len(batch), 1, 2, 2), dtype=np.int64)
    for table, predicted in zip(tables[:, 0], predictions(batch, split), strict=True):
        np.add.at(table, (truth.astype(int), predicted.astype(int)), 1)
    return tables


def evaluate(problem: CountingProblem, tasks: Candidates[CountingBatch]) -> Results[CountingBatch]:
    """Objectives of candidates."""
    errors = 1.0 - METRICS[problem.spec.metric](confusion(tasks.genomes, problem.train), np.ones(2))
    columns = {"error": errors, "inputs": tasks.genomes.chosen.sum(axis=1).astype(np.float64)}
    values = np.stack([columns[name] for name in problem.spec.objectives], axis=1)
    return Results(tasks.genomes, values, np.zeros(len(values), dtype=np.bool_))
