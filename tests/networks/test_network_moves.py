"""What moves and descent say they save, beside networks that are evaluated unit by unit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from fitness.networks.changes import changed
from fitness.networks.descent import descended
from fitness.networks.move import Move, Vote
from fitness.networks.moves import head_moves, unit_moves
from fitness.networks.objective import Rows, Standing
from genomes.bits import pack
from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler, canonical
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.variation.samples import random_network
from tests.kits.network_cases import decision

SPACES = (NetworkSpace(6, 2), NetworkSpace(5, 3, prior=(2, 0, 1)), NetworkSpace(5, 2, prior=(1, 0)))


class Case:
    """All rows twice, random wishes and weights of 0 to 5, of which each output has its own."""

    def __init__(self, seed: int, space: NetworkSpace) -> None:
        self.rng, self.space = np.random.default_rng(seed), space
        self.network = canonical(random_network(self.rng, space), space.n_inputs, votes=space.votes)
        self.table = np.array(list(product((False, True), repeat=space.n_inputs)) * 2)
        shape = (space.n_heads, len(self.table))
        self.wanted = self.rng.random(shape) < 0.5
        self.weights: NDArray[np.int64] = self.rng.integers(0, 6, size=shape)
        if space.votes:
            self.wanted = np.arange(shape[0])[:, None] == self.rng.integers(0, *shape)
            self.weights = self.weights[0]
        self.packed = (pack(np.ascontiguousarray(self.table.T)), pack(self.wanted))

    def rows(self) -> Rows:
        return Rows.build(*self.packed, self.weights, self.space)

    def errors(self, network: Network) -> int:
        found = np.array([decision(network, self.space, row) for row in self.table.tolist()]).T
        if self.space.votes:
            return int(self.weights[~self.wanted[found[0], np.arange(len(self.table))]].sum())
        return int(self.weights[found.astype(bool) != self.wanted].sum())


def test_every_move_saves_what_it_says() -> None:
    kinds_seen = set()
    for seed, space in product(range(8), SPACES):
        case = Case(seed, space)
        standing = Standing(case.network, space, case.rows())
        assert standing.errors == case.errors(case.network)
        moves = [move for number in range(len(case.network)) for move in unit_moves(standing, number, case.rng)]
        for move in [*moves, *head_moves(standing, case.rng)]:
            assert case.errors(changed(case.network, space, move)[0]) == standing.errors - move.saved
            kinds_seen.add(case.network.units[move.place].kind if move.place >= 0 else -1)
            kinds_seen |= {type(move.becomes)} if move.place < 0 else set()
    assert kinds_seen == {-1, int, Vote, *range(len(kinds.NAMES))}


def test_the_best_weight_of_a_class_to_move_is_found() -> None:
    for seed, space in product(range(4), SPACES[1:]):
        case = Case(seed, space)
        standing = Standing(case.network, space, case.rows())
        moves = [move for move in head_moves(standing, case.rng) if isinstance(move.becomes, Vote)]
        best = max((move.saved for move in moves), default=0)
        for c, head in enumerate(case.network.heads):
            for literal, step in product([1, *(literal for literal, _ in head.votes)], (1, -1)):
                move = Move(0, 0, -1, Vote(c, literal, step))
                assert standing.errors - case.errors(changed(case.network, space, move)[0]) <= best


@pytest.mark.parametrize("space", SPACES)
def test_descent_never_gets_worse_and_is_the_same_again(space: NetworkSpace) -> None:
    saved = 0
    for seed in range(6):
        case = Case(seed, space)
        after = descended(np.random.default_rng(1), case.network, space, *case.packed, case.weights)
        again = descended(np.random.default_rng(1), case.network, space, *case.packed, case.weights)
        assert after.key() == again.key()
        saved += case.errors(case.network) - case.errors(after)
        assert case.errors(after) <= case.errors(case.network)
        frugal = descended(np.random.default_rng(1), case.network, space, *case.packed, case.weights, price=3.0)
        before = case.errors(case.network) + 3 * gates_and_depth(case.network, space)[0]
        assert case.errors(frugal) + 3 * gates_and_depth(frugal, space)[0] <= before
    assert saved > 0


def test_descent_keeps_the_limits() -> None:
    space = NetworkSpace(6, 1, gate_limit=4, depth_limit=2)
    for seed in range(6):
        case = Case(seed, space)
        after = descended(np.random.default_rng(1), Network.of((), [Head.of(2)]), space, *case.packed, case.weights)
        gates, depth = gates_and_depth(after, space)
        assert gates <= 4
        assert depth <= 2


def built(fault: int) -> Network:
    """One of six units that the head reads is wrong in one place."""
    build = Assembler(8)
    parity = build.add(kinds.XOR, (2, 4, 6 if fault != 0 else 8))
    both = build.all((2 if fault != 1 else 3, 8, 10))
    few = build.add(kinds.COUNT, (8, 10, 12, 14, 16), (0, 2, 3) if fault != 2 else (0, 1, 2, 3))
    heavy = build.add(kinds.THRESHOLD, (2, 6, 10, 14), (1, 2, 3, 5 if fault != 3 else 4, 5))
    table = build.add(kinds.LUT, (4, 8, 12), (0b10010110 ^ 0b1000010 ^ 16 * (fault == 4),))
    root = build.add(kinds.MUX, (parity, build.add(kinds.XOR, (both, few)), build.any((heavy, table ^ (fault == 5)))))
    return build.network([Head.of(root)])


@pytest.mark.parametrize("fault", range(6))
def test_a_fault_is_mended_by_one_move(fault: int) -> None:
    space, table = NetworkSpace(8, 1), np.array(list(product((False, True), repeat=8)))
    wanted = np.array([decision(built(-1), space, row) for row in table.tolist()], dtype=bool).T
    arguments = (pack(np.ascontiguousarray(table.T)), pack(wanted), np.ones(len(table), dtype=np.int64))
    standing = Standing(built(fault), space, Rows.build(*arguments, space))
    after = descended(np.random.default_rng(0), built(fault), space, *arguments, most_moves=1)
    assert standing.errors > 0
    assert Standing(after, space, Rows.build(*arguments, space)).errors == 0
