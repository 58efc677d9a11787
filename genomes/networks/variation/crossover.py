"""Crossover: units of one parent in the other's graph, or in its vote."""

from __future__ import annotations

import numpy as np

from genomes.networks.assembler import Assembler, merged_votes, moved_head, tied
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace


def mix_units(rng: np.random.Generator, first: Network, second: Network, space: NetworkSpace) -> Network:
    """The first parent, of which every head comes from the second by a fair coin, or one of its operands does.

    Where classes vote, the votes of both parents for a class are joined instead.
    """
    build = Assembler(space.n_inputs)
    others = build.copied(second)
    mine = _grafted(rng, build, first, others)
    pairs = zip(first.heads, second.heads, strict=True)
    heads = [_head(rng, moved_head(a, mine), moved_head(b, others), votes=space.votes) for a, b in pairs]
    return build.network(tied(heads) if space.votes else heads)


def _grafted(rng: np.random.Generator, build: Assembler, network: Network, others: list[int]) -> list[int]:
    """The nodes of a network of which one unit reads a unit of the other's in place of an operand."""
    literals = others[: build.first]
    place, node = int(rng.integers(len(network) + 1)), int(rng.integers(1, len(others)))
    for number, unit in enumerate(network.units):
        read = [literals[literal >> 1] ^ (literal & 1) for literal in unit.literals]
        if number == place and read:
            read[int(rng.integers(len(read)))] = others[node] ^ int(rng.integers(2))
        literals.append(build.add(unit.kind, read, unit.params))
    return literals


def _head(rng: np.random.Generator, mine: Head, theirs: Head, *, votes: bool) -> Head:
    take = rng.random() < 0.5
    if votes and take:
        return merged_votes([*mine.votes, *theirs.votes], mine.bias + theirs.bias)
    return theirs if take else mine
