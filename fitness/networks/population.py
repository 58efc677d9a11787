"""Many networks as one graph: equal gates of all of them are one node, so each is evaluated once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split
from fitness.networks.lowering import Lowering
from fitness.networks.simulation import simulated
from genomes.bits import Words, valid_words
from genomes.circuits.graph import Graph
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace


def lowered_batch(networks: Iterable[Network], space: NetworkSpace) -> tuple[Graph, NDArray[np.int32]]:
    """One graph of all networks, and the literals that predict there: int32[networks, roots]."""
    lowering, roots = Lowering(space.n_inputs), list[NDArray[np.int32]]()
    for network in networks:
        roots.append(lowering.decided(network, lowering.add(network), space.prior))
    n_roots = 1 if len(space.prior) == 2 else space.n_heads
    return lowering.graph(), np.array(roots, dtype=np.int32).reshape(len(roots), n_roots)


def decisions(networks: Iterable[Network], space: NetworkSpace, inputs: Words, valid: Words) -> Words:
    """What each network predicts, uint64[networks, roots, W].

    A root is an output, or a class that wins (of two classes the second alone); inputs, valid: as in `simulated`.
    """
    graph, roots = lowered_batch(networks, space)
    return simulated(graph, inputs, roots.ravel(), valid).reshape(*roots.shape, inputs.shape[1])


def predictor(network: Network, space: NetworkSpace) -> Callable[[Split], Words]:
    """What one network predicts, uint64[planes, W], for many splits: its gates are made once."""
    graph, roots = lowered_batch([network], space)

    def predict(split: Split) -> Words:
        valid = valid_words(split.n_rows)
        return with_first(simulated(graph, split.inputs, roots[0], valid), space, valid)

    return predict


def with_first(planes: Words, space: NetworkSpace, valid: Words) -> Words:
    """Planes uint64[..., roots, W] of which one holds for every row, where two classes vote and the second alone is
    decided; all others as they are."""
    two = space.votes and space.n_heads == 2
    return np.concatenate([planes ^ valid, planes], axis=-2) if two else planes
