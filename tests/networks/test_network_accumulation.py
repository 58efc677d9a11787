"""Accumulators: what flips gain beside networks that are evaluated unit by unit, and what comes of flipping them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.networks.accumulation import Batches, accumulated, gained, measured
from fitness.networks.flippable import Flippable
from genomes.bits import pack
from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler, canonical
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from tests.kits.network_cases import decision
from tests.networks.targets import coins
from tests.networks.test_network_moves import SPACES, Case, built

#: Sorts of things that no random network need have, over inputs of their own, so that each has one way to a head.
OUTPUTS, VOTES = NetworkSpace(40, 2), NetworkSpace(40, 3, prior=(1, 2, 0))


def one_way(space: NetworkSpace) -> Network:
    """Every sort of unit, wide and narrow, and no node that is read twice."""
    build = Assembler(space.n_inputs)
    inputs = iter(range(2, 2 * space.n_inputs + 2, 2))

    def some(n: int) -> list[int]:
        return [next(inputs) ^ (place % 3 == 1) for place in range(n)]

    wide = build.add(kinds.XOR, [*some(4), build.any(some(5))])
    terms = build.add(kinds.SOP, [*some(2), *some(3), *some(1)], (2, 3, 1))
    few = build.add(kinds.COUNT, [*some(3), terms ^ 1], (0, 2, 3))
    heavy = build.add(kinds.THRESHOLD, [*some(3), few], (1, 2, 3, 3, 5))
    table = build.add(kinds.LUT, [*some(4), build.add(kinds.MUX, some(3))], (0x1234_5679,))
    both = build.add(kinds.AND, [*some(1), wide, build.any(some(2))])
    if not space.votes:
        return build.network([Head.of(build.add(kinds.XOR, (both, heavy)) ^ 1), Head.of(table)])
    heads = [Head(((both, 2), (next(inputs), 1))), Head(((heavy, 1), (next(inputs) ^ 1, 3)), 1), Head(((table, 2),))]
    return canonical(build.network(heads), space.n_inputs, votes=True)


@pytest.mark.parametrize("space", [OUTPUTS, VOTES], ids=["outputs", "votes"])
def test_gains_are_exact_where_there_is_one_way_to_the_heads(space: NetworkSpace) -> None:
    rng, network = np.random.default_rng(3), one_way(space)
    rows = coins(rng, 96, space.n_inputs)
    wanted = rng.random((space.n_heads, len(rows))) < 0.5
    weights: NDArray[np.int64] = rng.integers(0, 5, size=wanted.shape)
    if space.votes:
        wanted, weights = np.arange(3)[:, None] == rng.integers(0, 3, size=len(rows)), weights[0]

    def errors(other: Network) -> int:
        found = np.array([decision(other, space, row) for row in rows.tolist()]).T
        if space.votes:
            return int(weights[~wanted[found[0], np.arange(len(rows))]].sum())
        return int(weights[found.astype(bool) != wanted].sum())

    work = Flippable.of(network, space)
    batches = Batches.build(rng, pack(np.ascontiguousarray(rows.T)), pack(wanted), weights, space)
    assert batches is not None
    before, gains = errors(network), gained(work, batches, 0)[0]
    assert len(gains) == work.n_things > 90
    assert work.as_network().key() == network.key()
    assert measured(work, batches) == before
    for thing, gain in enumerate(gains.tolist()):
        state = work.state()
        work.flip(thing)
        assert errors(work.as_network()) == measured(work, batches) == before - gain
        work.restore(state)


@pytest.mark.parametrize("space", SPACES)
def test_accumulators_never_make_it_worse_and_are_the_same_again(space: NetworkSpace) -> None:
    saved = 0
    for seed in range(6):
        case = Case(seed, space)
        found = []
        for price in (0.0, 0.0, 2.0):
            arguments = (case.network, space, *case.packed, case.weights)
            after = accumulated(np.random.default_rng(1), *arguments, price=price, batches=20)
            sizes = [gates_and_depth(network, space)[0] for network in (case.network, after)]
            gain = case.errors(case.network) - case.errors(after) + price * (sizes[0] - sizes[1])
            assert gain >= 0
            saved += gain
            found.append(after.key())
        assert found[0] == found[1]
    assert saved > 0


def test_accumulators_keep_the_limits_and_look_at_no_row_of_weight_0() -> None:
    space = NetworkSpace(6, 2, gate_limit=3, depth_limit=2)
    for seed in range(6):
        case = Case(seed, space)
        inputs, wanted = case.packed
        other = wanted ^ pack(case.weights == 0)
        found = [
            accumulated(np.random.default_rng(1), case.network, space, inputs, values, case.weights, batches=10)
            for values in (wanted, other)
        ]
        assert found[0].key() == found[1].key()
        before, after = gates_and_depth(case.network, space), gates_and_depth(found[0], space)
        assert after[0] <= max(3, before[0])
        assert after[1] <= max(2, before[1])


@pytest.mark.parametrize("fault", [2, 3, 4], ids=["count", "weight", "cell"])
def test_accumulators_mend_a_fault(fault: int) -> None:
    space, table = NetworkSpace(8, 1), np.array(list(product((False, True), repeat=8)))
    wanted = np.array([decision(built(-1), space, row) for row in table.tolist()], dtype=bool).T
    arguments = (pack(np.ascontiguousarray(table.T)), pack(wanted), np.ones(len(table), dtype=np.int64))
    after = accumulated(np.random.default_rng(0), built(fault), space, *arguments)
    assert [decision(after, space, row) for row in table.tolist()] == [(value,) for value in wanted[0].tolist()]
