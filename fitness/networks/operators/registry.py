"""The operators of a search for networks by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from fitness.networks.bench import Bench
from fitness.networks.operators.boosted import boosting
from fitness.networks.operators.improving import descent, mix, reduction
from fitness.networks.operators.joining import fresh_votes, join, regrown_votes
from fitness.networks.operators.linear import linear
from fitness.networks.operators.members import GROWN, alone, voting
from fitness.networks.operators.panels import panel
from fitness.networks.operators.shared import states_vote
from fitness.networks.plan import Step
from fitness.networks.problem import NetworkProblem
from fitness.networks.simplest import constant
from genomes.networks.network import Network

#: (bench, step) -> a network.
Operator = Callable[[Bench, Step], Network]
#: What only changes a network that another step has grown.
CHANGES = ("descent", "mix", "reduction")


def operated(bench: Bench, step: Step) -> Network:
    """What a step makes of its parents: the first parent where it has no answer."""
    return OPERATORS[step.operator](bench, step)


def regrown(problem: NetworkProblem, network: Network, step: Step, rng: np.random.Generator) -> Network:
    """A network grown anew by the step that it came from, with its own units to build upon.

    What only joins votes grows their members anew, upon their units; what only changes a network grows the members of
    a vote from the inputs, because its small changes went by fewer rows, and leaves all else as it is.
    """
    bench = Bench(problem, (network, network), rng)
    if step.operator in CHANGES:
        return fresh_votes(bench)
    return regrown_votes(bench) if step.operator == "join" else operated(bench, step)


def _as_it_is(bench: Bench, step: Step) -> Network:
    return bench.parents[0]


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "as_it_is": _as_it_is,
        "constant": lambda bench, step: constant(bench.problem),
        **{name: alone(member) for name, member in GROWN.items()},
        **{f"{name}_vote": voting(member) for name, member in GROWN.items()},
        "boosting": boosting,
        "linear": linear,
        "panel": panel,
        "states_vote": states_vote,
        "join": join,
        "mix": mix,
        "descent": descent,
        "reduction": reduction,
    }
)
