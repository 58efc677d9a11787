"""Votes whose members share the states of one graph: where a function is a machine that reads inputs one after the
other, its states are what every member needs, and the members' own rows tell them how to use these.
"""

from __future__ import annotations

from fitness.networks.bench import MOST_SIGNALS, Bench
from fitness.networks.operators.members import MEMBERS, MOST_READ, MOST_TESTED, alone, share_of
from fitness.networks.plan import Step
from fitness.networks.proposals.decision_graph import decision_graph, graph_in_tree
from fitness.networks.proposals.fringe import fringe
from fitness.networks.proposals.signals import input_literals
from fitness.networks.proposals.two_level import two_level
from fitness.networks.proposals.votes import SHARE, most_that_fit
from fitness.networks.target import Target
from genomes.deadline import looking
from genomes.networks.network import Network

#: Level from which on members also look for terms over inputs and states.
TERMS = 2


def states_vote(bench: Bench, step: Step) -> Network:
    """A vote per output on the states of a graph, at level 1 of graphs in a tree, at level 2 with terms over these.

    Nothing for classes, and over many inputs, where graphs cost most.
    """
    if bench.problem.space.votes or bench.pool.n_inputs > MOST_TESTED:
        return bench.parents[0]
    return alone(_states_vote)(bench, step)


def _states_vote(bench: Bench, target: Target, step: Step) -> int:
    graph = graph_in_tree(bench.pool, target) if step.level == 1 else decision_graph(bench.pool, target)
    states = list(graph.parts[-MOST_SIGNALS:])
    n = min(MEMBERS[1], bench.problem.votes)
    members = [_member(bench, target.resplit(bench.rng, SHARE), states, step) for _ in looking(range(n))]
    return most_that_fit(bench.pool, members, share_of(bench.problem.space))


def _member(bench: Bench, target: Target, states: list[int], step: Step) -> int:
    signals = states
    if step.level == TERMS:
        read = [*input_literals(bench.pool), *states[-MOST_READ:]]
        signals = [*states, *two_level(bench.pool, target, bench.rng, read).parts][:MOST_SIGNALS]
    return fringe(bench.pool, target, bench.rng, signals=signals)
