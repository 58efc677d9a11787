"""The search of networks: the same bytes however it is cut, limits that hold, and rows that keep to their part."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from distributed.local import LocalBackend
from evo.search.failures import Failure
from evo.search.islands import IslandSearch
from evo.search.loop import Interrupted
from evo.search.networks import crowded
from fitness.evaluation.results import Results
from fitness.networks.plan import STEPS, Step
from fitness.networks.simplest import simplest
from fitness.networks.tasks import NetworkTasks
from fitness.networks.work import work
from fitness.registry import tasks_from_arrays
from fitness.tasks.fault_tolerance import FaultTolerant
from genomes.bits import pack, unpack
from genomes.networks.batch import NetworkBatch
from genomes.networks.lower import gates_and_depth
from genomes.networks.space import check_network
from genomes.streams import Role
from tests.kits.genome_kit import through_npz
from tests.kits.network_cases import decision
from tests.kits.reversed_backend import Reversed
from tests.kits.small_networks import FOLDS, OUTPUTS, THREE, TWO, every_step, small_networks
from tests.kits.small_search import after, state_bytes, states

ISLANDS = {"count": 3, "every": 2, "migrants": 2}


def asked(times: int) -> Callable[[], bool]:
    """A clock that runs out after it was asked so often."""
    count = itertools.count()
    return lambda: next(count) >= times


@pytest.mark.parametrize(
    ("islands", "fitness"), [({}, {}), (ISLANDS, {}), ({}, FOLDS)], ids=["one population", "islands", "folds"]
)
def test_networks_depend_neither_on_how_tasks_are_cut_nor_on_the_order_in_which_they_come_back(
    islands: dict[str, Any], fitness: dict[str, Any]
) -> None:
    search = small_networks(search={"islands": islands}, fitness=fitness)
    backends = (LocalBackend(), LocalBackend(2), Reversed(1))
    found = {state_bytes(after(replace(search, backend=backend), 1 if islands else 2)) for backend in backends}
    assert len(found) == 1


@pytest.mark.parametrize("data", [TWO, THREE, OUTPUTS], ids=["two classes", "votes", "outputs"])
def test_objectives_are_those_of_the_networks_on_the_rows_that_judge(data: dict[str, Any]) -> None:
    search = small_networks(data, fitness={"objectives": ["error", "gates", "depth", "units"]})
    problem = search.problem
    inputs = unpack(problem.train.split.inputs, problem.train.split.n_rows).T
    truth = problem.train.truth.T
    state = after(search, 2)
    assert len(state.archive) > 1
    for network, values in zip(state.archive.genomes, state.archive.objectives.tolist(), strict=True):
        check_network(network, problem.space)
        said = np.array([decision(network, problem.space, inputs[row].tolist()) for row in problem.judging])
        error = float(np.mean(said != truth[problem.judging]))
        assert values == pytest.approx([error, *gates_and_depth(network, problem.space), len(network)])
    assert not set(problem.judging) & set(problem.growing)


def test_the_best_never_gets_worse_and_what_lives_is_distinct() -> None:
    best = np.inf
    for state in states(small_networks(), 4):
        assert state.objectives[:, 0].min() <= best
        best = state.objectives[:, 0].min()
        assert len({network.key() for network in state.population}) == len(state.population) <= 6
        assert len(set(map(tuple, state.objectives.tolist()))) == len(state.population)


def test_limits_are_hard() -> None:
    search = small_networks(every=2, genome={"gate_limit": 12, "depth_limit": 5})
    state = after(search, 3)
    sizes = [gates_and_depth(network, search.problem.space) for network in (*state.archive.genomes, *state.population)]
    assert max(gates for gates, _ in sizes) <= 12 and max(depth for _, depth in sizes) <= 5
    assert any(gates for gates, _ in sizes)


def test_rows_that_judge_never_grow() -> None:
    search = small_networks()
    problem = search.problem
    flags = unpack(problem.train.split.planes, problem.train.split.n_rows)
    flags[:, problem.judging] ^= True
    split = replace(problem.train.split, planes=pack(flags))
    other = replace(problem, train=replace(problem.train, split=split))
    tasks = every_step(search, after(search, 2).archive.genomes)
    grown, elsewhere = work(problem, 20, tasks), work(other, 20, tasks)
    assert [a.key() for a in grown.genomes] == [b.key() for b in elsewhere.genomes]
    assert (grown.objectives[:, 0] != elsewhere.objectives[:, 0]).any()
    assert len({network.key() for network in grown.genomes}) > len(STEPS) / 3


def test_every_row_judges_once_what_grew_without_it() -> None:
    problem = small_networks(THREE, fitness=FOLDS).problem
    n, codes = problem.train.split.n_rows, problem.train.truth[0]
    parts = list(problem.outside())
    assert sorted(np.concatenate([part.judging for part in parts]).tolist()) == list(range(n))
    for part in parts:
        assert sorted([*part.judging, *part.growing]) == list(range(n))
        counts = np.bincount(codes[part.judging], minlength=3)
        assert np.abs(counts - np.bincount(codes) / len(parts)).max() < 1.5


def test_a_step_is_as_good_as_it_is_outside_the_folds() -> None:
    problem = small_networks(fitness=FOLDS).problem
    nothing = NetworkBatch((problem.nothing,))
    tasks = NetworkTasks(nothing, nothing, np.array([STEPS.index(Step("tree"))]), np.array([4]), seed=3, generation=0)
    found = work(problem, 0, tasks)
    wrong = 0
    for part in problem.outside():
        grown = work(part, 0, tasks).genomes
        wrong += int((~problem.train.right(grown)[0, 0, part.judging]).sum())
    assert found.objectives[0, 0] == pytest.approx(wrong / problem.train.split.n_rows)


def test_a_random_search_builds_on_nothing() -> None:
    search = small_networks(search={"algorithm": "random"}, local={"kind": "none"})
    first, second = ([network.key() for network in state.population] for state in states(search, 2))
    assert not set(first) & set(second)
    tasks = search.algorithm.ask(search.context, after(search, 1))
    assert [network.key() for network in tasks.first] == second


def test_immigrants_take_the_places_of_the_worst_and_are_no_copies() -> None:
    search = small_networks(search={"islands": ISLANDS})
    assert isinstance(search, IslandSearch)
    here, there = after(replace(search), 1).islands[:2]
    context = search.context.on_island(0)
    joined, counts = search.algorithm.immigrate(context, here, [there], 2)
    assert 0 < sum(counts) <= 2
    keys = [network.key() for network in joined.population]
    assert len(set(keys)) == len(keys)
    stayed = set(keys) & {network.key() for network in here.population}
    best = min(range(len(here.population)), key=lambda row: tuple(here.objectives[row]))
    assert here.population[best].key() in stayed
    assert set(keys) - stayed <= {network.key() for network in there.archive.genomes}


def test_small_populations_have_parents_too() -> None:
    search = small_networks()
    state = after(search, 1)
    few = replace(state, population=state.population.slice(0, 2), objectives=state.objectives[:2])
    assert set(crowded(search.context, few, 40)) == {0, 1}


def test_a_step_that_raises_is_quarantined_and_its_task_can_be_done_again() -> None:
    search = small_networks()
    state = after(search, 2)
    whole = search.algorithm.work(search.context, search.problem)
    bad = int(search.algorithm.ask(search.context, state).slots[1])

    def failing(tasks: NetworkTasks) -> Results[NetworkBatch]:
        if bad in tasks.slots.tolist():
            raise ZeroDivisionError("planted")
        return whole(tasks)

    object.__setattr__(search, "work", FaultTolerant(search.problem, failing))
    told: list[Failure] = []
    later = search.step(state, failed=told.append)
    assert [failure.number for failure in told] == [1]
    assert told[0].reason.endswith("ZeroDivisionError: planted\n")
    assert later.failed == 1
    assert told[0].task.drawn_from(state.generation, 1) == (Role.VARIATION, bad)
    again = tasks_from_arrays(told[0].task.to_arrays(), search.problem.space)
    redone, straight = whole(again), whole(search.algorithm.ask(search.context, state).slice(1, 2))
    assert redone.objectives.tolist() == straight.objectives.tolist()
    assert redone.genomes[0].key() == straight.genomes[0].key()


def test_generations_go_on_where_every_step_but_one_raises() -> None:
    search = small_networks()
    whole = search.algorithm.work(search.context, search.problem)

    def failing(tasks: NetworkTasks) -> Results[NetworkBatch]:
        if tasks.slots[0] != tasks_of_start.slots[-1]:
            raise ZeroDivisionError("planted")
        return whole(tasks)

    tasks_of_start = search.algorithm.ask(search.context, search.start())
    object.__setattr__(search, "work", FaultTolerant(search.problem, failing))
    state = search.step(search.start())
    assert state.failed == len(tasks_of_start) - 1
    assert len(state.population) == 1 and np.isfinite(state.objectives).all()


@pytest.mark.parametrize("times", [0, 1, 12])
@pytest.mark.parametrize(
    ("data", "islands"), [(TWO, {}), (TWO, ISLANDS), (THREE, {})], ids=["two classes", "islands", "votes"]
)
def test_a_first_generation_that_time_cuts_leaves_a_state_to_go_on_from(
    data: dict[str, Any], times: int, islands: dict[str, Any]
) -> None:
    search = small_networks(data, search={"islands": islands})
    state = search.step(search.start(), enough=asked(times))
    assert state.generation == (2 if islands else 1)
    assert len(state.archive) and np.isfinite(state.archive.objectives).all()
    restored = search.restored(through_npz(state.to_arrays()))
    assert search.step(restored).generation > state.generation


@pytest.mark.parametrize("data", [TWO, THREE, OUTPUTS], ids=["two classes", "votes", "outputs"])
def test_without_any_time_there_are_the_best_constant_and_the_best_input(data: dict[str, Any]) -> None:
    problem = small_networks(data).problem
    inputs = unpack(problem.train.split.inputs, problem.train.split.n_rows)[:, problem.growing]
    truth = problem.train.truth[:, problem.growing]

    def most(codes: Any) -> int:
        return int(np.bincount(codes).max(initial=0))

    constant = sum(map(most, truth))
    if problem.space.votes:
        single = max(most(truth[0][bit]) + most(truth[0][~bit]) for bit in inputs)
    else:
        single = sum(max(int((bit == out).sum()) for row in inputs for bit in (row, ~row)) for out in truth == 1)
    right = problem.train.right(NetworkBatch(tuple(simplest(problem))))[:, :, problem.growing]
    assert right.sum(axis=(1, 2)).tolist() == [constant, single]
    for network in simplest(problem):
        check_network(network, problem.space)


def test_a_generation_cut_deep_inside_its_work_is_dropped_as_a_whole() -> None:
    search = small_networks()
    state = after(search, 2)
    before, expected = state_bytes(state), state_bytes(search.step(state))
    for times in (0, 2, 5):
        with pytest.raises(Interrupted):
            search.step(state, asked(times))
    assert state_bytes(state) == before
    assert state_bytes(search.step(state, asked(10**9), enough=asked(10**9))) == expected
