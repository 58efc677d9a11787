from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.evaluation.evaluator import Evaluator
from fitness.evaluation.wrong_rows import wrong_rows
from fitness.local.known_keys import among, at_price
from genomes.bits import mixed, unpack
from genomes.two_level.spec import Kind
from tests.kits.tables import batch_of, labelled

TASKS = ("binary", "multiclass", "multioutput")


def random_terms(rng: random.Random, n_outputs: int, n_inputs: int) -> list[list[list[int]]]:
    def term() -> list[int]:
        names = rng.sample(range(1, n_inputs + 1), rng.randint(1, 2))
        return [rng.choice((-1, 1)) * name for name in names]

    return [[term() for _ in range(rng.randint(0, 3))] for _ in range(n_outputs)]


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("task", TASKS)
def test_wrong_rows_are_those_of_the_rows_errors(kind: Kind, task: str) -> None:
    rng = random.Random(8)
    data = labelled(rng, task, 4, 100)  # type: ignore[arg-type]
    evaluator = Evaluator.of(data.task, kind, data.split())
    batch, _ = batch_of(kind, [random_terms(rng, data.task.n_covers, 4) for _ in range(70)], 4)
    several = data.task.n_covers if task == "multioutput" else 1
    wrong = unpack(wrong_rows(evaluator, batch).reshape(70, several, -1), 128)
    assert not wrong[..., 100:].any()
    shares = wrong[..., :100].mean(axis=1)
    assert shares.tolist() == evaluator.row_errors(batch).tolist()


def test_a_key_is_of_the_behaviour_and_of_the_price() -> None:
    behaviour, price = np.array([1, 1, 2, 2], dtype=np.uint64), np.array([0.5, 1.0, 0.5, 1.0])
    assert len(set(at_price(behaviour, price).tolist())) == 4
    assert at_price(behaviour, price)[1] == at_price(behaviour[1:2], price[1:2])[0]


@given(st.lists(st.integers(0, 9), max_size=8), st.lists(st.integers(0, 9), max_size=8))
def test_among_is_membership(keys: list[int], known: list[int]) -> None:
    found = among(np.array(keys, dtype=np.uint64), np.array(sorted(known), dtype=np.uint64))
    assert found.tolist() == [key in known for key in keys]


@given(st.integers(0, 2**64 - 1))
def test_words_are_mixed_by_the_finalizer_of_splitmix64(word: int) -> None:
    z, most = word, 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % most
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % most
    assert int(mixed(np.array([word], dtype=np.uint64))[0]) == z ^ (z >> 31)
