"""Decision graphs by statistical merging: what they compute, on rows that they did not see."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.networks.pool import Pool
from fitness.networks.proposals.decision_graph import decision_graph, graph_in_tree
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from tests.kits.network_cases import decision
from tests.networks.targets import Flags, coins, pool_of, target_of, values


def accuracy(pool: Pool, literal: int, wanted: Flags, first: int) -> float:
    return float((values(pool, literal) == wanted)[first:].sum() / (len(wanted) - first))


def shuffled(rng: np.random.Generator, n_rows: int, n: int) -> tuple[Flags, Flags]:
    """Rows, and the same rows with their columns in another order."""
    rows = coins(rng, n_rows, n)
    return rows, rows[:, rng.permutation(n)]


def test_a_comparator_is_learned_without_its_order() -> None:
    rng = np.random.default_rng(2)
    rows, seen = shuffled(rng, 5000, 16)
    place = 2 ** np.arange(8)
    wanted = rows[:, :8] @ place > rows[:, 8:] @ place
    pool, target = pool_of(seen), target_of(wanted, 3000)
    grown = decision_graph(pool, target)
    assert accuracy(pool, grown.literal, wanted, 3000) > 0.985
    network = pool.network([Head.of(grown.literal)])
    assert len(network) <= 40
    space = NetworkSpace(16, 1)
    for row in range(4990, 5000):
        assert decision(network, space, seen[row].tolist()) == (values(pool, grown.literal)[row],)


@pytest.mark.parametrize("holds", [(4, 5, 6, 7), (2, 3), (3, 4, 7)])
def test_symmetric_functions_are_learned(holds: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(holds))
    rows = coins(rng, 6000, 7)
    wanted = np.isin((rows ^ (np.arange(7) % 2 == 1)).sum(axis=1), holds)
    pool = pool_of(rows)
    assert accuracy(pool, decision_graph(pool, target_of(wanted, 4000)).literal, wanted, 4000) > 0.99


def test_a_tree_of_graphs_is_at_least_the_graph_where_one_input_chooses() -> None:
    rng = np.random.default_rng(4)
    rows = coins(rng, 6000, 17)
    place = 2 ** np.arange(8)
    first, second = rows[:, :8] @ place, rows[:, 8:16] @ place
    wanted = np.where(rows[:, 16], first > second, (first + second) % 7 < 3)
    pool, target = pool_of(rows), target_of(wanted, 4000)
    graph, tree = decision_graph(pool, target), graph_in_tree(pool, target)
    assert target.accuracy(pool.column(tree.literal), target.prune) >= target.accuracy(
        pool.column(graph.literal), target.prune
    )
    assert accuracy(pool, tree.literal, wanted, 4000) > 0.7


def test_rows_of_weight_decide() -> None:
    rng = np.random.default_rng(6)
    rows = coins(rng, 3000, 8)
    wanted = (rows[:, 0] ^ rows[:, 1]) & rows[:, 2] | rows[:, 3]
    heavy = np.arange(3000) % 3 == 0
    weights = np.where(heavy, 50, 1).astype(np.int64)
    pool = pool_of(rows)
    grown = decision_graph(pool, target_of(np.where(heavy, wanted, ~wanted), 3000, weights))
    assert np.array_equal(values(pool, grown.literal), wanted)


@pytest.mark.parametrize("operator", [decision_graph, graph_in_tree])
def test_few_rows_of_one_class_or_without_prune_rows_are_no_trouble(operator) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(7)
    rows = coins(rng, 30, 5)
    pool = pool_of(rows)
    assert operator(pool, target_of(np.ones(30, dtype=bool), 30)).literal == 1
    assert operator(pool, target_of(np.zeros(30, dtype=bool), 1)).literal == 0
    whole = target_of(rows[:, 1] & rows[:, 2], 30)
    alone = type(whole)(whole.wanted, whole.weights, np.arange(30), np.arange(0))
    assert operator(pool, alone).literal == pool.both(4, 6)
