"""Many networks as one graph: equal gates of all of them are one node, so each is evaluated once."""

from __future__ import annotations

from collections.abc import Iterable

from fitness.networks.simulation import simulated
from genomes.bits import Words
from genomes.circuits.builder import Builder
from genomes.circuits.graph import Graph
from genomes.networks.lower import Lowered, decided, lower
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace


def lowered_batch(networks: Iterable[Network], space: NetworkSpace) -> tuple[Graph, list[Lowered]]:
    """One graph of all networks, and where in it the nodes and heads of each are."""
    build = Builder(space.n_inputs)
    lowered = [lower(network, build, range(2, 2 * space.first, 2)) for network in networks]
    return build.graph(), lowered


def decisions(networks: Iterable[Network], space: NetworkSpace, inputs: Words, valid: Words) -> Words:
    """What each network predicts, uint64[networks, roots, W].

    A root is an output, or a class that wins (of two classes the second alone); inputs, valid: as in `simulated`.
    """
    build = Builder(space.n_inputs)
    roots = [decided(build, lower(one, build, range(2, 2 * space.first, 2)), space.prior) for one in networks]
    n_roots = 1 if len(space.prior) == 2 else space.n_heads
    flat = [root for row in roots for root in row]
    return simulated(build.graph(), inputs, flat, valid).reshape(len(roots), n_roots, inputs.shape[1])
