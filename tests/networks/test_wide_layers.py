"""Hidden layers of wide networks: the chain rule beside every flip, networks and back, the same bytes however cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from distributed.local import LocalBackend
from evo.search.lut_boost import LutBoost
from fitness.networks.plan import LAYER, TABLES, TRAINED
from fitness.networks.wide.booster import Booster
from fitness.networks.wide.layers import Batch, Stack, Training
from fitness.networks.wide.plan import Boosting, exponentials
from fitness.networks.wide.tables import Table, Tables, hidden_of, network_of, of_tables, tables_of, tidy
from genomes.bits import pack
from genomes.networks.space import NetworkSpace, check_network
from tests.kits.network_cases import decision
from tests.kits.reversed_backend import Reversed
from tests.kits.small_networks import OUTPUTS, THREE, TWO, small_networks
from tests.kits.small_search import after, state_bytes, states

COLUMNS, ROWS = 7, 128
LAYERS = {"algorithm": "lut_boost", "units": 6, "inputs": 3, "rounds": 3, "layers": [5, 4], "epochs": 3, "sweeps": 1}


def table(rng: np.random.Generator, columns: list[int], size: int) -> Table:
    inputs = sorted(rng.choice(columns, size, replace=False).tolist())
    return Table(tuple(inputs), int(rng.integers(1 << (1 << size))))


def said(hidden: list[Table], tables: Tables, row: list[bool]) -> list[int]:
    """The votes of each class for a row, by definition."""
    values = list(row)
    for one in hidden:
        values.append(bool(one.entries >> sum(values[c] << k for k, c in enumerate(one.inputs)) & 1))
    spelled = [
        [one.entries >> sum(values[c] << k for k, c in enumerate(one.inputs)) & 1 for one in own] for own in tables
    ]
    return [sum(2 * holds - 1 for holds in own) for own in spelled]


def layered(rng: np.random.Generator, *, deep: bool) -> tuple[list[Table], list[list[Table]]]:
    """Two hidden tables and what votes on them; deep: three layers in which no way meets another."""
    below = [table(rng, list(range(COLUMNS)), 3) for _ in range(4)]
    if not deep:
        return below, [[table(rng, list(range(COLUMNS + 4)), 3) for _ in range(5)] for _ in range(3)]
    middle = [Table((COLUMNS, COLUMNS + 1), 0b0110), Table((2, COLUMNS + 2, COLUMNS + 3), int(rng.integers(256)))]
    first = COLUMNS + len(below)
    return below + middle, [[Table((0, first + c % 2), int(rng.integers(16)))] for c in range(3)]


@pytest.mark.parametrize("deep", [False, True], ids=["two layers", "three layers whose ways do not meet"])
def test_what_is_asked_of_an_entry_is_what_all_classes_gain_where_it_flips(deep: bool) -> None:
    rng = np.random.default_rng(4)
    hidden, classes = layered(rng, deep=deep)
    rows = rng.random((ROWS, COLUMNS)) < 0.5
    labels, weights = rng.integers(3, size=ROWS), rng.integers(4, size=(3, ROWS)).astype(np.int16)
    wanted = (labels[None] == np.arange(3)[:, None]).astype(np.uint8)
    stack = Stack.of(hidden, classes, COLUMNS)
    batch = Batch(stack, 3, ROWS // 64)
    batch.run(pack(np.ascontiguousarray(rows.T)), np.arange(ROWS // 64), stack.tables)
    batch.ask(stack.tables, exponentials(3.0), wanted, weights, rival=True)
    votes = np.array([said(hidden, classes, row) for row in rows.tolist()]).T
    assert (batch.votes == votes).all()
    chances = np.exp(votes / 3.0) / np.exp(votes / 3.0).sum(axis=0)
    assert (np.abs(batch.classes - 127 * weights * (wanted - chances)) <= 0.51 * weights).all()
    flipped = 0
    for place, one in enumerate(hidden):
        for entry in range(1 << len(one.inputs)):
            other = [*hidden]
            other[place] = Table(one.inputs, one.entries ^ 1 << entry)
            change = np.array([said(other, classes, row) for row in rows.tolist()]).T - votes
            gain = int((batch.classes * change).sum())
            assert gain == 2 * int(batch.sums[place, entry]) * (-1 if one.entries >> entry & 1 else 1)
            flipped += gain != 0
    assert flipped > len(hidden)


@pytest.mark.parametrize("votes", [False, True], ids=["outputs", "classes"])
def test_layers_become_a_network_that_says_the_same_and_back(votes: bool) -> None:
    rng = np.random.default_rng(9)
    hidden, tables = layered(rng, deep=False)
    hidden.append(hidden[0])  # equal ones, and one that nothing reads
    network = network_of(tables, COLUMNS, (), votes=votes, hidden=hidden)
    space = NetworkSpace(COLUMNS, 3, (2, 0, 1) if votes else ())
    check_network(network, space)
    assert of_tables(network, COLUMNS, (), votes=votes)
    assert (hidden_of(network, COLUMNS, ()), tables_of(network, COLUMNS, (), votes=votes)) == (hidden, tables)
    small = tidy(network, COLUMNS, (), votes=votes)
    assert len(small) < len(network)
    for row in (rng.random((40, COLUMNS)) < 0.5).tolist():
        counts = said(hidden, tables, row)
        expected = (
            (max((2, 0, 1), key=lambda c: (counts[c], -(2, 0, 1).index(c))),)
            if votes
            else tuple(int(count >= 0) for count in counts)
        )
        assert decision(network, space, row) == decision(small, space, row) == expected


@pytest.mark.parametrize("data", [TWO, THREE, OUTPUTS], ids=["two classes", "votes", "outputs"])
def test_layers_depend_neither_on_how_tasks_are_cut_nor_on_where_a_run_went_on(data: dict[str, object]) -> None:
    search = small_networks(data, every=1, search=LAYERS)
    n = search.algorithm.plan.generations
    found = {
        state_bytes(after(replace(search, backend=backend), n))
        for backend in (LocalBackend(), LocalBackend(2), Reversed(1))
    }
    fresh = small_networks(data, every=1, search=LAYERS)
    state = fresh.start()
    for _ in range(n):  # a booster of its own for every generation: nothing is remembered
        state = replace(fresh, algorithm=LutBoost(fresh.algorithm.plan, fresh.algorithm.patterns)).step(state)
    assert found == {state_bytes(state)}


def test_every_generation_does_what_the_plan_says() -> None:
    search = small_networks(THREE, every=1, search=LAYERS)
    booster = Booster(search.problem, search.algorithm.plan)
    steps = [search.algorithm.plan.at(g).step for g in range(search.algorithm.plan.generations - 1)]
    per_layer = [[LAYER, *[TABLES] * blocks, TRAINED, *[TABLES] * blocks] for blocks in (2, 2)]
    assert steps == [step for layer in per_layer for step in layer]
    reached = list(states(search, len(steps)))
    first, before, last = reached[0], reached[len(per_layer[0]) - 1], reached[-1]
    assert len(booster.hidden(first.population[0])) == 3 * 5
    assert [len(own) for own in booster.tables(before.population[0])] == [4, 4, 4]
    hidden = booster.hidden(last.population[0])
    assert any(column >= len(search.problem.train.split.inputs) for one in hidden for column in one.inputs)
    assert [len(own) for own in booster.tables(last.population[0])] == [6, 6, 6]


def test_training_makes_fewer_errors_where_one_layer_has_none_to_mend() -> None:
    """Whether two of three majorities of three bits hold, or none: no table of three bits says anything about it."""
    rng = np.random.default_rng(1)
    rows = rng.random((1500, 9)) < 0.5
    wanted = ((rows.reshape(-1, 3, 3).sum(axis=2) >= 2).sum(axis=1) % 2 == 0)[None].astype(np.uint8)
    weights = np.ones((1, 1500), dtype=np.int16)
    weights[:, 1200:] = 0
    hidden = [table(rng, list(range(9)), 3) for _ in range(60)]
    classes = [[table(rng, list(range(9, 69)), 3) for _ in range(60)]]
    columns = pack(np.ascontiguousarray(rows.T))
    training = Training(columns, wanted, weights, ())
    plan = Boosting(units=60, inputs=3, sweeps=1, rounds=10, layers=(60,), epochs=30)
    below, above = training.trained(hidden, classes, plan, np.random.default_rng(2))
    errors = [
        sum((said(a, b, row)[0] >= 0) != wanted[0, r] for r, row in enumerate(rows[:1200].tolist()))
        for a, b in ((hidden, classes), (below, above))
    ]
    assert errors[0] == training.errors(Stack.of(hidden, classes, 9), Stack.of(hidden, classes, 9).tables)
    assert errors[1] == training.errors(Stack.of(below, above, 9), Stack.of(below, above, 9).tables)
    assert errors[1] < errors[0] / 2
    wanted[:, 1200:] ^= 1
    other = Training(columns, wanted, weights, ()).trained(hidden, classes, plan, np.random.default_rng(2))
    assert other == (below, above)  # rows that do not grow say nothing
