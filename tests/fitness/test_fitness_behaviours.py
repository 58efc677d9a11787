"""Keys of behaviours against the same sums over Python integers, and what they must and must not depend on."""

from __future__ import annotations

import hashlib
import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitness.data.dataset import Split, Task, TaskKind
from fitness.evaluation.evaluator import Evaluator
from genomes.two_level.spec import Kind
from tests.kits import oracle
from tests.kits.oracle import Covers
from tests.kits.tables import Labelled, batch_of, labelled, random_terms, randoms

KINDS: tuple[Kind, ...] = ("sop", "pos")
TASKS: tuple[TaskKind, ...] = ("binary", "multiclass", "multioutput")
GOLDEN = 0x9E3779B97F4A7C15
WORD = 2**64


def mixed(z: int) -> int:
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB % WORD
    return z ^ z >> 31


def lane(flags: list[bool], j: int) -> int:
    """Lane j of one plane: halves of words times halves of keys."""
    total = 0
    for w, word in enumerate(int(word) for word in oracle.packed(flags)):
        key = mixed((2 * w + j + 1) * GOLDEN % WORD)
        total += (word % 2**32) * (key % 2**32) + (word >> 32) * (key >> 32)
    return total % WORD


def key_of(planes: list[list[bool]]) -> int:
    key = 0
    for flags, j in itertools.product(planes, (0, 1)):
        key = mixed(((key ^ lane(flags, j)) + GOLDEN) % WORD)
    return key


def predicted(kind: Kind, table: Labelled, covers: Covers) -> list[list[bool]]:
    """What a genome says where it counts, row by row."""
    if table.task.kind == "multiclass":
        winners = [oracle.winner(kind, covers, row, table.task.prior) for row in table.rows]
        said = [[w == c for w in winners] for c in range(len(covers))]
    else:
        said = [[oracle.output_of(kind, terms, row) for row in table.rows] for terms in covers]
    cares = table.care * (len(said) // len(table.care))
    return [[s and c for s, c in zip(*both, strict=True)] for both in zip(said, cares, strict=True)]


def keys(kind: Kind, table: Labelled, genomes: list[Covers]) -> list[int]:
    batch, _ = batch_of(kind, genomes, len(table.rows[0]))
    found = Evaluator.of(table.task, kind, table.split()).semantic_hashes(batch)
    assert found.dtype == np.uint64
    return found.tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@settings(max_examples=40)
@given(rng=randoms(), n_rows=st.sampled_from([1, 63, 64, 65, 300, 1024, 1025, 2100]))
def test_keys_equal_sums_over_integers(kind: Kind, task: TaskKind, rng: random.Random, n_rows: int) -> None:
    table = labelled(rng, task, 5, n_rows)
    genomes = [random_terms(rng, 5, table.task.n_covers, most) for most in (0, 2, 6)]
    assert keys(kind, table, genomes) == [key_of(predicted(kind, table, covers)) for covers in genomes]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@given(rng=randoms())
def test_confusion_comes_with_the_keys(kind: Kind, task: TaskKind, rng: random.Random) -> None:
    table = labelled(rng, task, 4, 130)
    batch, _ = batch_of(kind, [random_terms(rng, 4, table.task.n_covers, 5) for _ in range(4)], 4)
    evaluator = Evaluator.of(table.task, kind, table.split())
    confusion, found = evaluator.confusion_and_hashes(batch)
    assert confusion.tolist() == evaluator.packed_confusion(batch).tolist()
    assert found.tolist() == evaluator.semantic_hashes(batch).tolist()


def truth_table(n_inputs: int, kind: TaskKind = "binary", outputs: int = 1) -> Labelled:
    rows = oracle.all_rows(n_inputs)
    task = Task(kind, tuple(f"y{i}" for i in range(outputs)), ("0", "1"), (0, 1))
    return Labelled(task, rows, [[False] * len(rows)] * outputs, [[True] * len(rows)] * outputs)


def minterms(function: int, n_inputs: int) -> list[list[int]]:
    rows = [row for i, row in enumerate(oracle.all_rows(n_inputs)) if function >> i & 1]
    return [[i + 1 if bit else -i - 1 for i, bit in enumerate(row)] for row in rows]


def test_different_functions_have_different_keys() -> None:
    functions = range(0, 2**16, 23)
    assert len(set(keys("sop", truth_table(4), [[minterms(f, 4)] for f in functions]))) == len(functions)


def test_the_order_of_outputs_counts() -> None:
    table = truth_table(3, "multioutput", 2)
    functions = list(itertools.product(range(0, 256, 7), repeat=2))
    assert len(set(keys("sop", table, [[minterms(f, 3), minterms(g, 3)] for f, g in functions]))) == len(functions)


@given(randoms())
def test_terms_that_change_no_prediction_change_no_key(rng: random.Random) -> None:
    table = labelled(rng, "binary", 6, 200)
    [terms] = random_terms(rng, 6, 1, 5)
    absorbed = [[*term, free] for term in terms for free in range(1, 7) if free not in map(abs, term)][:4]
    first, second = keys("sop", table, [[terms], [rng.sample(terms + absorbed, len(terms + absorbed))]])
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("task", TASKS)
@given(rng=randoms())
def test_padding_and_rows_that_do_not_count_leave_no_trace(kind: Kind, task: TaskKind, rng: random.Random) -> None:
    table = labelled(rng, task, 4, 100)
    if task == "multioutput":
        table = replace(table, care=[table.care[0]] * len(table.care))
    batch, _ = batch_of(kind, [random_terms(rng, 4, table.task.n_covers, 5) for _ in range(3)], 4)
    split = table.split()
    noise = np.array([rng.getrandbits(64) for _ in range(8)], dtype=np.uint64).reshape(4, 2)
    other = Split(100, split.inputs ^ (noise & ~split.care[0]), split.planes, split.care)
    first, second = (Evaluator.of(table.task, kind, s).semantic_hashes(batch).tolist() for s in (split, other))
    assert first == second


def test_a_product_of_sums_and_the_sum_of_products_it_equals_have_one_key() -> None:
    table = replace(truth_table(3), care=[[True, True, False, True, True, False, True, True]])
    for function in range(256):
        clauses = [[-literal for literal in term] for term in minterms(255 - function, 3)]
        assert keys("pos", table, [[clauses]]) == keys("sop", table, [[minterms(function, 3)]])


def test_no_genomes_have_no_keys() -> None:
    table = truth_table(2)
    batch, _ = batch_of("sop", [[[[1]]]], 2)
    assert Evaluator.of(table.task, "sop", table.split()).semantic_hashes(batch.slice(0, 0)).shape == (0,)


def results() -> str:
    """Digest of counts and keys of all kinds of tasks; blocks, lengths and padding of every sort."""
    rng, digest = random.Random(11), hashlib.sha256()
    for kind, task, n_rows in itertools.product(KINDS, TASKS, (65, 1024, 2500)):
        table = labelled(rng, task, 30, n_rows)
        genomes = [random_terms(rng, 30, table.task.n_covers, 12) for _ in range(6)]
        for covers in genomes:
            covers[0].append([rng.choice([1, -1]) * i for i in rng.sample(range(1, 31), rng.randint(1, 30))])
        batch, _ = batch_of(kind, genomes, 30)
        for array in Evaluator.of(table.task, kind, table.split()).confusion_and_hashes(batch):
            digest.update(array.astype("<u8").tobytes())
    return digest.hexdigest()
