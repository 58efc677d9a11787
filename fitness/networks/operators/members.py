"""Members: networks of one literal that an operator grows on some rows, and their votes.

A member alone, or the majority of some that grew on rows of their own (Breiman, 1996): the more they differ, the more
their vote gains, so none is shown the units of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from fitness.networks.bench import MOST_SIGNALS, Bench
from fitness.networks.operators.beneath import mask_of
from fitness.networks.plan import Step
from fitness.networks.proposals.affine import affine
from fitness.networks.proposals.counts import counted
from fitness.networks.proposals.decision_graph import decision_graph, graph_in_tree
from fitness.networks.proposals.decision_list import decision_list
from fitness.networks.proposals.fringe import fringe
from fitness.networks.proposals.parity_masks import masked
from fitness.networks.proposals.signals import input_literals
from fitness.networks.proposals.trees import tree
from fitness.networks.proposals.two_level import two_level
from fitness.networks.proposals.votes import SHARE, heads_that_fit, most_that_fit
from fitness.networks.target import Target
from genomes.circuits.graph import FALSE
from genomes.deadline import looking
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace

#: (bench, target, step) -> the literal of an output; None where the operator has no answer.
Member = Callable[[Bench, Target, Step], int | None]
#: Members of a vote by level, units of a parent that terms may read, and inputs of which votes of graphs are made.
MEMBERS, MOST_READ, MOST_TESTED = (5, 11, 21), 60, 64


def alone(member: Member) -> Callable[[Bench, Step], Network]:
    """An operator that grows one member per output or class; one without an answer is that of the first parent."""

    def operator(bench: Bench, step: Step) -> Network:
        return bench.network([_head(bench, member, step, number) for number in range(len(bench.targets))])

    return operator


def voting(member: Member) -> Callable[[Bench, Step], Network]:
    """An operator that grows votes of as many members per output or class as its level says, and the limits allow."""

    def operator(bench: Bench, step: Step) -> Network:
        outputs = range(len(bench.targets))
        if not bench.problem.space.votes:
            return bench.network([_head(bench, _vote_of(member), step, number) for number in outputs])
        grown = [_members(bench, member, step, bench.targets[number]) for number in outputs]
        if any(None in row for row in grown):
            return bench.parents[0]
        rounds = [literal for each in zip(*grown, strict=True) for literal in each if literal is not None]
        return bench.network(heads_that_fit(bench.pool, rounds, [0] * len(grown), bench.problem.space))

    return operator


def _head(bench: Bench, member: Member, step: Step, number: int) -> Head:
    """What a member, beneath the parity that the step says, makes of one output."""
    mask, target = mask_of(bench, number, step.mask), bench.targets[number]
    if mask is None:
        return bench.heads[0][number]
    left = masked(target, bench.pool.column(mask)) if mask != FALSE else target
    answer = member(bench, left, step)
    return bench.heads[0][number] if answer is None else Head.of(bench.pool.xor(mask, answer))


def _vote_of(member: Member) -> Member:
    """The majority of members."""

    def vote(bench: Bench, target: Target, step: Step) -> int | None:
        members = [one for one in _members(bench, member, step, target) if one is not None]
        return most_that_fit(bench.pool, members, share_of(bench.problem.space)) if members else None

    return vote


def _members(bench: Bench, member: Member, step: Step, target: Target) -> list[int | None]:
    n = min(MEMBERS[step.level], bench.problem.votes)
    return [member(bench, target.resplit(bench.rng, SHARE), step) for _ in looking(range(n))]


def share_of(space: NetworkSpace) -> NetworkSpace:
    """The limits of one output where there are several."""
    return replace(space, n_heads=1, prior=(), gate_limit=max(1, space.gate_limit // space.n_heads))


def _fringe(bench: Bench, target: Target, step: Step) -> int:
    return fringe(bench.pool, target, bench.rng)


def _upon(bench: Bench, target: Target, step: Step) -> int:
    """A fringe member that builds on the units of the first parent, at level 1 of both."""
    return fringe(bench.pool, target, bench.rng, signals=bench.signals if step.level else bench.own_signals)


def _few(bench: Bench) -> bool:
    return bench.pool.n_inputs <= MOST_TESTED


def _graph(bench: Bench, target: Target, step: Step) -> int | None:
    return decision_graph(bench.pool, target).literal


def _graph_whole(bench: Bench, target: Target, step: Step) -> int | None:
    """A decision graph that all rows grow and none cuts back: where labels are clean, each of them tells."""
    everything = np.union1d(target.grow, target.prune)
    return decision_graph(bench.pool, replace(target, grow=everything, prune=everything[:0])).literal


def _graph_in_tree(bench: Bench, target: Target, step: Step) -> int | None:
    return graph_in_tree(bench.pool, target).literal if _few(bench) else None


def _graph_fringe(bench: Bench, target: Target, step: Step) -> int | None:
    """A fringe member that builds on the states of a graph."""
    if not _few(bench):
        return None
    states = decision_graph(bench.pool, target).parts
    return fringe(bench.pool, target, bench.rng, signals=list(states[-MOST_SIGNALS:]))


def _two_level(bench: Bench, target: Target, step: Step) -> int:
    """A sum of products; level 1: over the units of the first parent too."""
    read = [*input_literals(bench.pool), *bench.own_signals[:MOST_READ]] if step.level else None
    return two_level(bench.pool, target, bench.rng, read).literal


def _terms_fringe(bench: Bench, target: Target, step: Step) -> int:
    """A fringe member that builds on the terms of a sum of products."""
    terms = two_level(bench.pool, target, bench.rng).parts
    return fringe(bench.pool, target, bench.rng, signals=list(terms[:MOST_SIGNALS]))


#: Members by name.
GROWN: Mapping[str, Member] = MappingProxyType(
    {
        "affine": lambda bench, target, step: affine(bench.pool, target),
        "tree": lambda bench, target, step: tree(bench.pool, target),
        "count": lambda bench, target, step: counted(bench.pool, target),
        "fringe": _fringe,
        "upon": _upon,
        "list": lambda bench, target, step: decision_list(bench.pool, target).literal,
        "graph": _graph,
        "graph_whole": _graph_whole,
        "graph_in_tree": _graph_in_tree,
        "graph_fringe": _graph_fringe,
        "two_level": _two_level,
        "terms_fringe": _terms_fringe,
    }
)
