"""Fewer gates for a network: first what costs nothing on the rows, then the least loss per gate.

*Merged*: units that are equal or complements on the rows that count are one, the first; those that nothing needs are
gone, and what is left is in normal form. *Reduced*: a unit becomes a constant or an earlier node, or an operand or a
vote is dropped; what nobody can observe on the rows goes at no loss, and after that, while there are more gates than
wanted, what loses the least weight of rows per gate saved. Losses are exact on the rows (`objective`), gates those of
the whole network after hashing. (Approximate synthesis by substitution: Venkataramani, Roy and Raghunathan, SASIMI,
2013; there signals are paired by how often they differ, here by what the outputs lose.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitness.networks.changes import changed, followed
from fitness.networks.move import HEADS, Move
from fitness.networks.moves import head_moves, unit_moves
from fitness.networks.objective import Rows, Standing
from fitness.networks.pool import Pool
from genomes import deadline
from genomes.bits import Words, pack, unpack
from genomes.networks.assembler import canonical, moved_head
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace

#: Units that one sweep prices, and moves of a place that are tried in full.
VISITS, TRIED = 300, 4


class Reduced(NamedTuple):
    """A network, and the weight of the rows that were and are wrong."""

    network: Network
    before: int
    after: int


def reduced(
    rng: np.random.Generator,
    network: Network,
    space: NetworkSpace,
    inputs: Words,
    wanted: Words,
    weights: NDArray[np.int64],
    most_gates: int,
) -> Reduced:
    """At most `most_gates` gates if units can be spared for it; arrays as in `descent.descended`.

    Where the network is within that already, only what costs nothing is taken.
    """
    rows = Rows.build(inputs, wanted, weights, space)
    before = Standing(canonical(network, space.n_inputs, votes=space.votes), space, rows)
    standing = Standing(merged(before.network, space, inputs, weights), space, rows)
    if not _within(standing, before):
        standing = before
    while True:
        after = _swept(rng, standing, most_gates)
        if after is standing:
            return Reduced(standing.network, before.errors, standing.errors)
        standing = after


def merged(network: Network, space: NetworkSpace, inputs: Words, weights: NDArray[np.int64]) -> Network:
    """Units that are equal on all rows of any weight, up to complements, are one."""
    each = np.atleast_2d(weights)
    counted = each.any(axis=0)
    columns = unpack(inputs, each.shape[1])[:, counted]
    pool = Pool(pack(np.ascontiguousarray(columns)), int(counted.sum()))
    literals = [*range(0, 2 * space.first, 2), *pool.copied(network)[space.first :]]
    return canonical(
        pool.network([moved_head(head, literals) for head in network.heads]), space.n_inputs, votes=space.votes
    )


def _swept(rng: np.random.Generator, standing: Standing, most_gates: int) -> Standing:
    """After one sweep: the better half of the units that were priced, each priced again when its turn comes."""
    places = np.sort(rng.permutation(len(standing.network))[:VISITS]).tolist()
    places.append(HEADS)
    offers = {place: _offers(standing, place, rng)[:1] for place in deadline.looking(places)}
    rates = {place: _rate(offer) for place, first in offers.items() for offer in first}
    order = sorted(rates, key=lambda place: rates[place])
    bound = rates[order[(len(order) - 1) // 2]] if order else 0.0
    while order:
        deadline.look()
        place, order = order[0], order[1:]
        most = bound if standing.size[0] > most_gates else 0.0
        found = _taken(standing, [offer for offer in _offers(standing, place, rng) if _rate(offer) <= most])
        if found is not None:
            standing, nodes = found
            order = followed(order, nodes, standing.space.first)
    return standing


def _taken(standing: Standing, offers: Sequence[Move]) -> tuple[Standing, list[int]] | None:
    """The network after the first move that saves gates, and where its nodes went; None where none does."""
    for offer in offers:
        network, nodes = changed(standing.network, standing.space, offer)
        after = Standing(network, standing.space, standing.rows)
        if after.size[0] < standing.size[0] and _within(after, standing):
            return after, nodes
    return None


def _offers(standing: Standing, place: int, rng: np.random.Generator) -> list[Move]:
    """Moves of a unit, or of heads, that promise to save gates, those first that lose least for each."""
    moves = head_moves(standing, rng) if place == HEADS else unit_moves(standing, place, rng)
    some = [move for move in moves if move.gates > 0]
    return sorted(some, key=lambda move: (_rate(move), -move.gates))[:TRIED]


def _rate(move: Move) -> float:
    """Weight of rows lost per gate."""
    return -move.saved / move.gates


def _within(after: Standing, before: Standing) -> bool:
    """Whether a network has no more gates than another, and is as deep as it may be or no deeper than that."""
    (gates, depth), (old_gates, old_depth) = after.size, before.size
    limit = before.space.depth_limit
    return gates <= old_gates and (limit is None or depth <= max(limit, old_depth))
