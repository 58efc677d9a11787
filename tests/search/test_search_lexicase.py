from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.search.breeding import by_lexicase
from evo.search.lexicase import equivalent, lexicase, right_sets, survivor
from fitness.wrong_rows import wrong_rows
from genomes.bits import Words, unpack
from tests.kits import oracle
from tests.kits.small_search import after, small_search

Table = list[list[bool]]
TABLES = st.tuples(st.integers(1, 9), st.integers(1, 130), st.integers(0, 10**6), st.sampled_from([0.1, 0.5, 0.9])).map(
    lambda drawn: table(*drawn)
)


def table(n: int, n_cases: int, seed: int, share: float) -> Table:
    """Which of n candidates is wrong on which case."""
    rng = random.Random(seed)
    return [[rng.random() < share for _ in range(n_cases)] for _ in range(n)]


def packed(wrong: Table) -> Words:
    return np.array([oracle.packed(row) for row in wrong], dtype=np.uint64)


def plain_lexicase(wrong: Table, order: list[int]) -> list[int]:
    """Who is left after the cases in that order, as the papers say it."""
    alive = list(range(len(wrong)))
    for case in order:
        best = min(wrong[i][case] for i in alive)
        alive = [i for i in alive if wrong[i][case] == best]
    return alive


@given(TABLES, st.integers(0, 99))
def test_the_survivor_is_that_of_plain_lexicase_for_the_same_order_of_cases(wrong: Table, seed: int) -> None:
    distinct = [list(row) for row in dict.fromkeys(map(tuple, wrong))]
    telling = [case for case in range(len(wrong[0])) if len({row[case] for row in distinct}) == 2]
    right = right_sets(packed(distinct))
    assert right == [sum((not row[case]) << i for i, row in enumerate(distinct)) for case in telling]
    order = np.random.default_rng(seed).permutation(len(right))
    left = survivor(right, len(distinct), order)
    assert plain_lexicase(distinct, [telling[place] for place in order]) == [left]


def test_an_order_of_thousands_of_cases_is_walked_to_its_end() -> None:
    wrong = [[False] * 3000, [False] * 3000]
    wrong[1][2999] = True
    assert survivor([0b11] * 2999 + [0b01], 2, np.arange(3000)) == 0
    assert lexicase(np.random.default_rng(1), packed(wrong), np.array([9, 1]), 20) == [0] * 20


@given(TABLES)
def test_candidates_that_are_wrong_on_the_same_cases_are_one(wrong: Table) -> None:
    rows = [*wrong, wrong[0]]
    groups = equivalent(packed(rows))
    assert sorted(row for group in groups for row in group) == list(range(len(rows)))
    assert len(groups) == len(set(map(tuple, rows)))
    assert all(rows[a] == rows[b] for group in groups for a in group for b in group)


def test_parents_are_drawn_as_often_as_plain_lexicase_draws_them() -> None:
    wrong, rng = table(6, 9, 5, 0.4), random.Random(2)
    drawn = Counter(lexicase(np.random.default_rng(3), packed(wrong), np.zeros(6, dtype=np.int64), 4000))
    expected: Counter[int] = Counter()
    for _ in range(4000):
        expected[rng.choice(plain_lexicase(wrong, rng.sample(range(9), 9)))] += 1
    assert len(expected) > 2
    assert all(abs(drawn[i] - expected[i]) < 200 for i in range(6))


def test_of_equals_the_smaller_is_chosen_and_among_these_all_equally_often() -> None:
    wrong = packed([[True, False]] * 4)
    chosen = Counter(lexicase(np.random.default_rng(0), wrong, np.array([3, 2, 2, 5]), 1000))
    assert set(chosen) == {1, 2}
    assert chosen[1] == pytest.approx(500, rel=0.15)


def test_a_specialist_becomes_a_parent_though_its_total_is_the_worst() -> None:
    generalists = [[case == 9 or case == i for case in range(10)] for i in range(4)]
    specialist = [case != 9 for case in range(10)]
    chosen = lexicase(np.random.default_rng(4), packed([*generalists, specialist]), np.zeros(5, dtype=np.int64), 400)
    assert 20 < chosen.count(4) < 100


@pytest.mark.parametrize("data", [None, {"source": "function", "function": "adder", "bits": 2}, "iris"])
def test_no_parent_is_dominated_on_the_training_rows(data: object) -> None:
    sources = {"iris": {"source": "sklearn", "name": "iris", "binarize": {"bits": 3}}}
    source = sources["iris"] if data == "iris" else data
    search = small_search("nsga2 by lexicase", **({} if source is None else {"data": source}))  # type: ignore[arg-type]
    state = after(search, 3)
    parents = by_lexicase(search.context, state, 200)
    assert set(parents) <= set(range(16))
    assert len(set(parents)) > 1
    planes = wrong_rows(search.context.evaluator, state.population)
    wrong = unpack(planes, planes.shape[1] * 64).astype(int).tolist()
    for parent in set(parents):
        assert not any(dominates(other, wrong[parent]) for other in wrong)


def dominates(a: list[int], b: list[int]) -> bool:
    """Right wherever b is, and somewhere else too: then no order of the cases leaves b."""
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))
