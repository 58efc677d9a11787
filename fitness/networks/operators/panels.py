"""Panels: members of different kinds in one vote, whose errors have less in common than those of one kind.

Source: Kuncheva, "Combining Pattern Classifiers" (2nd edition, 2014), chapter 8, on the use of diverse members.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from fitness.networks.bench import Bench
from fitness.networks.operators.boosted import boosting
from fitness.networks.operators.linear import linear
from fitness.networks.operators.members import GROWN, alone, share_of, voting
from fitness.networks.plan import Step
from fitness.networks.proposals.votes import most_that_fit
from genomes.circuits.graph import moved
from genomes.deadline import looking
from genomes.networks.network import Head, Network

#: By level the steps whose answers vote, the best first where not all of them fit.
LEVELS: Final = (
    (Step("linear"), Step("boosting", level=4), Step("fringe_vote")),
    (Step("linear"), Step("boosting", level=5), Step("two_level")),
    (Step("linear"), Step("boosting", level=4), Step("boosting", level=6), Step("two_level"), Step("fringe_vote")),
)
OPERATORS: Final = MappingProxyType(
    {
        "linear": linear,
        "boosting": boosting,
        "fringe_vote": voting(GROWN["fringe"]),
        "two_level": alone(GROWN["two_level"]),
    }
)


def panel(bench: Bench, step: Step) -> Network:
    """Per output the majority of what the steps of a level say; where classes vote there is none."""
    if bench.problem.space.votes:
        return bench.parents[0]
    steps = LEVELS[step.level]
    said = [OPERATORS[one.operator](bench, one) for one in looking(steps)]
    heads = [[moved(bench.pool.copied(network), head.literal) for head in network.heads] for network in said]
    space = share_of(bench.problem.space)
    return bench.network([Head.of(most_that_fit(bench.pool, of, space)) for of in zip(*heads, strict=True)])
