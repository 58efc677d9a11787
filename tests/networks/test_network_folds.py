"""Folds that judge the steps of a search for networks on small tables."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.data.dataset import Bit, Dataset, Split, Task
from fitness.networks.plan import STEPS, Step
from fitness.networks.problem import NetworkProblem, network_problem
from fitness.networks.proposals.linear import STEEP, linear_votes
from fitness.networks.spec import NetworkFitnessSpec
from fitness.networks.target import Target
from fitness.networks.tasks import NetworkTasks
from fitness.networks.work import work
from genomes.bits import pack
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.networks.spec import NetworkGenomeSpec
from tests.networks.targets import Flags, coins, pool_of

TWO = Task("binary", ("y",), ("no", "yes"), ())
THREE = Task("multiclass", ("y",), ("a", "b", "c"), (0, 1, 2))


def problem_of(rows: Flags, labels: NDArray[np.integer], task: Task = TWO, metric: str = "accuracy") -> NetworkProblem:
    planes = np.stack([labels == code for code in (range(len(task.classes)) if task.kind == "multiclass" else (1,))])
    care = pack(np.ones((1, len(rows)), dtype=np.bool_))
    split = Split(len(rows), pack(np.ascontiguousarray(rows.T)), pack(planes), care)
    bits = tuple(Bit(j, f"x{j}", "==", 1.0, f"x{j}", f"not x{j}") for j in range(rows.shape[1]))
    fitness = NetworkFitnessSpec(metric=metric)  # type: ignore[arg-type]
    return network_problem(Dataset(task, bits, rows.shape[1], split, None, split), NetworkGenomeSpec(), fitness, 3)


def done(problem: NetworkProblem, step: Step, parent: Network | None = None) -> tuple[Network, float]:
    parents = NetworkBatch((problem.nothing if parent is None else parent,))
    tasks = NetworkTasks(parents, parents, np.array([STEPS.index(step)]), np.array([0]), 5, 1)
    results = work(problem, 20, tasks)
    return results.genomes[0], float(results.objectives[0, 0])


def test_every_row_judges_once_and_classes_are_spread_evenly() -> None:
    rng = np.random.default_rng(0)
    labels = (np.arange(203) % 10 == 0).astype(np.int64)
    folds = problem_of(coins(rng, 203, 4), labels).folds
    assert sorted(np.concatenate(folds).tolist()) == list(range(203))
    assert {int(labels[fold].sum()) for fold in folds} <= {4, 5}


@pytest.mark.parametrize("step", [Step("fringe"), Step("linear"), Step("boosting", level=4), Step("two_level")])
def test_labels_that_are_coins_are_judged_near_half_whatever_is_learned_by_heart(step: Step) -> None:
    rng = np.random.default_rng(1)
    _, error = done(problem_of(coins(rng, 300, 8), coins(rng, 300, 1)[:, 0].astype(np.int64)), step)
    assert 0.4 < error < 0.6


@pytest.mark.parametrize("step", [Step("fringe_vote"), Step("count"), Step("panel")])
def test_what_is_grown_without_a_fold_does_not_know_its_labels(step: Step) -> None:
    rng = np.random.default_rng(2)
    rows = coins(rng, 200, 7)
    labels = (rows[:, :5].sum(axis=1) > 2).astype(np.int64)
    problem = problem_of(rows, labels)
    other = labels.copy()
    other[problem.folds[1]] ^= 1
    changed = problem_of(rows, other)
    parts = [list(of.outside())[1] for of in (problem, changed)]
    changed_part = NetworkProblem(
        changed.space, changed.spec, changed.class_weights, changed.train, parts[0].growing, parts[0].judging
    )
    first, second = (done(part, step)[0] for part in (parts[0], changed_part))
    assert first.key() == second.key()


def test_units_of_parents_which_have_seen_every_row_are_no_help() -> None:
    rng = np.random.default_rng(3)
    rows, labels = coins(rng, 200, 8), coins(rng, 200, 1)[:, 0].astype(np.int64)
    problem = problem_of(rows, labels)
    parent, _ = done(problem, Step("fringe_vote"))
    (child, error), (alone, same) = (done(problem, Step("upon", mask=-1), of) for of in (parent, None))
    assert child.key() == alone.key()
    assert error == same


def test_a_symmetric_function_of_few_rows_is_judged_to_be_right() -> None:
    rows = np.array(list(product((False, True), repeat=7)))[::2]
    labels = np.isin(rows.sum(axis=1), (2, 3)).astype(np.int64)
    network, error = done(problem_of(rows, labels), Step("count"))
    assert error == 0.0
    assert len(network) == 1


def test_a_rare_class_is_found_where_the_metric_is_the_balanced_accuracy() -> None:
    rng = np.random.default_rng(4)
    rows = coins(rng, 600, 6)
    labels = (rows[:, 0] & rows[:, 1] & (rng.random(600) < 0.4)).astype(np.int64)
    plain, fair = (
        done(problem_of(rows, labels, metric=metric), Step("tree"))[0] for metric in ("accuracy", "balanced_accuracy")
    )
    problem = problem_of(rows, labels, metric="balanced_accuracy")
    everything = np.arange(600)
    scores = problem.scores(NetworkBatch((plain, fair)), everything).tolist()
    assert scores[1] > 0.85 > 0.6 > scores[0]


def test_votes_with_large_enough_weights_compare_products() -> None:
    """The balance scale: which of two products of numbers up to 5 is larger, or neither; from four fifths of it."""
    numbers = np.array(list(product(range(1, 6), repeat=4)))
    left, right = numbers[:, 0] * numbers[:, 1], numbers[:, 2] * numbers[:, 3]
    labels = np.where(left > right, 0, np.where(left < right, 1, 2))
    rows = np.concatenate([numbers[:, [j]] > np.arange(1, 5) for j in range(4)], axis=1)
    order = np.random.default_rng(5).permutation(len(rows))
    rows, labels = rows[order], labels[order]
    pool, known = pool_of(rows), np.arange(500)
    weights = np.ones(len(rows), dtype=np.int64)
    targets = [Target(labels == code, weights, known[known % 5 < 3], known[known % 5 >= 3]) for code in range(3)]
    network = pool.network(linear_votes(pool, targets, how=STEEP))
    said = problem_of(rows, labels, THREE).train.codes(NetworkBatch((network,)))[0, 0]
    assert (said == labels)[500:].mean() >= 0.97
