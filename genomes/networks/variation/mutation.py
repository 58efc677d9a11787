"""Small changes of a network: an operand, a unit, a head."""

from __future__ import annotations

import numpy as np

from genomes.networks.assembler import Assembler, moved_head, tied
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace
from genomes.networks.variation.samples import random_head, random_params, random_unit


def mutate(rng: np.random.Generator, network: Network, space: NetworkSpace) -> Network:
    """One unit with another operand, another sign or other parameters, a new unit under a head, or another head."""
    place = int(rng.integers(len(network) + 1))
    build = Assembler(space.n_inputs)
    literals = [0, *range(2, 2 * space.first, 2)]
    for number, unit in enumerate(network.units):
        read = [literals[literal >> 1] ^ (literal & 1) for literal in unit.literals]
        params = unit.params
        if number == place and read:
            if params and rng.random() < 0.5:
                params = random_params(rng, unit.kind, len(read))
            else:
                read[int(rng.integers(len(read)))] = _drawn(rng, literals)
        literals.append(build.add(unit.kind, read, params))
    heads = [moved_head(head, literals) for head in network.heads]
    if place == len(network):
        _change_head(rng, build, literals, heads, space)
    return build.network(tied(heads) if space.votes else heads)


def _drawn(rng: np.random.Generator, literals: list[int]) -> int:
    """An input or an earlier unit, or its complement."""
    return literals[int(rng.integers(1, len(literals)))] ^ int(rng.integers(2))


def _change_head(
    rng: np.random.Generator, build: Assembler, literals: list[int], heads: list[Head], space: NetworkSpace
) -> None:
    nodes = [*literals[1:], random_unit(rng, build, literals[1:])]
    heads[int(rng.integers(len(heads)))] = random_head(
        rng, nodes[-1:] if rng.random() < 0.5 else nodes, votes=space.votes
    )
