from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.dataset import Task, TaskKind
from fitness.evaluation.evaluator import Evaluator
from genomes.two_level.spec import Kind
from tests.kits import oracle
from tests.kits.oracle import Covers
from tests.kits.tables import ROW_COUNTS, Labelled, batch_of, labelled, random_terms, randoms

KINDS: tuple[Kind, ...] = ("sop", "pos")
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "multioutput")


def brute_force(kind: Kind, table: Labelled, covers: Covers) -> list[list[list[int]]]:
    """Confusion tables by walking over the rows."""
    task = table.task
    n_tables, n_classes = (len(covers) if task.kind == "multioutput" else 1), len(task.classes)
    counts = [[[0] * n_classes for _ in range(n_classes)] for _ in range(n_tables)]
    for i, row in enumerate(table.rows):
        if task.kind == "multiclass":
            if table.care[0][i]:
                true = next(c for c in range(n_classes) if table.planes[c][i])
                counts[0][true][oracle.winner(kind, covers, row, task.prior)] += 1
            continue
        for output, terms in enumerate(covers):
            if table.care[output][i]:
                counts[output][table.planes[output][i]][oracle.output_of(kind, terms, row)] += 1
    return counts


def confusion(kind: Kind, table: Labelled, genomes: list[Covers]) -> list[list[list[list[int]]]]:
    batch, _ = batch_of(kind, genomes, len(table.rows[0]), votes=table.task.kind == "multiclass")
    evaluator = Evaluator.of(table.task, kind, table.split())
    counts, compiled = evaluator.packed_confusion(batch), evaluator.compiled_confusion(batch)
    assert counts.dtype == compiled.dtype == np.int64
    assert counts.tolist() == compiled.tolist()
    return counts.tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@settings(max_examples=60)
@given(rng=randoms(), n_rows=st.sampled_from(ROW_COUNTS), n_inputs=st.sampled_from([1, 2, 5, 64, 65]))
def test_counts_equal_brute_force(kind: Kind, task: TaskKind, rng: random.Random, n_rows: int, n_inputs: int) -> None:
    table = labelled(rng, task, n_inputs, n_rows)
    genomes = [random_terms(rng, n_inputs, table.task.n_covers, most) for most in (0, 1, 3, 9)]
    assert confusion(kind, table, genomes) == [brute_force(kind, table, covers) for covers in genomes]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
def test_counts_of_many_terms_equal_brute_force(kind: Kind, task: TaskKind) -> None:
    rng = random.Random(5)
    table = labelled(rng, task, 8, 200)
    genomes = [random_terms(rng, 8, table.task.n_covers, 300) for _ in range(3)]
    assert confusion(kind, table, genomes) == [brute_force(kind, table, covers) for covers in genomes]


@pytest.mark.parametrize("n_rows", [1, 63, 64, 65])
@pytest.mark.parametrize(
    ("kind", "terms", "predicted"), [("sop", [], 0), ("sop", [[]], 1), ("pos", [], 1), ("pos", [[]], 0)]
)
def test_no_term_and_the_empty_term_are_constants(
    kind: Kind, terms: list[list[int]], predicted: int, n_rows: int
) -> None:
    table = labelled(random.Random(1), "binary", 3, n_rows)
    [[[negative, positive]]] = confusion(kind, table, [[terms]])
    counted = sum(table.care[0])
    true = sum(p and c for p, c in zip(table.planes[0], table.care[0], strict=True))
    assert [negative[predicted], positive[predicted]] == [counted - true, true]
    assert negative[1 - predicted] == positive[1 - predicted] == 0


def three_classes(prior: tuple[int, ...]) -> Labelled:
    rng = random.Random(3)
    rows: list[oracle.Row] = [[rng.random() < 0.5 for _ in range(3)] for _ in range(100)]
    true = [rng.randrange(3) for _ in rows]
    task = Task("multiclass", ("y",), ("a", "b", "c"), prior)
    return Labelled(task, rows, [[label == c for label in true] for c in range(3)], [[True] * 100])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("prior", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_tied_votes_go_to_the_first_of_the_prior(kind: Kind, prior: tuple[int, ...]) -> None:
    ties: list[Covers] = [[[], [], []], [[[]], [[]], [[]]], [[[1, 2]], [[1, 2]], [[1, 2]]]]
    for counts in confusion(kind, three_classes(prior), ties):
        assert all(sum(row) == row[prior[0]] for row in counts[0])


@pytest.mark.parametrize(
    ("kind", "twice", "once"),
    [
        ("sop", [[[1], [1]], [[1]], []], [[[1]], [[1]], []]),
        ("pos", [[[1]], [[1], [1]], [[1]] * 3], [[[1]], [[1]], [[1]] * 3]),
    ],
)
def test_a_term_given_twice_has_two_votes(kind: Kind, twice: Covers, once: Covers) -> None:
    table = three_classes((1, 0, 2))
    for_class_0 = [sum(row[0] for row in counts[0]) for counts in confusion(kind, table, [twice, once])]
    decided = sum(row[0] == (kind == "sop") for row in table.rows)
    assert for_class_0 == [decided, 0]
