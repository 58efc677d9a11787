from __future__ import annotations

import random
from collections import Counter

import deap.tools.emo
import deap.tools.selection
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evo.search import deap_bridge
from evo.search.deap_bridge import Fitness, Individual, crowded_tournament, individuals, nsga2_survivors, tournament

Rows = list[tuple[float, ...]]
VALUES = [0.0, 0.125, 0.5, 1.0, 7.0]


def populations(n_objectives: int) -> st.SearchStrategy[Rows]:
    """Small populations where one in ten candidates failed."""
    row = st.tuples(*[st.sampled_from(VALUES)] * n_objectives)
    failed = st.just((np.inf,) * n_objectives)
    return st.lists(st.integers(0, 9).flatmap(lambda i: row if i else failed), min_size=4, max_size=24)


POPULATIONS = st.integers(1, 4).flatmap(populations)


def matrix(rows: Rows) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64)


def dominates(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))


def fronts(rows: Rows) -> list[int]:
    """The number of the front every row is in, by peeling."""
    front = dict[int, int]()
    while len(front) < len(rows):
        left = [i for i in range(len(rows)) if i not in front]
        peeled = [i for i in left if not any(dominates(rows[j], rows[i]) for j in left)]
        front |= dict.fromkeys(peeled, max(front.values(), default=-1) + 1)
    return [front[i] for i in range(len(rows))]


@given(POPULATIONS, st.integers(0, 24))
def test_survivors_are_distinct_rows_from_the_best_fronts(rows: Rows, n: int) -> None:
    n = min(n, len(rows))
    chosen = nsga2_survivors(matrix(rows), n).tolist()
    assert len(chosen) == len(set(chosen)) == n
    rank = fronts(rows)
    assert sorted(rank[i] for i in chosen) == sorted(rank)[:n]


@given(POPULATIONS)
def test_survivors_contain_the_non_dominated_rows_where_they_fit(rows: Rows) -> None:
    best = {i for i, rank in enumerate(fronts(rows)) if rank == 0}
    assert best <= set(nsga2_survivors(matrix(rows), max(len(best), len(rows) // 2)).tolist())


def test_survivors_of_one_front_are_the_least_crowded() -> None:
    rows = [(0.0, 10.0), (1.0, 8.0), (1.25, 7.75), (1.5, 7.5), (5.0, 5.0), (10.0, 0.0)]
    assert set(nsga2_survivors(matrix(rows), 4).tolist()) == {0, 3, 4, 5}


@given(POPULATIONS, st.integers(0, 99))
def test_a_row_that_all_others_dominate_never_wins_a_crowded_tournament(rows: Rows, seed: int) -> None:
    winners = crowded_tournament(random.Random(seed), matrix(rows), 2 * len(rows))
    assert len(winners) == 2 * len(rows)
    assert set(winners) <= set(range(len(rows)))
    worst = [i for i in range(len(rows)) if all(j == i or dominates(rows[j], rows[i]) for j in range(len(rows)))]
    assert not set(winners) & set(worst)


@given(POPULATIONS, st.integers(0, 99))
def test_winners_of_a_large_tournament_are_the_lexicographic_best(rows: Rows, seed: int) -> None:
    winners = tournament(random.Random(seed), matrix(rows), 10, 500)
    assert {rows[i] for i in winners} == {min(rows)}


def test_tournaments_of_one_choose_uniformly() -> None:
    rows = matrix([(float(i), 0.0) for i in range(4)])
    chosen = Counter(tournament(random.Random(0), rows, 4000, 1))
    assert all(chosen[i] == pytest.approx(1000, rel=0.15) for i in range(4))


@pytest.mark.parametrize("seed", [0, 1])
def test_choices_depend_on_their_stream_alone(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    rows = drawn.integers(0, 5, (20, 2)).astype(np.float64)
    expected = _all_choices(seed, rows)
    random.seed(4711)
    np.random.seed(4711)  # noqa: NPY002 - the point: the global generators have no say
    assert _all_choices(seed, rows) == expected
    assert _all_choices(seed + 7, rows) != expected


def _all_choices(seed: int, rows: NDArray[np.float64]) -> tuple[list[int], list[int], list[int]]:
    return (
        tournament(random.Random(seed), rows, 40, 3),
        crowded_tournament(random.Random(seed), rows, 40),
        nsga2_survivors(rows, 10).tolist(),
    )


def test_choosing_leaves_the_global_generators_alone() -> None:
    before = random.getstate(), repr(np.random.get_state())  # noqa: NPY002
    _all_choices(3, np.ones((20, 2)))
    assert (random.getstate(), repr(np.random.get_state())) == before  # noqa: NPY002


def test_the_modules_of_deap_get_their_random_back_even_after_an_error() -> None:
    for module in (deap.tools.emo, deap.tools.selection):
        with pytest.raises(ZeroDivisionError), deap_bridge.drawing_from(random.Random(1), module):
            assert module.random is not random
            raise ZeroDivisionError
        assert module.random is random


@pytest.mark.parametrize("n_objectives", [1, 2, 3, 4])
def test_a_fitness_has_as_many_objectives_as_values_and_smaller_is_better(n_objectives: int) -> None:
    small, large = Fitness([0.5] * n_objectives), Fitness([0.5] * (n_objectives - 1) + [1.0])
    assert small.valid
    assert small.values == (0.5,) * n_objectives
    assert small.weights == (-1.0,) * n_objectives
    assert small > large
    assert small.dominates(large)
    assert not large.dominates(small)
    assert not small.dominates(Fitness([0.5] * n_objectives))


def test_individuals_are_row_numbers_with_their_fitness() -> None:
    rows = individuals(np.array([[0.5, 3.0], [0.25, 9.0]]))
    assert [(row.index, row.fitness.values) for row in rows] == [(0, (0.5, 3.0)), (1, (0.25, 9.0))]
    assert all(isinstance(row, Individual) and not hasattr(row, "__dict__") for row in rows)
