"""A network with one unit, or one literal of a head, changed."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.networks.moves import HEADS, Move
from genomes.circuits.graph import FALSE, moved
from genomes.networks.assembler import Assembler, merged_votes, moved_head, tied
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.units import Unit


def changed(network: Network, space: NetworkSpace, move: Move) -> tuple[Network, list[int]]:
    """After a move, and which node each node became there, -1 where it is gone.

    Units are in normal form, equal ones once, and none decides nothing.
    """
    build = Assembler(space.n_inputs)
    literals = [FALSE, *range(2, 2 * space.first, 2)]
    for number, unit in enumerate(network.units):
        literals.append(_added(build, literals, move.becomes if number == move.place else unit))
    heads = list(network.heads)
    if move.place < 0:
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


def _with_literal(heads: list[Head], place: int, literal: Unit | int) -> list[Head]:
    """The literal at a place in the row of all heads' literals is another."""
    for number, head in enumerate(heads):
        if place < len(head.votes):
            votes = list(head.votes)
            votes[place] = (int(literal), votes[place][1])  # type: ignore[arg-type]
            heads[number] = head._replace(votes=tuple(votes))
            break
        place -= len(head.votes)
    return heads
