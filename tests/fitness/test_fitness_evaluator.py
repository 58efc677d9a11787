from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fitness.data.dataset import Split, TaskKind
from fitness.evaluation import evaluator as evaluator_module
from fitness.evaluation.evaluator import Evaluator
from genomes.bits import Words
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import literals_by_cover
from genomes.two_level.spec import Kind
from tests.kits import oracle
from tests.kits.tables import ROW_COUNTS, batch_of, labelled, random_terms, randoms

KINDS: tuple[Kind, ...] = ("sop", "pos")
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "multioutput")
Path = Callable[[Evaluator, CoverBatch], NDArray[np.int64]]
PATHS: tuple[Path, ...] = (Evaluator.packed_confusion, Evaluator.compiled_confusion)


def with_garbage(words: Words, n_rows: int) -> Words:
    """The same rows with every padding bit set."""
    dirty = words.copy()
    if n_rows % 64:
        dirty[:, -1] |= np.uint64(2**64 - 2 ** (n_rows % 64))
    return dirty


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@settings(max_examples=20)
@given(rng=randoms(), n_rows=st.sampled_from(ROW_COUNTS))
def test_garbage_in_the_padding_of_inputs_and_planes_is_never_counted(
    kind: Kind, task: TaskKind, rng: random.Random, n_rows: int
) -> None:
    table = labelled(rng, task, 4, n_rows)
    clean = table.split()
    inputs, planes = with_garbage(clean.inputs, n_rows), with_garbage(clean.planes, n_rows)
    batch, _ = batch_of(kind, [random_terms(rng, 4, table.task.n_covers, 4) for _ in range(4)], 4)
    expected = Evaluator.of(table.task, kind, clean).packed_confusion(batch).tolist()
    for dirty in (
        replace(clean, inputs=inputs),
        replace(clean, planes=planes),
        Split(n_rows, inputs, planes, clean.care),
    ):
        evaluator = Evaluator.of(table.task, kind, dirty)
        assert evaluator.packed_confusion(batch).tolist() == expected
        assert evaluator.compiled_confusion(batch).tolist() == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("memory_words", [1, 40, 200, 1000])
def test_counts_do_not_depend_on_the_memory_allowed(
    kind: Kind, task: TaskKind, memory_words: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(memory_words)
    table = labelled(rng, task, 5, 129)
    batch, _ = batch_of(kind, [random_terms(rng, 5, table.task.n_covers, rng.choice([0, 2, 30])) for _ in range(40)], 5)
    evaluator = Evaluator.of(table.task, kind, table.split())
    whole = evaluator.packed_confusion(batch).tolist()
    monkeypatch.setattr(evaluator_module, "MEMORY_WORDS", memory_words)
    assert evaluator.packed_confusion(batch).tolist() == whole


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
def test_a_genome_counts_the_same_in_any_company(kind: Kind, task: TaskKind, path: Path) -> None:
    rng = random.Random(8)
    table = labelled(rng, task, 5, 100)
    batch, space = batch_of(kind, [random_terms(rng, 5, table.task.n_covers, 6) for _ in range(12)], 5)
    evaluator = Evaluator.of(table.task, kind, table.split())
    whole = path(evaluator, batch).tolist()
    order = rng.sample(range(12), 12)
    assert path(evaluator, batch.take(order, space)).tolist() == [whole[i] for i in order]
    assert [path(evaluator, batch.slice(i, i + 1)).tolist()[0] for i in range(12)] == whole


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
def test_an_empty_batch_has_no_tables(kind: Kind, task: TaskKind, path: Path) -> None:
    table = labelled(random.Random(1), task, 3, 10)
    batch, _ = batch_of(kind, [[[]] * table.task.n_covers], 3)
    evaluator = Evaluator.of(table.task, kind, table.split())
    counts = path(evaluator, batch.slice(0, 0))
    assert counts.shape == (0, *path(evaluator, batch).shape[1:])
    assert counts.dtype == np.int64


@given(randoms())
def test_a_product_of_sums_is_the_negated_sum_of_products_of_its_cubes(rng: random.Random) -> None:
    table = labelled(rng, "multioutput", 6, 64)
    batch, _ = batch_of("sop", [random_terms(rng, 6, table.task.n_covers, 5) for _ in range(3)], 6)
    sums = Evaluator.of(table.task, "sop", table.split()).predictions(batch)
    products = Evaluator.of(table.task, "pos", table.split()).predictions(batch)
    assert (products == ~sums).all()


@pytest.mark.parametrize("kind", KINDS)
@given(rng=randoms())
def test_predictions_equal_the_stored_literals_row_by_row(kind: Kind, rng: random.Random) -> None:
    table = labelled(rng, "multioutput", 6, 70)
    cubes = random_terms(rng, 6, table.task.n_covers, 5)
    batch, _ = batch_of("sop", [cubes], 6)
    stored = literals_by_cover(batch[0], kind)
    planes = Evaluator.of(table.task, kind, table.split()).predictions(batch)[0]
    for terms, plane in zip(stored, planes, strict=True):
        assert oracle.unpacked(plane, 70) == [oracle.output_of(kind, terms, row) for row in table.rows]


@pytest.mark.parametrize("kind", KINDS)
@given(rng=randoms())
def test_exactly_one_class_is_predicted_for_every_row(kind: Kind, rng: random.Random) -> None:
    table = labelled(rng, "multiclass", 4, 65)
    covers = random_terms(rng, 4, table.task.n_covers, 4)
    batch, _ = batch_of(kind, [covers], 4, votes=True)
    planes = [oracle.unpacked(p, 65) for p in Evaluator.of(table.task, kind, table.split()).predictions(batch)[0]]
    predicted = [[c for c, plane in enumerate(planes) if plane[i]] for i in range(65)]
    assert predicted == [[oracle.winner(kind, covers, row, table.task.prior)] for row in table.rows]
