"""The compiled evaluator on large data, against Python integers used as sets of rows; and when it is chosen."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.dataset import Split, Task, TaskKind
from fitness.evaluation.evaluator import Evaluator
from genomes.two_level.spec import Kind
from tests.kits.oracle import Covers, Term
from tests.kits.processes import ROOT, environment
from tests.kits.tables import batch_of, labelled, make_task, randoms

KINDS: tuple[Kind, ...] = ("sop", "pos")
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "multioutput")


@dataclass(frozen=True)
class RowSets:
    """Many rows: bit r of an integer is row r. columns: per input; planes, care: as of `Split`."""

    task: Task
    n_rows: int
    columns: list[int]
    planes: list[int]
    care: list[int]

    def split(self) -> Split:
        return Split(self.n_rows, self._words(self.columns), self._words(self.planes), self._words(self.care))

    def _words(self, sets: list[int]) -> np.ndarray:
        size = (self.n_rows + 63) // 64 * 8
        return np.stack([np.frombuffer(one.to_bytes(size, "little"), dtype="<u8").astype(np.uint64) for one in sets])

    def holds(self, term: Term) -> int:
        rows = (1 << self.n_rows) - 1
        for literal in term:
            column = self.columns[abs(literal) - 1]
            rows &= column if literal > 0 else ~column
        return rows

    def confusion(self, kind: Kind, cubes: Covers) -> list[list[list[int]]]:
        """Tables of one genome given by the cubes it stores."""
        if self.task.kind == "multiclass":
            return [self._votes(kind, cubes)]
        return [self._table(kind, output, terms) for output, terms in enumerate(cubes)]

    def _table(self, kind: Kind, output: int, terms: list[Term]) -> list[list[int]]:
        said = 0
        for term in terms:
            said |= self.holds(term)
        said = ~said if kind == "pos" else said
        true, care = self.planes[output], self.care[output]
        parts = [[care & ~true & ~said, care & ~true & said], [care & true & ~said, care & true & said]]
        return [[part.bit_count() for part in row] for row in parts]

    def _votes(self, kind: Kind, cubes: Covers) -> list[list[int]]:
        n = len(cubes)
        held = [[self.holds(term) for term in terms] for terms in cubes]
        counts = [[0] * n for _ in range(n)]
        for row in range(self.n_rows):
            if self.care[0] >> row & 1:
                votes = [sum(rows >> row & 1 for rows in of_class) for of_class in held]
                best = min(votes) if kind == "pos" else max(votes)
                true = next(c for c in range(n) if self.planes[c] >> row & 1)
                counts[true][next(c for c in self.task.prior if votes[c] == best)] += 1
        return counts


def row_sets(rng: random.Random, kind: TaskKind, n_inputs: int, n_rows: int) -> RowSets:
    """Random rows with don't-cares; some inputs are nearly constant, so that long terms hold somewhere."""
    task = make_task(rng, kind)

    def flags() -> int:
        return rng.getrandbits(n_rows)

    columns = [flags() if i % 2 else flags() | flags() | flags() | flags() for i in range(n_inputs)]
    if kind == "multiclass":
        left, planes = (1 << n_rows) - 1, []
        for _ in range(task.n_covers - 1):
            planes.append(left & flags())
            left &= ~planes[-1]
        planes.append(left)
    else:
        planes = [flags() for _ in range(task.n_covers)]
    care = [flags() | flags() for _ in range(task.n_covers if kind == "multioutput" else 1)]
    return RowSets(task, n_rows, columns, planes, care)


