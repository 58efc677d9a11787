"""Random networks."""

from __future__ import annotations

import numpy as np

from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler, merged_votes, tied
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace

#: Units of a random network at most, literals of each, and the largest weight.
MOST_UNITS, MOST_LITERALS, MOST_WEIGHT = 8, 5, 3


def random_network(rng: np.random.Generator, space: NetworkSpace) -> Network:
    """Up to `MOST_UNITS` units of every kind over inputs and earlier units, and heads over these."""
    build = Assembler(space.n_inputs)
    nodes = [2 * node for node in range(1, space.first)]
    for _ in range(int(rng.integers(MOST_UNITS + 1))):
        nodes.append(random_unit(rng, build, nodes))
    heads = [random_head(rng, nodes, votes=space.votes) for _ in range(space.n_heads)]
    return build.network(tied(heads) if space.votes else heads)


def random_unit(rng: np.random.Generator, build: Assembler, nodes: list[int]) -> int:
    """Add a unit of any kind over some of the literals `nodes`; its literal."""
    kind = int(rng.integers(len(kinds.NAMES)))
    n = 3 if kind == kinds.MUX else int(rng.integers(1, MOST_LITERALS + 1))
    read = [literal ^ int(rng.integers(2)) for literal in rng.choice(nodes, size=n).tolist()]
    return build.add(kind, read, random_params(rng, kind, n))


def random_params(rng: np.random.Generator, kind: int, n: int) -> tuple[int, ...]:
    """Parameters of a unit of n literals."""
    if kind == kinds.LUT:
        return (int.from_bytes(rng.bytes(8), "little") % (1 << (1 << n)),)
    if kind == kinds.SOP:
        cut = int(rng.integers(1, n + 1))
        return (cut, n - cut) if cut < n else (n,)
    if kind == kinds.COUNT:
        return tuple(np.flatnonzero(rng.random(n + 1) < 0.5).tolist())
    if kind == kinds.THRESHOLD:
        weights = rng.integers(-MOST_WEIGHT, MOST_WEIGHT + 1, size=n)
        least = rng.integers(int(np.minimum(weights, 0).sum()), int(np.maximum(weights, 0).sum()) + 2)
        return (*weights.tolist(), int(least))
    return ()


def random_head(rng: np.random.Generator, nodes: list[int], *, votes: bool) -> Head:
    """One literal, or votes for a class."""
    if not votes:
        return Head.of(int(rng.choice(nodes)) ^ int(rng.integers(2)))
    read = rng.choice(nodes, size=int(rng.integers(1, MOST_LITERALS + 1))).tolist()
    weights = rng.integers(1, MOST_WEIGHT + 1, size=len(read)).tolist()
    return merged_votes([(node ^ int(rng.integers(2)), w) for node, w in zip(read, weights, strict=True)], 0)
