"""Descent: the best exact move of one unit after the other, until none gains.

A step is worth the weighted errors that it saves, less a price for each gate it adds. Errors are exact (`moves`), gates
are those of the whole network after hashing; a step that gains neither is not taken, so descent ends. A sweep prices
the moves of all units, of large networks those of a random sample, and takes the best one; then the others that
promised to gain, in their order and priced again, since the network is another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.networks.changes import changed, followed
from fitness.networks.move import HEADS, Move
from fitness.networks.moves import head_moves, unit_moves
from fitness.networks.objective import Rows, Standing
from genomes import deadline
from genomes.bits import Words
from genomes.networks.assembler import canonical
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace

#: Units that one sweep visits, and moves of a unit that are tried in full.
VISITS, TRIED = 300, 2


def descended(
    rng: np.random.Generator,
    network: Network,
    space: NetworkSpace,
    inputs: Words,
    wanted: Words,
    weights: NDArray[np.int64],
    *,
    price: float = 0.0,
    most_moves: int = 1000,
) -> Network:
    """A network whose errors plus price times gates no move lowers, or that is `most_moves` moves from the given one.

    inputs: uint64[n, W]; wanted: uint64[outputs or classes, W]; weights: int64[rows], or int64[outputs, rows] where
    these differ, 0 where nothing is wanted. The limits of `space` are kept, or not exceeded by more than before.
    """
    rows = Rows.build(inputs, wanted, weights, space)
    standing = Standing(canonical(network, space.n_inputs, votes=space.votes), space, rows)
    left = most_moves
    while left > 0:
        before = left
        standing, left = _swept(rng, standing, price, left)
        if left == before:
            break
    return standing.network


def _swept(rng: np.random.Generator, standing: Standing, price: float, left: int) -> tuple[Standing, int]:
    """After one sweep, and the moves that are left."""
    visited = [*np.sort(rng.permutation(len(standing.network))[:VISITS]).tolist(), HEADS]
    promised = {place: ranked(standing, place, price, rng)[:1] for place in deadline.looking(visited)}
    order = sorted((place for place in visited if promised[place]), key=lambda place: -promised[place][0].worth(price))
    while order and left:
        deadline.look()
        found = tried(standing, ranked(standing, order[0], price, rng)[:TRIED], price)
        order = order[1:]
        if found is not None:
            standing, nodes = found
            order, left = followed(order, nodes, standing.space.first), left - 1
    return standing, left


def ranked(standing: Standing, place: int, price: float, rng: np.random.Generator) -> list[Move]:
    """The moves of a unit, or of heads, that promise to gain, the best first."""
    moves = head_moves(standing, rng) if place == HEADS else unit_moves(standing, place, rng)
    some = [move for move in moves if (move.worth(price), move.gates) > (0, 0)]
    return sorted(some, key=lambda move: (-move.worth(price), -move.gates))


def tried(standing: Standing, moves: Sequence[Move], price: float) -> tuple[Standing, list[int]] | None:
    """The network after the first move that gains in full, and where its nodes went; None where none does."""
    for move in moves:
        network, nodes = changed(standing.network, standing.space, move)
        after = Standing(network, standing.space, standing.rows)
        if gains(standing, after, price):
            return after, nodes
    return None


def gains(before: Standing, after: Standing, price: float) -> bool:
    """Whether a network is better than another, and within the limits or no worse."""
    gates, old_gates = after.size[0], before.size[0]
    worth = before.errors - after.errors - price * (gates - old_gates)
    if not before.space.holds(*after.size, before.size):
        return False
    return worth > 0 or (worth == 0 and gates < old_gates)
