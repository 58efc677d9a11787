"""A network with one unit, or one literal of a head, changed."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.networks.move import HEADS, Move, Vote
from genomes.circuits.graph import moved
from genomes.networks.assembler import Assembler, merged_votes, moved_head, tied
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import Unit


def changed(network: Network, space: NetworkSpace, move: Move) -> tuple[Network, list[int]]:
    """After a move, and which node each node became there, -1 where it is gone.

    Units are in normal form, equal ones once, and none decides nothing; those of `network` are taken to be that.
    """
    build = Assembler(space.n_inputs)
    literals = list(range(0, 2 * (space.first + len(network)), 2))
    others = set[int]()
    for node, unit in enumerate(network.units, start=space.first):
        if node == space.first + move.place and not isinstance(move.becomes, Vote):
            literals[node] = _added(build, literals, move.becomes)
        elif others.isdisjoint(literal >> 1 for literal in unit.literals):
            literals[node] = build.placed(unit)
        else:
            literals[node] = _added(build, literals, unit)
        build.fill(node, unit)
        if literals[node] != 2 * node:
            others.add(node)
    heads = list(network.heads)
    if isinstance(move.becomes, Vote):
        head, literal, step = move.becomes
        heads[head] = heads[head]._replace(votes=(*heads[head].votes, (literal, step)))
    elif isinstance(move.becomes, int) and move.place < 0:
        heads = _with_literal(heads, -1 - move.place, move.becomes)
    heads = [moved_head(head, literals) for head in heads]
    heads = tied([merged_votes(*head) for head in heads]) if space.votes else heads
    kept = build.kept(heads)
    return build.network(heads), [kept[literal >> 1] >> 1 for literal in literals]


def followed(places: Sequence[int], nodes: Sequence[int], first: int) -> list[int]:
    """Where units, by number, are after a change; without those that are gone, heads where they were."""
    after = [place if place == HEADS else nodes[first + place] - first for place in places]
    return [place for place in after if place >= 0 or place == HEADS]


def _added(build: Assembler, literals: list[int], what: Unit | int) -> int:
    if isinstance(what, int):
        return moved(literals, what)
    return build.add(what.kind, [moved(literals, literal) for literal in what.literals], what.params)


def _with_literal(heads: list[Head], place: int, literal: int) -> list[Head]:
    """The literal at a place in the row of all heads' literals is another."""
    for number, head in enumerate(heads):
        if place < len(head.votes):
            votes = list(head.votes)
            votes[place] = (literal, votes[place][1])
            heads[number] = head._replace(votes=tuple(votes))
            break
        place -= len(head.votes)
    return heads
