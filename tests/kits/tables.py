"""Random labelled rows and covers as plain lists, with their packed form: material for tests against the oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from fitness.data.dataset import Split, Task, TaskKind
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace
from genomes.two_level.spec import Kind
from tests.kits import oracle
from tests.kits.oracle import Covers, Row

ROW_COUNTS = (1, 2, 63, 64, 65, 127, 128, 129)


@dataclass(frozen=True)
class Labelled:
    """Rows with, per plane, which of them are positive and which count."""

    task: Task
    rows: list[Row]
    planes: list[list[bool]]
    care: list[list[bool]]

    def split(self) -> Split:
        columns = [oracle.packed([row[i] for row in self.rows]) for i in range(len(self.rows[0]))]
        planes = [oracle.packed(plane) for plane in self.planes]
        return Split(
            len(self.rows), np.stack(columns), np.stack(planes), np.stack([oracle.packed(care) for care in self.care])
        )


def make_task(rng: random.Random, kind: TaskKind) -> Task:
    if kind == "binary":
        return Task(kind, ("y",), ("no", "yes"), (0, 1))
    if kind == "multioutput":
        return Task(kind, tuple(f"y{i}" for i in range(rng.randint(2, 3))), ("0", "1"), ())
    n_classes = rng.randint(3, 5)
    prior = rng.sample(range(n_classes), n_classes)
    return Task(kind, ("y",), tuple("abcde"[:n_classes]), tuple(prior))


def labelled(rng: random.Random, kind: TaskKind, n_inputs: int, n_rows: int) -> Labelled:
    """Rows with random labels; one in five does not count."""
    task = make_task(rng, kind)
    rows: list[Row] = [[rng.random() < 0.5 for _ in range(n_inputs)] for _ in range(n_rows)]
    if kind == "multiclass":
        classes = [rng.randrange(task.n_covers) for _ in rows]
        planes = [[label == c for label in classes] for c in range(task.n_covers)]
    else:
        planes = [[rng.random() < 0.4 for _ in rows] for _ in range(task.n_covers)]
    n_cares = task.n_covers if kind == "multioutput" else 1
    care = [[rng.random() < 0.8 for _ in rows] for _ in range(n_cares)]
    return Labelled(task, rows, planes, care)


def random_terms(rng: random.Random, n_inputs: int, n_outputs: int, most: int) -> Covers:
    """0 to `most` terms per output, of 0 to 4 literals; equal and absorbed terms occur."""

    def term() -> list[int]:
        inputs = rng.sample(range(1, n_inputs + 1), rng.randint(0, min(4, n_inputs)))
        return [rng.choice([1, -1]) * i for i in sorted(inputs)]

    return [[term() for _ in range(rng.randint(0, most))] for _ in range(n_outputs)]


def batch_of(kind: Kind, genomes: list[Covers], n_inputs: int, *, votes: bool = False) -> tuple[CoverBatch, CoverSpace]:
    """Genomes as a batch with a space they fit in."""
    most = max((len(terms) for covers in genomes for terms in covers), default=1)
    space = CoverSpace(kind, n_inputs, len(genomes[0]), max(1, most), votes=votes)
    return CoverBatch.of([oracle.cover(kind, covers, n_inputs) for covers in genomes], space), space


def randoms() -> st.SearchStrategy[random.Random]:
    """Seeded generators: cheap to draw, and repeatable."""
    return st.integers(0, 2**32 - 1).map(random.Random)
