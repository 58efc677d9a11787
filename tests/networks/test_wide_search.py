"""Searches for wide networks: limits, weights, rows that only judge, time, and what state they go on from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evo.search.loop import Search
from fitness.data.dataset import Dataset
from fitness.networks.evaluator import NetworkEvaluator
from fitness.networks.wide.booster import HEAVIEST, Booster
from fitness.networks.wide.tables import of_tables
from genomes.bits import pack, unpack
from genomes.errors import GenomeError
from genomes.networks.batch import NetworkBatch
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head, Network
from tests.kits.small_networks import OUTPUTS, THREE, TWO, small_networks
from tests.kits.small_search import after, state_bytes, states
from tests.networks.targets import coins
from tests.networks.wide_cases import dataset_of, problem_of

WIDE = {"algorithm": "lut_boost", "units": 12, "inputs": 3, "sweeps": 1, "rounds": 4}


#: Five outputs of 256 rows.
ADDER = {"source": "function", "function": "adder", "bits": 4}


def wide(data: Any = TWO, search: Any = None, **sections: Any) -> Search[Any, Any]:
    return small_networks(data, every=1, search={**WIDE, **(search or {})}, **sections)


def over(dataset: Dataset, search: Any = None, **fitness: Any) -> Search[Any, Any]:
    """The same search of other data."""
    small = wide(search=search)
    problem = problem_of(dataset, **fitness)
    space = replace(small.context, space=problem.space)
    return replace(small, problem=problem, context=space)


def last(search: Search[Any, Any]) -> Any:
    return after(search, search.algorithm.plan.generations)


@pytest.mark.parametrize(("data", "limit"), [(TWO, 25), (TWO, 120), (THREE, 150), (THREE, 400), (ADDER, 250)])
def test_no_network_is_over_the_limit_and_growth_stops_before_it(data: Any, limit: int) -> None:
    search = wide(data, {"units": 40, "rounds": 8}, genome={"gate_limit": limit})
    lengths, booster = [], Booster(search.problem, search.algorithm.plan)
    for state in states(search, search.algorithm.plan.generations):
        lengths.append({len(own) for own in booster.tables(state.population[0])})
    space, votes = search.problem.space, search.problem.space.votes
    sizes = [gates_and_depth(network, space)[0] for network in state.archive.genomes]
    assert max(sizes) <= limit and np.isfinite(state.archive.objectives).all()
    assert state.archive.objectives[:, 1].tolist() == sizes
    assert all(len(one) == 1 for one in lengths)  # all classes have as many
    final = gates_and_depth(state.population[0], space)[0]
    assert limit / 4 <= final <= limit and 1 < max(lengths[-1]) < 40
    assert of_tables(state.population[0], space.n_inputs, (), votes=votes)


def test_a_limit_of_depth_is_kept() -> None:
    search = wide(THREE, {"units": 40}, genome={"depth_limit": 34, "gate_limit": 50_000})
    state = last(search)
    networks = [*state.archive.genomes, state.population[0]]
    depths = [gates_and_depth(network, search.problem.space)[1] for network in networks]
    n_tables = len(Booster(search.problem, search.algorithm.plan).tables(state.population[0])[0])
    assert max(depths) <= 34 and n_tables < 40
    assert depths[-1] > 8


def labelled(changed: bool, copies: int) -> tuple[Dataset, Any]:
    """Coins for labels; where `changed`, rows that judge, and their copies, are others than they were."""
    rng = np.random.default_rng(5)
    rows, labels = coins(rng, 160, 30), coins(rng, 1, 160)
    many = 1 + copies
    dataset = dataset_of(np.tile(rows, (many, 1)), np.tile(labels, (1, many)), copies=copies)
    problem = problem_of(dataset, judged=0.3)
    if changed:
        split = dataset.train
        inputs, planes = (unpack(array, split.n_rows) for array in (split.inputs, split.planes))
        for block in range(many):
            inputs[:, problem.judging + 160 * block] = coins(rng, 30, len(problem.judging))
            planes[:, problem.judging + 160 * block] = ~planes[:, problem.judging + 160 * block]
        dataset = replace(dataset, train=replace(split, inputs=pack(inputs), planes=pack(planes)))
    return dataset, replace(problem, train=NetworkEvaluator.of(dataset.task, dataset.train, problem.space))


@pytest.mark.parametrize("copies", [0, 2])
def test_rows_that_judge_and_their_copies_steer_nothing(copies: int) -> None:
    found, errors = [], []
    for changed in (False, True):
        dataset, problem = labelled(changed, copies)
        search = replace(over(dataset), problem=problem)
        state = last(search)
        found.append(state.population[0].key())
        errors.append(float(state.archive.objectives[0, 0]))
    assert found[0] == found[1] and errors[0] != errors[1]


def test_rows_that_weigh_more_are_heard() -> None:
    rows = np.zeros((60, 4), dtype=np.bool_)
    rows[30:, 1] = True  # few rows that weigh much say yes on the first half, and no on the other
    labels = np.arange(60) % 5 == 0
    labels[30:] = ~labels[30:]
    for heavy, expected in ((1, [0, 1]), (9, [1, 0])):
        weights = np.where(np.arange(60) % 5 == 0, heavy, 1).astype(np.int64)
        search = over(dataset_of(rows, labels[None], weights=weights))
        state = last(search)
        codes = search.problem.train.codes(NetworkBatch((state.population[0],)))[0, 0]
        assert [codes[0], codes[59]] == expected
        assert set(codes[:30]) == {expected[0]} and set(codes[30:]) == {expected[1]}


def test_classes_weigh_where_the_metric_says_so() -> None:
    rng = np.random.default_rng(2)
    rows = coins(rng, 600, 5)
    labels = rng.random(600) < np.where(rows[:, 2], 0.3, 0.03)
    found = {}
    for metric in ("accuracy", "balanced_accuracy"):
        search = over(dataset_of(rows, labels[None]), {"units": 40, "inputs": 2}, metric=metric)
        codes = search.problem.train.codes(NetworkBatch((last(search).population[0],)))[0, 0]
        found[metric] = codes.astype(np.bool_)
    assert found["accuracy"].mean() < 0.15
    assert (found["balanced_accuracy"] == rows[:, 2]).mean() > 0.9


def test_weights_fit_into_signals() -> None:
    rng = np.random.default_rng(3)
    weights = np.array([1, 10**9, 40, 10**6])[rng.integers(0, 4, 100)]
    search = over(dataset_of(coins(rng, 100, 4), coins(rng, 1, 100), weights=weights))
    own = Booster(search.problem, search.algorithm.plan).weights
    assert own.min() == 1 and own.max() == HEAVIEST and (np.diff(own[0][np.argsort(weights, kind="stable")]) >= 0).all()


def test_a_longer_run_goes_on_where_a_shorter_one_ended() -> None:
    search = wide(THREE)
    plan = search.algorithm.plan.generations
    short = search.restored(after(search, plan).to_arrays())
    *_, long = states(search, plan + 2)
    assert search.algorithm.ask(search.context, short).steps.size == 4  # three classes, and a look
    resumed = search.step(search.step(short))
    assert state_bytes(resumed) == state_bytes(long)
    assert resumed.population[0].key() != short.population[0].key()


@pytest.mark.parametrize("data", [TWO, THREE, OUTPUTS])
@pytest.mark.parametrize("generations", [0, 2])
def test_a_search_whose_time_was_over_keeps_its_network_and_goes_on(data: Any, generations: int) -> None:
    search = wide(data)
    state = after(search, generations) if generations else search.start()
    cut = search.step(state, enough=lambda: True)
    assert np.isfinite(cut.archive.objectives).all() and len(cut.archive) > 0
    before = state.population[0] if generations else Network.constant(search.problem.space.n_heads)
    assert cut.population[0].key() == before.key()
    assert np.isfinite(search.step(search.step(search.restored(cut.to_arrays()))).archive.objectives).all()
    simplest = [network for network in cut.archive.genomes if len(network) == 0]
    assert all(search.algorithm.answered(search.problem, one).key() == one.key() for one in simplest)


def test_a_state_of_another_network_is_refused() -> None:
    search = wide(TWO)
    state = after(search, 1)
    other = replace(state, population=NetworkBatch((Network.of((), [Head.of(2)]),)))
    with pytest.raises(GenomeError, match="expected tables that vote"):
        search.restored(other.to_arrays())


def test_the_last_answer_is_at_least_as_right_on_its_rows() -> None:
    search = wide(TWO, {"units": 30})
    state = last(search)
    booster = Booster(search.problem, search.algorithm.plan)
    network = state.population[0]
    again = search.algorithm.answered(search.problem, network)
    assert [[t.inputs for t in own] for own in booster.tables(again)] == [
        [t.inputs for t in own] for own in booster.tables(network)
    ]
    growing = search.problem.growing
    scores = search.problem.scores(NetworkBatch((again, network, search.problem.nothing)), growing)
    assert scores[0] > scores[2] + 0.1
