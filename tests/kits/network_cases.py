"""Networks as a case of the genome kit, and what they compute, unit by unit, in Python's own logic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from genomes.networks.assembler import canonical
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Head, Network
from genomes.networks.plain import network_from_plain, network_to_plain
from genomes.networks.space import NetworkSpace, check_network
from genomes.networks.units import Unit
from genomes.networks.variation.crossover import mix_units
from genomes.networks.variation.mutation import mutate
from genomes.networks.variation.samples import random_network
from tests.kits.genome_kit import GenomeCase


def unit_value(unit: Unit, read: Sequence[bool]) -> bool:
    """By the definition of each kind."""
    kind = ("and", "xor", "mux", "lut", "sop", "count", "threshold")[unit.kind]
    if kind == "and":
        return all(read)
    if kind == "xor":
        return sum(read) % 2 == 1
    if kind == "mux":
        return read[1] if read[0] else read[2]
    if kind == "lut":
        return bool(unit.params[0] >> sum(2**i for i, value in enumerate(read) if value) & 1)
    if kind == "count":
        return sum(read) in unit.params
    if kind == "threshold":
        return sum(w for w, value in zip(unit.params, read, strict=False) if value) >= unit.params[-1]
    values = iter(read)
    return any([all([next(values) for _ in range(length)]) for length in unit.params])  # noqa: C419 - all are consumed


def node_values(network: Network, row: Sequence[bool], flipped: int = -1) -> list[bool]:
    """The value of every node; of node `flipped` the opposite."""
    values = [False, *row]
    if 0 <= flipped < len(values):
        values[flipped] = not values[flipped]
    for unit in network.units:
        value = unit_value(unit, [values[literal >> 1] ^ bool(literal & 1) for literal in unit.literals])
        values.append(value ^ (len(values) == flipped))
    return values


def score(head: Head, values: Sequence[bool]) -> int:
    return head.bias + sum(weight for literal, weight in head.votes if values[literal >> 1] ^ bool(literal & 1))


def decision(network: Network, space: NetworkSpace, row: Sequence[bool]) -> tuple[int, ...]:
    """The values of the outputs, or the class that wins."""
    return decided(network, space, node_values(network, row))


def decided(network: Network, space: NetworkSpace, values: Sequence[bool]) -> tuple[int, ...]:
    """The same from the values of all nodes."""
    scores = [score(head, values) for head in network.heads]
    if not space.votes:
        return tuple(scores)
    return (max(space.prior, key=lambda c: (scores[c], -space.prior.index(c))),)


def function(network: Network, space: NetworkSpace) -> list[tuple[int, ...]]:
    return [decision(network, space, row) for row in product((False, True), repeat=space.n_inputs)]


def network_case(space: NetworkSpace) -> GenomeCase:
    def from_arrays(arrays: Any) -> NetworkBatch:
        return NetworkBatch.from_arrays(arrays, "x", space)

    return GenomeCase(
        name=f"network-{space.n_inputs}-{space.n_heads}{'-votes' if space.votes else ''}",
        random=lambda rng: random_network(rng, space),
        operators={
            "mutate": lambda rng, first, second: mutate(rng, first, space),
            "mix": lambda rng, first, second: mix_units(rng, first, second, space),
        },
        check=lambda network: check_network(network, space),
        key=lambda network: network.key(),
        canonical=lambda network: canonical(network, space.n_inputs, votes=space.votes),
        function=lambda network: function(network, space),
        to_plain=network_to_plain,
        from_plain=lambda record: network_from_plain(record, space),
        to_arrays=lambda networks: NetworkBatch.of(networks, space).to_arrays("x"),
        from_arrays=from_arrays,
        padding=lambda network: [],
        size=lambda network: len(network.heads),
        smallest=space.n_heads,
        largest=space.n_heads,
    )