def cubes_of_all_lengths(rng: random.Random, n_inputs: int, n_outputs: int) -> Covers:
    """0 to 6 cubes per output, of no literal to all inputs; even inputs mostly positive."""

    def cube() -> Term:
        length = rng.choice([0, 1, 2, 3, 7, 8, 9, 16, 17, 40, n_inputs])
        inputs = rng.sample(range(n_inputs), min(length, n_inputs))
        return [(i + 1) * (rng.choice([1, -1]) if i % 2 else rng.choice([1] * 9 + [-1])) for i in inputs]

    return [[cube() for _ in range(rng.randint(0, 6))] for _ in range(n_outputs)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@settings(max_examples=25)
@given(rng=randoms(), n_rows=st.integers(1, 5000), n_inputs=st.integers(1, 200))
def test_any_size_is_counted_as_by_sets_of_rows(
    kind: Kind, task: TaskKind, rng: random.Random, n_rows: int, n_inputs: int
) -> None:
    table = row_sets(rng, task, n_inputs, n_rows)
    genomes = [cubes_of_all_lengths(rng, n_inputs, table.task.n_covers) for _ in range(3)]
    batch, _ = batch_of("sop", genomes, n_inputs)
    evaluator = Evaluator.of(table.task, kind, table.split())
    expected = [table.confusion(kind, cubes) for cubes in genomes]
    assert evaluator.compiled_confusion(batch).tolist() == expected
    assert evaluator.packed_confusion(batch).tolist() == expected


@pytest.mark.parametrize("n_rows", [1023, 1024, 1025, 2048])
@pytest.mark.parametrize("task", TASKS)
def test_whole_blocks_and_one_row_more_or_less_are_counted(task: TaskKind, n_rows: int) -> None:
    rng = random.Random(n_rows)
    table = row_sets(rng, task, 9, n_rows)
    genomes = [cubes_of_all_lengths(rng, 9, table.task.n_covers) for _ in range(5)]
    batch, _ = batch_of("sop", genomes, 9)
    counts = Evaluator.of(table.task, "sop", table.split()).compiled_confusion(batch).tolist()
    assert counts == [table.confusion("sop", cubes) for cubes in genomes]


def test_the_evaluators_copy_of_the_inputs_is_made_once_and_cannot_be_written() -> None:
    table = labelled(random.Random(2), "binary", 3, 70)
    evaluator = Evaluator.of(table.task, "sop", table.split())
    blocks = evaluator.blocks
    assert evaluator.blocks is blocks
    assert not any(array.flags.writeable for array in (blocks.literals, blocks.planes, blocks.keys))


SCRIPT = """
import random, sys
import numpy as np
from fitness.evaluation import evaluator as module
from fitness.evaluation.evaluator import Evaluator
from tests.kits.tables import batch_of, labelled, random_terms
rng = random.Random(4)
table = labelled(rng, "binary", 6, 300)
batch, _ = batch_of("sop", [random_terms(rng, 6, 1, 9) for _ in range(20)], 6)
evaluator = Evaluator.of(table.task, "sop", table.split())
{before}
counts = evaluator.confusion(batch)
print("numba" in sys.modules, (counts == evaluator.packed_confusion(batch)).all())
"""


@pytest.mark.parametrize(
    ("before", "loaded"),
    [
        ("", "False"),
        ("module.LOADING_PAYS = 1 << 20", "False"),
        ("module.LOADING_PAYS = 100", "True"),
        ("import fitness.kernels.words", "True"),
    ],
    ids=["small", "below", "above", "loaded"],
)
def test_the_compiler_is_loaded_only_where_it_pays_and_changes_no_count(before: str, loaded: str) -> None:
    command = [sys.executable, "-c", SCRIPT.format(before=before)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.split() == [loaded, "True"]


@pytest.mark.parametrize("path", [Evaluator.packed_confusion, Evaluator.compiled_confusion])
@pytest.mark.parametrize("pays", [False, True])
def test_the_cheaper_implementation_is_the_one_that_runs(
    path: object, pays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = labelled(random.Random(3), "binary", 3, 10)
    batch, _ = batch_of("sop", [[[[1]]]], 3)
    compiled = path is Evaluator.compiled_confusion
    monkeypatch.setattr(Evaluator, "_pays", lambda self, batch: pays)
    monkeypatch.setattr(Evaluator, "compiled_confusion" if compiled else "packed_confusion", lambda self, batch: None)
    assert (Evaluator.of(table.task, "sop", table.split()).confusion(batch) is None) == (pays == compiled)
