"""Copies of training rows in a search for networks: none of a row that judges ever grows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fitness.data.dataset import Bit, Dataset, Split, Task
from fitness.networks.plan import Step
from fitness.networks.problem import NetworkProblem, network_problem
from fitness.networks.spec import NetworkFitnessSpec
from genomes.bits import pack
from genomes.networks.spec import NetworkGenomeSpec
from tests.networks.targets import coins
from tests.networks.test_network_folds import done

TASK = Task("binary", ("y",), ("no", "yes"), ())
ROWS: dict[str, Any] = {"judging": "rows"}
FOLDS: dict[str, Any] = {"judging": "folds"}


def problem_of(n: int, copies: int, **fitness: Any) -> NetworkProblem:
    """Labels are coins, rows differ, and copies are as their rows: who has seen one knows the label of the other."""
    rng = np.random.default_rng(7)
    rows, labels = coins(rng, n, 40), coins(rng, 1, n)
    many = 1 + copies
    split = Split(
        n * many,
        pack(np.ascontiguousarray(np.tile(rows, (many, 1)).T)),
        pack(np.tile(labels, (1, many))),
        pack(np.ones((1, n * many), dtype=np.bool_)),
    )
    dataset = Dataset(
        TASK,
        tuple(Bit(f"x{j}", "is", None, f"x{j}", f"NOT x{j}") for j in range(40)),
        40,
        split,
        None,
        None,
        copies=copies,
    )
    return network_problem(dataset, NetworkGenomeSpec(), NetworkFitnessSpec(**fitness), 3)


@pytest.mark.parametrize("fitness", [ROWS, FOLDS], ids=["rows", "folds"])
def test_labels_of_copies_of_rows_that_judge_are_not_known(fitness: dict[str, Any]) -> None:
    problem = problem_of(200, 3, **fitness)
    _, error = done(problem, Step("fringe"))
    assert 0.35 < error < 0.65
    everything = np.arange(800)
    leaking = replace(problem, growing=everything, folds=())
    _, known = done(leaking, Step("fringe"))
    assert known < 0.2


@pytest.mark.parametrize("fitness", [ROWS, FOLDS], ids=["rows", "folds"])
def test_copies_grow_where_their_rows_grow_and_rows_alone_judge(fitness: dict[str, Any]) -> None:
    plain, problem = problem_of(100, 0, **fitness), problem_of(100, 2, **fitness)
    parts = list(zip(plain.outside(), problem.outside(), strict=True)) if plain.folds else [(plain, problem)]
    for without, part in parts:
        assert part.judging.tolist() == without.judging.tolist()
        assert part.growing.tolist() == [*without.growing, *(without.growing + 100), *(without.growing + 200)]


def test_where_all_rows_judge_copies_do_not() -> None:
    problem = problem_of(100, 2, judging="rows", judged=0.0)
    assert problem.judging.tolist() == list(range(100)) and problem.growing.tolist() == list(range(300))
