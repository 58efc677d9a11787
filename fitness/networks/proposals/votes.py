"""Votes of trees that grew on different rows, as many as the limit of gates allows.

Source: Breiman, "Bagging Predictors" (Machine Learning 24, 1996), here with a fringe of its own for every member and
rows that grow and prune drawn anew, without repetition. Members meet in one pool only: the same signal is one node,
but none is told another's units, which were chosen on rows that prune here (measured: the vote is worse with them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from fitness.networks.pool import Pool
from fitness.networks.proposals.fringe import Member, member
from fitness.networks.target import Target
from genomes.circuits.builder import Builder
from genomes.circuits.winner import winner
from genomes.deadline import looking
from genomes.networks.assembler import merged_votes, tied
from genomes.networks.lower import circuit_size, lower
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from genomes.networks.units import THRESHOLD

#: Share of the rows that grow a member; the others prune it.
SHARE = 0.75
#: The gates that decide between so many voters (their graph literals are given), as the literals they end in.
Decide = Callable[[Builder, Sequence[int]], Sequence[int]]


def members(
    pool: Pool,
    target: Target,
    rng: np.random.Generator,
    n: int,
    rounds: int = 16,
    signals: Sequence[int] | None = None,
    space: NetworkSpace | None = None,
) -> list[Member]:
    """`n` fringe trees, each on a random split of the rows that the target names.

    signals: offered to all of them; space: whose limits each keeps alone.
    """
    return [
        member(pool, target.resplit(rng, SHARE), rng, rounds, signals=signals, space=space) for _ in looking(range(n))
    ]


def majority(pool: Pool, literals: Sequence[int]) -> int:
    """Whether more than half of an odd number of literals hold."""
    return pool.add(THRESHOLD, literals, (*[1] * len(literals), len(literals) // 2 + 1))


def largest(pool: Pool, literals: Sequence[int], sizes: Sequence[int], decide: Decide, space: NetworkSpace) -> int:
    """The largest of ascending `sizes` of which the first so many literals keep the limits of `space`, else the first.

    Gates of voters that share units count once; each size is taken to cost no less than those before.
    """
    build = Builder(pool.n_inputs)
    lowered = lower(pool.network([Head.of(literal) for literal in literals]), build, range(2, 2 * pool.first, 2))
    graph, voters = build.graph(), [head.literal for head in lowered.heads]
    low, high = 0, len(sizes)
    while high - low > 1:
        middle = (low + high) // 2
        upon = Builder.upon(graph)
        roots = decide(upon, voters[: sizes[middle]])
        gates, depth = circuit_size(upon.graph().cleaned(roots)[0])
        if space.holds(gates, depth):
            low = middle
        else:
            high = middle
    return sizes[low]


def most_that_fit(pool: Pool, literals: Sequence[int], space: NetworkSpace) -> int:
    """The majority of the largest odd number of the first literals that keeps the limits; of one where none does."""

    def decide(build: Builder, read: Sequence[int]) -> Sequence[int]:
        return [build.at_least(read, len(read) // 2 + 1)]

    sizes = range(1, len(literals) + 1, 2)
    return majority(pool, literals[: largest(pool, literals, sizes, decide, space)])


def vote(
    pool: Pool,
    target: Target,
    rng: np.random.Generator,
    space: NetworkSpace,
    n: int = 7,
    signals: Sequence[int] | None = None,
) -> int:
    """The literal of the majority of at most `n` (odd) fringe members that keeps the limits of `space`."""
    found = members(pool, target, rng, n, signals=signals, space=space)
    return most_that_fit(pool, [member.literal for member in found], space)


def class_votes(
    pool: Pool, targets: Sequence[Target], rng: np.random.Generator, space: NetworkSpace, n: int = 3
) -> list[Head]:
    """A head per class: the votes of fringe members that tell it from the rest, ties by the prior of `space`.

    targets: of each class; as many members of every class, at most `n`, as keep the limits.
    """
    found = [[m.literal for m in members(pool, target, rng, n)] for target in targets]
    rounds = [literal for each in zip(*found, strict=True) for literal in each]
    return heads_that_fit(pool, rounds, [0] * len(targets), space)


def heads_that_fit(pool: Pool, rounds: Sequence[int], biases: Sequence[int], space: NetworkSpace) -> list[Head]:
    """Heads of the votes of the first rounds that keep the limits; rounds: literals, one per class and round."""
    n = len(biases)

    def decide(build: Builder, read: Sequence[int]) -> Sequence[int]:
        scores = [(bias, _votes(read[c::n])) for c, bias in enumerate(biases)]
        return winner(build, scores, space.prior)

    kept = largest(pool, rounds, range(0, len(rounds) + 1, n), decide, space) if rounds else 0
    return tied([merged_votes(_votes(rounds[c:kept:n]), bias) for c, bias in enumerate(biases)])


def _votes(literals: Iterable[int]) -> list[tuple[int, int]]:
    return [(literal, 1) for literal in literals]
