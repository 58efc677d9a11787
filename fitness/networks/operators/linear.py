"""Whole weights on inputs, or on units that a member found first: what logistic regression is to a table.

Level 0 weighs inputs; 1 the units of a fringe tree too; 2 the terms of a sum of products too (both as in rule
ensembles: Friedman and Popescu, "Predictive Learning via Rule Ensembles", Annals of Applied Statistics 2, 2008, section
3); 3 fewer inputs; 4 with weights as large as they need to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fitness.networks.bench import Bench
from fitness.networks.operators.members import alone
from fitness.networks.plan import Step
from fitness.networks.proposals.fringe import member
from fitness.networks.proposals.linear import STEEP, Prices, linear_unit, linear_votes
from fitness.networks.proposals.signals import input_literals
from fitness.networks.proposals.two_level import two_level
from fitness.networks.target import Target
from genomes.deadline import looking
from genomes.networks.network import Network

#: Units of one member that may have a weight; share of the rows that it grows on.
MOST_WEIGHED, SHARE = 60, 0.75
#: The path of prices by level.
PATHS: Final = (Prices(), Prices(), Prices(), Prices(worse=1.1), STEEP)


def linear(bench: Bench, step: Step) -> Network:
    """A threshold per output, or votes for classes."""
    if not bench.problem.space.votes:
        return alone(_linear)(bench, step)
    read = list(dict.fromkeys(one for target in looking(bench.targets) for one in _read(bench, target, step)))
    return bench.network(linear_votes(bench.pool, bench.targets, read, PATHS[step.level]))


def _linear(bench: Bench, target: Target, step: Step) -> int:
    return linear_unit(bench.pool, target, _read(bench, target, step), PATHS[step.level])


def _read(bench: Bench, target: Target, step: Step) -> Sequence[int]:
    """The literals that may have a weight."""
    inputs = input_literals(bench.pool)
    if step.level == 1:
        return [*inputs, *member(bench.pool, target.resplit(bench.rng, SHARE), bench.rng).units[:MOST_WEIGHED]]
    if step.level == 2:
        found = two_level(bench.pool, target.resplit(bench.rng, SHARE), bench.rng).parts
        return [*inputs, *[part for part in found[:MOST_WEIGHED] if part >> 1 >= bench.pool.first]]
    return inputs
